import {
  type Attributes,
  type BaseDeleteParams,
  type BaseResource,
  type BaseSearchParams,
  type CallOptions,
  type DeleteResult,
  Entity,
  Field,
  ResourceError,
  type SaveOptions,
  type SaveScope,
  ValidationError,
  withHooks,
} from '#front';
import { attachConnection, callOptions, isObject, newRecord, type RecordClass, type TransportRequest } from '../../vendor.js';
import type { AixplainRecord } from '../record.js';
import { AixplainResource } from '../resource.js';
import type { Json } from '../steps.js';
import { callAsset } from '../tools/call-asset.js';
import type { EventOption } from '../tools/event-options.js';
import { Tool } from '../tools/tool.js';
import { configurationOf, isConfiguration, type Schedule, scheduleNames, type TriggerConfiguration } from './schedule.js';

export interface TriggerSearchParams extends BaseSearchParams {
  /** The agent that it starts, or its id. */
  agent?: AixplainRecord | string | undefined;
  /** Only triggers of this agent. */
  agentId?: string | undefined;
}

/** The attributes of a new trigger: its fields, its schedule in words, and the agent as a record. */
export type TriggerAttributes = Attributes<Trigger> &
  Schedule & {
    /** The agent, or its id, instead of `agentId`. */
    agent?: AixplainRecord | string | undefined;
  };

/**
 * Starts runs of an agent, at times or when a connected service reports an event:
 * `new aix.Trigger({ name, agent, input, every: 'day', at: '09:00' })`, or `{ event, connection }`.
 */
@Entity({ path: 'v1/triggers', search: { method: 'GET', path: '', pageParam: '' } })
export class Trigger extends AixplainResource {
  /** The parameters of `search()`, for the compiler. */
  declare static searchParams: TriggerSearchParams;

  /** What the agent is asked. */
  @Field() input?: string | null;
  /** The id of the agent. */
  @Field() assetId?: string | null;
  /** The kind of what is started. */
  @Field() assetType: 'agent' | (string & {}) = 'agent';
  /** Whether time or an event of a tool starts it. */
  @Field() triggerType: 'time' | 'external' = 'time';
  /** The subscription to an event of a service. */
  @Field({ onClone: 'reset' }) triggerId?: string | null;
  /** When it starts, as the platform has it. */
  @Field() configuration?: TriggerConfiguration | null;
  /** Whether it starts anything. Default: true. */
  @Field() enabled: boolean = true;
  /** Whether its owner is told of failures. */
  @Field() notifications: boolean = false;
  /** How many times a failed run is repeated. */
  @Field() retryCount?: number | null;
  /** The event to wait for, or its slug. It needs a `connection`. */
  @Field({ onClone: 'copy' }) event?: EventOption | string | null;
  /** What of the event is wanted, as its `config` says. */
  @Field() eventConfig?: Record<string, unknown> | null;
  /** The tool that is connected to the service, or its id. */
  @Field() connectedTool?: Tool | string | null;
  /** When it starts next. */
  @Field({ readOnly: true, type: Date }) readonly nextRunAt?: Date | null;
  /** When it started last. */
  @Field({ readOnly: true, type: Date }) readonly lastRunAt?: Date | null;
  /** Whether a run of it is under way. */
  @Field({ readOnly: true }) readonly enqueued?: boolean | null;
  /** How many runs have failed since the last that succeeded. */
  @Field({ readOnly: true }) readonly failureCount?: number | null;

  /** @throws ValidationError for a schedule that does not make sense, and an agent that is not saved. */
  constructor(attributes?: TriggerAttributes) {
    super(withSchedule(attributes));
  }

  /** Makes a new trigger and saves it. @throws as the constructor and `save()` do. */
  static override create<R extends BaseResource>(
    this: RecordClass<R>,
    attributes?: Attributes<R> &
      Schedule & {
        /** The agent, or its id, instead of `agentId`. */
        agent?: AixplainRecord | string | undefined;
      },
    options?: SaveOptions,
  ): Promise<R> {
    return newRecord(this, attributes).save({}, options);
  }

  static override buildSearchParams(params: Json): Record<string, unknown> | null {
    const { agent, ...rest } = params;
    return super.buildSearchParams({ ...rest, ...(agent !== undefined && { agentId: agentIdOf(agent) }) });
  }

  /** Whether an event starts it, rather than a time. */
  get isExternal(): boolean {
    return this.triggerType === 'external' || Boolean(this.event);
  }

