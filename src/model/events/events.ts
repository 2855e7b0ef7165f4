import type { BaseResource } from '../base-resource.js';
import type { RequestInfo, ResponseInfo, RetryInfo } from '../ports/transport.js';
import type { Progress } from '../ports/waiter.js';
import type { Run } from '../running/run.js';
import type { Change } from '../state/change-set.js';

/** What a poll of a record found: the result of its run, where the class of the record says which. */
type PolledBy<R> = R extends { readonly runResult: infer T } ? T : unknown;

/** The type of the chunks of a record's streams, where the class of the record says which. */
type StreamedBy<R> = R extends { readonly streamChunk: infer T } ? T : unknown;

/** The payload of `poll` events. */
export interface PollEvent<R = BaseResource, T = PolledBy<R>> {
  resource: R;
  /** The latest state: a Result of the response, or the execution itself. */
  result: T;
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

/** The payload of `retry` events: a failed request, or a failed poll of a wait, is about to be repeated. */
export interface RetryEvent<R = BaseResource>
  extends Pick<RetryInfo, 'attempt' | 'delayMs' | 'error'>,
    Partial<Omit<RequestInfo, 'attempt'>> {
  resource?: R;
}

/** The payloads of a record's events. */
export interface RecordEvents<R = BaseResource> {
  /** A record was saved. `sent` is false when nothing had changed and no request was made. */
  save: { resource: R; result: unknown; changes: Readonly<Record<string, Change>>; sent: boolean };
  clone: { resource: R; result: unknown };
  delete: { resource: R; result: unknown };
  refresh: { resource: R; result: unknown };
  run: { resource: R; result: unknown };
  /** A chunk of a stream has arrived, and is about to be passed on. `index` counts from 0. */
  chunk: { resource: R; chunk: StreamedBy<R>; index: number };
  /** One event per poll, the last one included. */
  poll: PollEvent<R>;
  /** A poll whose progress differs from the one before it. `run` is the polled run, where it is not the resource itself. */
  progress: Progress & { resource: R; run?: Run | undefined };
  /** The work that was waited for succeeded. */
  complete: { resource: R; result: PolledBy<R> };
  /** An operation or a wait failed. */
  fail: { resource: R; operation: string; error: unknown };
  /** A before hook ended an operation by returning a value. */
  veto: { resource: R; operation: string; value: unknown };
  /** An item of a page was not a record. */
  invalid: { index: number; raw: unknown; error: Error };
  /** Something works, but most likely not as intended, such as a property whose name is nearly that of a field. */
  warning: { message: string; resource?: R };
  request: RequestInfo & { resource?: R };
  response: ResponseInfo & { resource?: R };
  retry: RetryEvent<R>;
}

/** The payloads of a connection's events: those of its records, and `error`. */
export interface ConnectionEvents extends RecordEvents {
  /** A listener threw or rejected, or a hook failed after the operation had already failed. */
  error: { error: unknown; event: string };
}
