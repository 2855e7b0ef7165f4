import {
  type Attributes,
  type BaseDeleteParams,
  type BaseRunParams,
  type CallOptions,
  Entity,
  Field,
  NotFoundError,
  ResourceError,
  type SaveOptions,
  type SaveScope,
  ValidationError,
} from '#front';
import { attachConnection, callOptions, isObject, pathOf, pathSegment, type ResultClass, type TransportRequest } from '../../vendor.js';
import { type AgentToolJson, Asset, agentToolOf, parameterOf, refuseOptions, withoutNull } from '../models/asset.js';
import type { InputValues } from '../models/inputs.js';
import { refuse } from '../models/inputs.js';
import type { Json } from '../steps.js';
import { Actions, isCalled } from './actions.js';
import { callAsset } from './call-asset.js';
import { authSchemeOf, connectBody, connectData, readConnected } from './connect.js';
import { type EventOptions, eventOptions } from './event-options.js';
import { type AuthenticationScheme, Integration } from './integration.js';
import { ToolResult } from './tool-result.js';

/** The parameters of a run of a tool. Other members are sent as they are. */
export interface ToolRunParams {
  /** The action, whatever its case. Default: the only one that is allowed, or that there is. */
  action?: string | undefined;
  /** The values of its inputs; a text or a list is sent as it is. */
  data?: unknown;
  [key: string]: unknown;
}

/**
 * Something an agent, or a script, can use: a connection to a service, a function in code, an MCP server. `new aix.Tool({ name,
 * integration, config }).save()` connects to an integration; with `redirectUrl`, the user has to consent there first.
 */
@Entity({ path: 'v2/tools', create: 'POST', update: 'put' })
export class Tool extends Asset {
  /** The class of what runs result in. */
  static override responseClass: ResultClass = ToolResult;
  declare readonly runResult: ToolResult;

  /** The id of the asset behind the tool. */
  @Field({ readOnly: true }) readonly assetId?: string | null;
  /** The integration it is connected to. */
  @Field({ readOnly: true, name: 'parentModelId' }) readonly integrationId?: string | null;
  /** The events that it is subscribed to, as the platform has them. */
  @Field({ readOnly: true }) readonly subscriptions?: unknown;
  /** Whether it has actions that can be listed. */
  @Field({ readOnly: true }) readonly actionsAvailable?: boolean | null;
  /** Where the user has to consent before the tool can be used; null for nowhere. */
  @Field({ readOnly: true }) readonly redirectUrl?: string | null;
  /** The actions an agent, or `run()`, may use; all of them if it is empty. The platform keeps them with the agent, not with the tool. */
  @Field({ onClone: 'copy' }) allowedActions: string[] = [];
  /** What to connect to: an integration, its id or its path. Needed to create a tool. */
  @Field() integration?: Integration | string | null;
  /** Credentials and settings for the integration. They are sent once and not kept, and never shown. */
  @Field({ onClone: 'reset', secret: true }) config?: Record<string, unknown> | null;
  /** The source of a tool that runs code; same as `config.code`. It is sent once and not kept. */
  @Field({ onClone: 'reset', secret: true }) code?: string | null;
  /** How to connect. Default: the platform chooses. */
  @Field({ onClone: 'reset' }) authScheme?: AuthenticationScheme | null;

  #actions: Actions | undefined;

  constructor(attributes?: Attributes<Tool>) {
    super(attributes);
  }