  override buildSavePayload(scope: SaveScope): Record<string, unknown> {
    const { name, input, assetType, enabled, notifications, description, assetId, retryCount, triggerId, configuration, isExternal } = this;
    if (!isExternal && !isConfiguration(configuration))
      refuse(this, 'configuration', 'is required: say when, such as every: "day", at: "09:00"');
    if (isExternal && !triggerId && !connectionIdOf(this)) refuse(this, 'connectedTool', 'is required for an event');
    return {
      name,
      input,
      assetType,
      triggerType: isExternal ? 'external' : 'time',
      enabled,
      notifications,
      ...(scope.creates ? {} : { id: this.id }),
      ...((description ?? null) !== null && { description }),
      ...((assetId ?? null) !== null && { assetId }),
      ...((retryCount ?? null) !== null && { retryCount }),
      ...(isExternal ? { triggerId: triggerId ?? null } : { configuration }),
    };
  }

  /** An event is subscribed to first. If the trigger then cannot be created, the subscription is taken back. */
  override async requestSave(request: TransportRequest, scope: SaveScope, options: SaveOptions): Promise<unknown> {
    const isNew = this.isExternal && !this.triggerId;
    if (!isNew) return super.requestSave(request, scope, options);
    const triggerId = await this.#subscribe(options);
    try {
      const body = { ...(request.body as object), triggerId };
      const response = await super.requestSave({ ...request, body }, scope, options);
      return { triggerId, triggerType: 'external', ...(isObject(response) ? response : {}) };
    } catch (error) {
      await this.#unsubscribe(triggerId, options).catch(() => undefined);
      throw error;
    }
  }

  /** Deletes it, and its subscription to an event as far as the connected tool is known. */
  @withHooks
  override async delete(params: BaseDeleteParams = {}): Promise<DeleteResult> {
    const { triggerId } = this;
    if (this.isExternal && triggerId && this.id) {
      const told = await this.#unsubscribe(triggerId, params).catch((error: Error) => error.message);
      if (told !== undefined) this.context?.warn(`delete of ${String(this)}: the subscription ${triggerId} is still there: ${told}`, this);
    }
    return super.delete(params);
  }

  async #subscribe(options: SaveOptions): Promise<string> {
    const connection = connectionIdOf(this)!;
    const slug = typeof this.event === 'string' ? this.event : (this.event?.slug ?? '');
    if (slug === '') refuse(this, 'event', 'is required: one of eventOptions() of the connected tool');
    const data = { slug, config: this.eventConfig ?? {} };
    const body = { action: 'activate_trigger', data, enable: true, toolkit_versions: 'latest' };
    const response = await this.#call(connection, body, options, true);
    const found = isObject(response.data) ? (response.data.trigger_id ?? response.data.triggerId) : undefined;
    if (typeof found === 'string' && found !== '') return found;
    throw new ResourceError(`save of ${String(this)}: the platform subscribed to no event: its response has no "trigger_id".`);
  }

  /** Takes a subscription back; resolves to the reason why it cannot. */
  async #unsubscribe(triggerId: string, options: CallOptions): Promise<string | undefined> {
    const connection = connectionIdOf(this);
    if (!connection) return 'the connected tool is not known; set connectedTool.';
    await this.#call(connection, { action: 'delete_trigger', data: { trigger_id: triggerId } }, options, false);
    return undefined;
  }

  #call(connection: Tool, body: object, options: CallOptions, once: boolean): Promise<Json> {
    attachConnection(connection, this.requireConnection('call'));
    return callAsset(connection, connection.encodedId, body, { ...callOptions(options), once, attempt: `event of ${String(this)}` });
  }
}

function refuse(trigger: Trigger, field: string, message: string): never {
  throw new ValidationError(`save of ${String(trigger)}: ${field} ${message}.`, { details: [{ field, message }] });
}

/** The tool that is connected to the service of the event; undefined if it is not known. */
function connectionIdOf({ connectedTool, event }: Trigger): Tool | undefined {
  if (connectedTool instanceof Tool) return connectedTool;
  const id = connectedTool ?? (isObject(event) ? event.connectionId : undefined);
  return typeof id === 'string' && id !== '' ? new Tool({ id }) : undefined;
}

function withSchedule(attributes: TriggerAttributes | undefined): Attributes<Trigger> | undefined {
  if (attributes === undefined) return undefined;
  const { agent, ...rest } = attributes;
  const schedule = Object.fromEntries(scheduleNames.map((name) => [name, rest[name]])) as Schedule;
  const configuration = configurationOf(schedule);
  const fields = Object.fromEntries(Object.entries(rest).filter(([name]) => !(scheduleNames as readonly string[]).includes(name)));
  return {
    ...fields,
    ...(configuration && { configuration }),
    ...(agent !== undefined && { assetId: agentIdOf(agent) }),
    ...(rest.event && { triggerType: 'external' as const }),
  };
}

/** @throws ValidationError for an agent that is not saved. */
function agentIdOf(agent: unknown): string {
  const id: unknown = typeof agent === 'string' ? agent : isObject(agent) ? agent.id : undefined;
  if (typeof id === 'string' && id !== '') return id;
  throw new ValidationError(`A trigger needs an agent that is saved, or its id. Save ${String(agent)} first.`, {
    details: [{ field: 'agent', message: 'has no id' }],
  });
}
