import {
  type BaseRunParams,
  type CallOptions,
  DeleteResourceMixin,
  Entity,
  GetResourceMixin,
  type Result,
  type Run,
  RunnableResourceMixin,
  type SaveScope,
  SearchResourceMixin,
  ValidationError,
  type WaitOptions,
} from '../index.js';
import { entityOptions, pathOf } from '../model/fields/effective-options.js';
import { callOptions } from '../model/ports/transport.js';
import type { ResultClass } from '../model/running/mixin.js';
import { isObject } from '../model/state/json.js';
import { encodeResourceId, pathSegment } from '../model/support/ids.js';
import { AixplainRecord } from './record.js';
import { AixplainResult } from './result.js';

/** How an action is called. */
export interface ActionOptions extends CallOptions {
  /** Default: 'GET', or 'POST' when there is a body. */
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | undefined;
  /** Sent as JSON. */
  body?: unknown;
}

type Params = Readonly<Record<string, unknown>>;

/**
 * The base of the platform's `v2/*` and `sdk/*` resources. A subclass says its path and its fields, and can be searched, fetched,
 * created, replaced, deleted, run and polled:
 *
 * ```ts
 * @Entity({ path: 'v2/agents' })
 * class Agent extends AixplainResource {
 *   @Field() instructions!: string;
 * }
 * const agents = aix.bind(Agent);
 * ```
 */
@Entity({ search: { wholeLists: true } })
export class AixplainResource extends RunnableResourceMixin(DeleteResourceMixin(GetResourceMixin(SearchResourceMixin(AixplainRecord)))) {
  static override responseClass: ResultClass = AixplainResult;

  /** Where a run of which only the id is known is polled; `{id}` stands for it. Without it, only addresses can be polled. */
  static runResultPath?: string;

  /** Filters go out as they are: wire values, arrays of them, nothing for null. */
  static override buildSearchParams(params: Params): Record<string, unknown> | null {
    const built = super.buildSearchParams(params);
    return built && Object.fromEntries(Object.entries(built).filter(([, value]) => value !== null));
  }

  /** Starts a run and waits for its end; see `runAsync` for starting it only. `params` go on the wire whole, `options` never do. */
  override run(params: Params = {}, options: BaseRunParams = {}): Promise<AixplainResult> {
    return super.run(params, options) as Promise<AixplainResult>;
  }

  /** Starts a run and does not wait: `run.wait()` does. */
  override runAsync(params: Params = {}, options: BaseRunParams = {}): Promise<Run<AixplainResult>> {
    return super.runAsync(params, options) as unknown as Promise<Run<AixplainResult>>;
  }

  /** One poll of a run. @param urlOrId The address it is polled at, or its id where the class has a `runResultPath`. */
  override poll(urlOrId: string, options: { signal?: AbortSignal; timeout?: number } = {}): Promise<AixplainResult> {
    return super.poll(pollAddress(this, urlOrId), options) as Promise<AixplainResult>;
  }

  /** Polls until the end. @param urlOrId The address it is polled at, or its id where the class has a `runResultPath`. */
  override syncPoll(urlOrId: string, options: WaitOptions = {}): Promise<AixplainResult> {
    return super.syncPoll(pollAddress(this, urlOrId), options) as Promise<AixplainResult>;
  }

  /** The platform names a run in the first answer only; its last one has the name too. */
  override handlePollResponse(response: unknown, started?: Result): Result {
    const requestId = started?.get('requestId');
    if (typeof requestId !== 'string' || !isObject(response) || response.requestId) return super.handlePollResponse(response, started);
    return super.handlePollResponse({ ...response, requestId }, started);
  }

  /** A create carries `id: null`. */
  override buildSavePayload(scope: SaveScope): Record<string, unknown> {
    const payload = super.buildSavePayload(scope);
    return scope.creates ? { id: null, ...payload } : payload;
  }

  /**
   * Calls an operation of this record that has no method of its own: `{path}/{id}/{segment}/{segment}`. Resolves to the parsed answer.
   *
   * @throws ValidationError for a record without an id, and a segment that cannot be part of a path.
   */
  async action(segments: readonly string[], options: ActionOptions = {}): Promise<unknown> {
    const { body, method = body === undefined ? 'GET' : 'POST' } = options;
    const attempt = `${segments.join('/')} of ${String(this)}`;
    const tail = segments.map((segment) => pathSegment(segment, `A segment of ${attempt}`));
    const response = await this.requireConnection('call').send(
      {
        ...callOptions(options),
        method,
        path: [pathOf(this.constructor), this.encodedId, ...tail].join('/'),
        body,
        once: method === 'POST',
        attempt,
        decodeError: entityOptions(this.constructor).errors,
      },
      this,
    );
    return response.body;
  }
}

function pollAddress(record: AixplainResource, urlOrId: string): string {
  const { runResultPath } = record.constructor as typeof AixplainResource;
  if (typeof urlOrId !== 'string' || urlOrId.trim() === '') {
    throw new ValidationError(
      `poll of a run of ${String(record)}: its address is empty. Pass the run's url${runResultPath ? ', or its id' : ''}.`,
    );
  }
  return runResultPath === undefined || urlOrId.includes('/') ? urlOrId : runResultPath.replace('{id}', () => encodeResourceId(urlOrId));
}
