import { type Attributes, type CallOptions, Entity, Field } from '#front';
import type { ResultClass } from '../../vendor.js';
import { classesOf } from '../classes.js';
import { Asset } from '../models/asset.js';
import { Actions } from './actions.js';
import { type EventOptions, eventOptions } from './event-options.js';
import type { Tool } from './tool.js';
import { ToolResult } from './tool-result.js';

/** How a service lets itself be connected to. */
export type AuthenticationScheme = 'OAUTH2' | 'OAUTH1' | 'API_KEY' | 'BEARER_TOKEN' | 'BASIC' | 'NO_AUTH' | (string & {});

/** A service that can be connected to. Connecting makes a tool: `integration.connect({ name, config: { token } })`. */
@Entity({ path: 'v2/integrations' })
export class Integration extends Asset {
  /** The class of what runs result in. */
  static override responseClass: ResultClass = ToolResult;
  declare readonly runResult: ToolResult;

  /** Whether it has actions that can be listed. */
  @Field({ readOnly: true }) readonly actionsAvailable?: boolean | null;

  #actions: Actions | undefined;

  constructor(attributes?: Attributes<Integration>) {
    super(attributes);
  }

  /** What a tool that is connected to it can do. */
  get actions(): Actions {
    this.#actions ??= new Actions(this);
    return this.#actions;
  }

  /** The events that a trigger can wait for, once a tool is connected. */
  eventOptions(options: CallOptions = {}): Promise<EventOptions> {
    return eventOptions(this, null, options);
  }

  /**
   * Connects to the service. If the tool has a `redirectUrl`, it can be used once the user has consented there.
   *
   * @param given.config The credentials and settings, as the scheme wants them: `{ token }`, `{ api_key }`, `{ username, password }`.
   * @throws OperationFailedError if the service refuses.
   */
  connect(
    given: { name?: string; description?: string; config?: Record<string, unknown>; authScheme?: AuthenticationScheme } = {},
    options: CallOptions = {},
  ): Promise<Tool> {
    const { authScheme, ...attributes } = given;
    const { Tool: Tools } = classesOf(this, 'connect');
    return new Tools({ ...attributes, integration: this, ...(authScheme !== undefined && { authScheme }) }).save({}, options);
  }
}
