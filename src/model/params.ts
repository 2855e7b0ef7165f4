import type { HookOptions } from './hooks/life-cycle.js';
import type { CallOptions } from './ports/transport.js';
import type { WaitOptions } from './ports/waiter.js';
import type { Run } from './running/run.js';

/** What every call may be given besides its own parameters. */
export type BaseParams = CallOptions;

/** What every search understands. Anything else is a filter of the platform's own. */
export interface BaseSearchParams {
  /** Text to look for. */
  query?: string | undefined;
  /** Whose records: a wire value of the platform, such as 'TEAM'; or several. */
  ownership?: string | readonly string[] | undefined;
  sortBy?: string | undefined;
  sortOrder?: string | undefined;
  /** Counted from the platform's own first number. */
  pageNumber?: number | undefined;
  pageSize?: number | undefined;
  /** Another path than the class's own. */
  resourcePath?: string | undefined;
  /** Another key for the items than the class's own. */
  paginateItemsKey?: string | undefined;
}

export interface BaseGetParams extends CallOptions {
  /** Sent as the query parameter `host`. */
  host?: string | undefined;
  /** Another path than the class's own. */
  resourcePath?: string | undefined;
}

export interface BaseDeleteParams extends CallOptions, HookOptions {
  /** Another path than the class's own. */
  resourcePath?: string | undefined;
}

/** How a run is started and waited for; none of it goes on the wire as a parameter. */
export interface BaseRunParams extends CallOptions, HookOptions, WaitOptions {
  /** How often a start that failed may be made again, each time a new run. Default: 0. */
  runRetries?: number | undefined;
  /** Seconds between such starts. Default: 1. */
  runRetryWait?: number | undefined;
  /** Sent as the header `x-user-id`. */
  identifier?: string | undefined;
  /** Sent as the header `x-session-id`. */
  sessionId?: string | undefined;
  /**
   * Called, and awaited, once the run has been started and before it is waited for: `run.token()` resumes it in another process. What it
   * throws fails the call; the run goes on.
   */
  onStart?: ((run: Run) => unknown) | undefined;
  /** Sent as Idempotency-Key, for platforms that honour it. */
  idempotencyKey?: string | undefined;
}
