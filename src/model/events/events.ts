import type { BaseResource } from '../base-resource.js';
import type { RequestInfo, ResponseInfo, RetryInfo } from '../ports/transport.js';
import type { Progress } from '../ports/waiter.js';
import type { Run } from '../running/run.js';
import type { Change } from '../state/change-set.js';

export interface PollEvent<R = BaseResource> {
  resource: R;
  /** What the platform answered: a Result, or the execution itself. */
  result: unknown;
  /** 1 for the first poll of the wait. */
  attempt: number;
  /** Milliseconds since the wait began. */
  elapsedMs: number;
  /** Milliseconds until the next poll; null when there will be none. */
  nextDelayMs: number | null;
  progress: Progress | undefined;
  /** The run that was polled, where it is not the resource itself. */
  run?: Run | undefined;
}

/** A failed request, or a failed poll of a wait, is about to be repeated. */
export interface RetryEvent<R = BaseResource>
  extends Pick<RetryInfo, 'attempt' | 'delayMs' | 'error'>,
    Partial<Omit<RequestInfo, 'attempt'>> {
  resource?: R;
}

/** What each event of a record carries. */
export interface RecordEvents<R = BaseResource> {
  /** Saved. `sent` is false when nothing had changed and no request was made. */
  save: { resource: R; result: unknown; changes: Readonly<Record<string, Change>>; sent: boolean };
  clone: { resource: R; result: unknown };
  delete: { resource: R; result: unknown };
  refresh: { resource: R; result: unknown };
  run: { resource: R; result: unknown };
  /** One per poll, the last one too. */
  poll: PollEvent<R>;
  /** As a `poll` that tells something new; `run` as there. */
  progress: Progress & { resource: R; run?: Run | undefined };
  /** A wait ended with success. */
  complete: { resource: R; result: unknown };
  /** An operation or a wait failed. */
  fail: { resource: R; operation: string; error: unknown };
  /** A before hook ended an operation with a value of its own. */
  veto: { resource: R; operation: string; value: unknown };
  /** An item of a page was not a record. */
  invalid: { index: number; raw: unknown; error: Error };
  /** Something is most likely a mistake, such as a property of a record that is nearly called as a field is. Nothing was refused. */
  warning: { resource: R; message: string };
  request: RequestInfo & { resource?: R };
  response: ResponseInfo & { resource?: R };
  retry: RetryEvent<R>;
}

/** What each event of a connection carries: those of its records, and `error`. */
export interface ConnectionEvents extends RecordEvents {
  /** A listener threw or rejected, or a hook failed after the operation had already failed. */
  error: { error: unknown; event: string };
}
