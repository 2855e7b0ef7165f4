import {
  type CallOptions,
  DeleteResourceMixin,
  Entity,
  encodeResourceId,
  GetResourceMixin,
  type Result,
  RunnableResourceMixin,
  type SaveScope,
  SearchResourceMixin,
  ValidationError,
  type WaitOptions,
} from '#front';
import {
  callOptionNames,
  callOptions,
  checkOptionNames,
  entityOptions,
  namesOf,
  pathOf,
  pathSegment,
  type ResultClass,
} from '../vendor.js';
import { AixplainRecord } from './record.js';
import { AixplainResult } from './result.js';

/** Options of `action()`. */
export interface ActionOptions extends CallOptions {
  /** Default: 'POST' if there is a body, else 'GET'. */
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | undefined;
  /** Sent as JSON. */
  body?: unknown;
}

const actionOptionNames = [...callOptionNames, ...namesOf<Omit<ActionOptions, keyof CallOptions>>({ method: true, body: true })];

type Params = Readonly<Record<string, unknown>>;

/** The members of a first response that the responses to polls may lack. */
const firstOnly = ['requestId', 'sessionId', 'userMessage'] as const;

/**
 * The base class of the platform's `v2/*` and `sdk/*` resources. A subclass declares its path and fields; its records can be searched,
 * fetched, created, replaced, deleted, run and polled:
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
  /** The class of what runs result in. */
  static override responseClass: ResultClass = AixplainResult;
  declare readonly runResult: AixplainResult;

  /** The path at which a run is polled by id, with `{id}` in its place. Without it, runs can only be polled by URL. */
  static runResultPath?: string;

  /** Filters are sent as they are, except that null ones are left out. */
  static override buildSearchParams(params: Params): Record<string, unknown> | null {
    const built = super.buildSearchParams(params);
    return built && Object.fromEntries(Object.entries(built).filter(([, value]) => value !== null));
  }

  /** Polls a run once. @param urlOrId The URL to poll, or the run's id if the class has a `runResultPath`. */
  override poll(urlOrId: string, options: { signal?: AbortSignal; timeout?: number } = {}): Promise<this['runResult']> {
    return super.poll(pollUrl(this, urlOrId), options);
  }

  /** Polls a run until it ends. @param urlOrId The URL to poll, or the run's id if the class has a `runResultPath`. */
  override syncPoll(urlOrId: string, options: WaitOptions = {}): Promise<this['runResult']> {
    return super.syncPoll(pollUrl(this, urlOrId), options);
  }

  /** Adds what the platform sends only in its first response: the `requestId`, and of a message in a session that session and message. */
  override handlePollResponse(response: unknown, started?: Result): Result {
    const result = super.handlePollResponse(response, started);
    const kept = firstOnly.flatMap((key) => {
      const value = started?.get(key);
      return value && !result.get(key) ? [[key, value] as const] : [];
    });
    return kept.length === 0 ? result : super.handlePollResponse({ ...result.raw, ...Object.fromEntries(kept) }, started);
  }

  /** The platform expects `id: null` when a record is created. */
  override buildSavePayload(scope: SaveScope): Record<string, unknown> {
    const payload = super.buildSavePayload(scope);
    return scope.creates ? { id: null, ...payload } : payload;
  }

  /**
   * Calls an operation that has no method of its own, at `{path}/{id}/{segment}/{segment}`, and resolves to the parsed response body.
   *
   * @throws ValidationError if the record has no id, or if a segment cannot be part of a path.
   */
  async action(segments: readonly string[], options: ActionOptions = {}): Promise<unknown> {
    checkOptionNames(`action of ${String(this)}`, options, actionOptionNames);
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

function pollUrl(record: AixplainResource, urlOrId: string): string {
  const { runResultPath } = record.constructor as typeof AixplainResource;
  if (typeof urlOrId !== 'string' || urlOrId.trim() === '') {
    throw new ValidationError(
      `poll of a run of ${String(record)}: the URL is empty. Pass the run's url${runResultPath ? ', or its id' : ''}.`,
    );
  }
  return runResultPath === undefined || urlOrId.includes('/') ? urlOrId : runResultPath.replace('{id}', () => encodeResourceId(urlOrId));
}