  /** What it can do. */
  get actions(): Actions {
    this.#actions ??= new Actions(this, async () =>
      typeof this.integrationId === 'string' ? pathSegment(this.integrationId, 'integrationId') : null,
    );
    return this.#actions;
  }

  /** The path of its integration, if that was given as a record; else null. */
  get integrationPath(): string | null {
    return this.integration instanceof Integration ? this.integration.path : null;
  }

  /**
   * Sets inputs of several actions: `tool.setInputs({ search: { num_results: 3 } })`.
   *
   * @throws ValidationError for an unknown action, an unknown input, and a value of another type.
   */
  async setInputs(values: Readonly<Record<string, Readonly<Record<string, unknown>>>>, options: CallOptions = {}): Promise<void> {
    for (const [action, inputs] of Object.entries(values)) {
      if (!isObject(inputs)) refuse(`setInputs of ${String(this)}`, [{ field: action, message: 'must be an object of values by input' }]);
      (await this.actions.inputsOf(action, options)).assign(inputs);
    }
  }

  /** Checks that every allowed action exists. @throws ValidationError that names those that do not. */
  async validateAllowedActions(options: CallOptions = {}): Promise<void> {
    if (this.actionsAvailable === false || this.allowedActions.length === 0) return;
    const actions = await this.actions.list(options);
    const unknown = this.allowedActions.filter((name) => !actions.some((action) => isCalled(action, name)));
    if (unknown.length === 0) return;
    const message = `has ${unknown.join(', ')}, which ${String(this)} cannot do (it can ${actions.map(({ name }) => name).join(', ') || 'nothing'})`;
    throw new ValidationError(`allowedActions ${message}.`, { details: [{ field: 'allowedActions', message }] });
  }

  /** The events that a trigger can wait for. */
  eventOptions(options: CallOptions = {}): Promise<EventOptions> {
    return eventOptions(this, this.id, options);
  }

  /** Runs an action and waits for its end. @throws ValidationError that lists everything that is wrong with its inputs. */
  override run(params: ToolRunParams = {}, options: BaseRunParams = {}): Promise<this['runResult']> {
    return super.run(params, options);
  }

  protected override async runBody(params: ToolRunParams, options: BaseRunParams): Promise<Record<string, unknown>> {
    // A utility is a tool without actions, and is run as a model.
    if (this.functionId === 'utilities' && this.functionType === 'ai') return super.runBody(params, options);
    refuseOptions(this, params, this.inputs);
    const { action: given, data, ...rest } = params;
    const call = { signal: options.signal, apiKey: options.apiKey };
    const action = given ?? (await this.#onlyAction(call));
    this.#refuseOther(action);
    const inputs = await this.#inputsOf(action, call);
    const isPlain = isObject(data) || data === undefined || data === null;
    const values = isPlain ? withoutNull({ ...inputs?.toJSON(), ...(data as Json | null | undefined) }) : data;
    const problems = inputs && isPlain ? inputs.problems(values as Json) : [];
    if (problems.length > 0) refuse(`run of ${action} of ${String(this)}`, problems);
    return { action, data: values, ...withoutNull(rest) };
  }

  /** How an agent that uses it is told: with its actions, their inputs, and which of them are allowed. */
  override async toAgentTool(options: CallOptions = {}): Promise<AgentToolJson> {
    const allowed = this.allowedActions.length > 0 ? this.allowedActions : await this.#single(options);
    await this.#describe(allowed, options);
    const wanted = this.actions.described.filter((each) => allowed.length === 0 || allowed.some((name) => isCalled(each, name)));
    const parameters = wanted.map(({ name, slug, description, values }) => ({
      code: slug,
      name,
      description,
      inputs: Object.fromEntries(values.names.map((code) => [code, inputOf(values, code)])),
    }));
    return { ...agentToolOf(this), type: 'tool', parameters, ...(allowed.length > 0 && { actions: [...allowed] }) };
  }

  override runParameters(): { name: string; value: unknown }[] {
    return this.actions.described.flatMap(({ values }) => Object.entries(values.toJSON()).map(([name, value]) => ({ name, value })));
  }

  override buildDeleteUrl(params: BaseDeleteParams): string {
    return `${params.resourcePath ?? pathOf(this.constructor)}/${this.encodedId}`;
  }

  /** Creating a tool connects to its integration; changing one renames it, and connects again if there is a config or code. */
  override async requestSave(request: TransportRequest, scope: SaveScope, options: SaveOptions): Promise<unknown> {
    const saved = scope.creates ? await this.#create(request, options) : await this.#change(request, scope, options);
    const { allowedActions } = this;
    return { ...saved, config: null, code: null, authScheme: null, ...(allowedActions.length > 0 && { allowedActions }) };
  }

  async #create(request: TransportRequest, options: SaveOptions): Promise<Record<string, unknown>> {
    const { name, description, authScheme } = this;
    const integration = await this.#resolve(options);
    const data = { ...connectData(this.config), ...(this.code ? { code: this.code } : {}) };
    const body = connectBody({ name, description, authScheme, data });
    const { attempt = '' } = request;
    const answered = await callAsset(this, integration.encodedId, body, { ...callOptions(options), once: true, attempt });
    const { id, redirectUrl } = readConnected(integration, answered);
    const parentModelId = integration.id;
    try {
      const loaded = await this.#tools().get(id, callOptions(options));
      return { parentModelId, ...loaded.toDict(), ...(name ? { name } : {}), ...(description ? { description } : {}), redirectUrl };
    } catch (error) {
      // The tool is there; its other fields can be loaded later.
      this.context?.warn(`${attempt}: it was created, but could not be loaded: ${(error as Error).message} refresh() tries again.`, this);
      return { id, parentModelId, redirectUrl };
    }
  }

  async #change(request: TransportRequest, { changed }: SaveScope, options: SaveOptions): Promise<Record<string, unknown>> {
    const { name, description } = this;
    const isRenamed = changed.includes('name') || changed.includes('description');
    if (isRenamed) {
      const body = withoutNull({ id: this.id, name, description });
      await this.requireConnection('save').send({ ...request, path: `sdk/utilities/${this.encodedId}`, body }, this);
    }
    if (!this.config && !this.code) return {};
    const integration = await this.#resolve(options);
    const data = { ...connectData(this.config), ...(this.code ? { code: this.code } : {}), assetId: this.assetId || this.id };
    const authScheme = this.authScheme ?? authSchemeOf(this.#savedDescription ?? description, integration.getAttribute('auth_schemes'));
    // An empty name is not checked for being taken.
    const body = { ...connectBody({ authScheme, data }), name: '' };
    const answered = await callAsset(this, integration.encodedId, body, { ...callOptions(options), attempt: request.attempt ?? '' });
    const { id, redirectUrl } = readConnected(integration, answered);
    if (id !== this.id)
      throw new ResourceError(`${request.attempt}: it was connected again as another tool, ${id}. Load it with Tool.get('${id}').`);
    return { redirectUrl };
  }

  /** @throws ValidationError if there is no integration, or none of that id or path. */
  async #resolve(options: SaveOptions): Promise<Integration> {
    const given = this.integration ?? this.integrationId;
    if (given instanceof Integration) {
      attachConnection(given, this.requireConnection('save'));
      return given;
    }
    if (typeof given !== 'string' || given === '')
      throw new ValidationError(`save of ${String(this)}: integration is required, an Integration, its id or its path.`, {
        details: [{ field: 'integration', message: 'is required' }],
      });
    try {
      return await this.requireConnection('save').bind(Integration).get(given, callOptions(options));
    } catch (cause) {
      if (!(cause instanceof NotFoundError)) throw cause;
      throw new ValidationError(`save of ${String(this)}: there is no integration ${JSON.stringify(given)}.`, {
        cause,
        details: [{ field: 'integration', message: 'does not exist' }],
      });
    }
  }

  /** The description that the platform has, which says how the connection was made. */
  get #savedDescription(): string | null | undefined {
    return (this as Tool).original('description');
  }

  #tools(): typeof Tool {
    return this.requireConnection('save').bind(this.constructor as typeof Tool);
  }

  async #onlyAction(options: CallOptions): Promise<string> {
    const [only, more] = this.allowedActions.length > 0 ? this.allowedActions : await this.#names(options);
    if (only !== undefined && more === undefined) return only;
    throw new ValidationError(`run of ${String(this)}: no action is given. Say which: run({ action, data }).`, {
      details: [{ field: 'action', message: 'is required' }],
    });
  }

  #refuseOther(action: string): void {
    const allowed = this.allowedActions;
    if (allowed.length === 0 || allowed.some((name) => name.toLowerCase() === action.toLowerCase())) return;
    const message = `'${action}' is not allowed for this tool. Allowed actions: [${allowed.map((name) => `'${name}'`).join(', ')}]`;
    throw new ValidationError(`run of ${String(this)}: Action ${message}.`, { details: [{ field: 'action', message }] });
  }

  /** The inputs of an action; undefined if the platform does not describe them, so that they cannot be checked. */
  async #inputsOf(action: string, options: CallOptions): Promise<InputValues | undefined> {
    if (this.actionsAvailable === false) return this.actions.known(action);
    try {
      return await this.actions.inputsOf(action, options);
    } catch (error) {
      if (options.signal?.aborted) throw error;
      if (error instanceof ValidationError && !(await this.actions.has(action, options).catch(() => true))) throw error;
      return undefined;
    }
  }

  async #names(options: CallOptions): Promise<string[]> {
    if (this.actionsAvailable === false) return [];
    return (await this.actions.list(options)).map(({ name }) => name);
  }

  /** The only action there is, as a list; an empty one if there are several, or if the platform does not say. */
  async #single(options: CallOptions): Promise<string[]> {
    const names = await this.#names(options).catch(() => []);
    return names.length === 1 ? names : [];
  }

  /** Asks for the inputs of the actions an agent may use. What cannot be described is left to the platform. */
  async #describe(allowed: readonly string[], options: CallOptions): Promise<void> {
    if (this.actionsAvailable === false) return;
    const names = allowed.length > 0 ? allowed : await this.#names(options).catch(() => []);
    for (const name of names) {
      if (options.signal?.aborted) return;
      await this.#inputsOf(name, options);
    }
  }
}

function inputOf(values: InputValues, code: string): Record<string, unknown> {
  const spec = values.spec(code);
  return { name: spec?.label ?? code, value: values.get(code), ...parameterOf(spec) };
}
