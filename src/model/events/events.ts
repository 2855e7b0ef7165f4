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
  /** The record that is waited for. */
  resource: R;
  /** The latest state: a Result of the response, or the execution itself. */
  result: T;
  /** 1 for the first poll of the wait. */
  attempt: number;
  /** Milliseconds since the wait began. */
  elapsedMs: number;
  /** Milliseconds until the next poll; null when there will be none. */
  nextDelayMs: number | null;
  /** How far the work is, where the platform says so. */
  progress: Progress | undefined;
  /** The run that was polled, where it is not the resource itself. */
  run?: Run | undefined;
}

/** The payload of `retry` events: a failed request, or a failed poll of a wait, is about to be repeated. */
export interface RetryEvent<R = BaseResource>
  extends Pick<RetryInfo, 'attempt' | 'delayMs' | 'error'>,
    Partial<Omit<RequestInfo, 'attempt'>> {
  /** The record. */
  resource?: R;
}

/** The payloads of a record's events. */
export interface RecordEvents<R = BaseResource> {
  /** A record was saved. `sent` is false when nothing had changed and no request was made. */
  save: {
    /** The record. */
    resource: R;
    /** What the operation results in: the record, unless an after hook has replaced it. */
    result: unknown;
    /** What was changed before the save, by the names of the fields. */
    changes: Readonly<Record<string, Change>>;
    /** Whether a request was sent; false when nothing had changed. */
    sent: boolean;
  };
  /** A record was cloned. */
  clone: {
    /** The record. */
    resource: R;
    /** The clone, unless an after hook has replaced it. */
    result: unknown;
  };
  /** A record was deleted. */
  delete: {
    /** The record. */
    resource: R;
    /** The DeleteResult, unless an after hook has replaced it. */
    result: unknown;
  };
  /** A record was loaded again. */
  refresh: {
    /** The record. */
    resource: R;
    /** The record, unless an after hook has replaced it. */
    result: unknown;
  };
  /** A run has ended. */
  run: {
    /** The record. */
    resource: R;
    /** What the run results in, unless an after hook has replaced it. */
    result: unknown;
  };
  /** A chunk of a stream has arrived, and is about to be passed on. `index` counts from 0. */
  chunk: {
    /** The record. */
    resource: R;
    /** What the stream delivered. */
    chunk: StreamedBy<R>;
    /** Which of the stream's chunks it is, from 0. */
    index: number;
  };
  /** One event per poll, the last one included. */
  poll: PollEvent<R>;
  /** A poll whose progress differs from the one before it. `run` is the polled run, where it is not the resource itself. */
  progress: Progress & {
    /** The record. */
    resource: R;
    /** The run, for records that can have several. */
    run?: Run | undefined;
  };
  /** The work that was waited for succeeded. */
  complete: {
    /** The record. */
    resource: R;
    /** What the work results in. */
    result: PolledBy<R>;
  };
  /** An operation or a wait failed. */
  fail: {
    /** The record. */
    resource: R;
    /** The operation that failed, such as `save`. */
    operation: string;
    /** Why. */
    error: unknown;
  };
  /** A before hook ended an operation by returning a value. */
  veto: {
    /** The record. */
    resource: R;
    /** The operation that a before hook has ended, such as `save`. */
    operation: string;
    /** What the hook returned, which is the operation's result. */
    value: unknown;
  };
  /** An item of a page was not a record. */
  invalid: {
    /** Which item of the page it is, from 0. */
    index: number;
    /** The item as it was sent. */
    raw: unknown;
    /** What is wrong with it. */
    error: Error;
  };
  /** Something works, but most likely not as intended, such as a property whose name is nearly that of a field. */
  warning: {
    /** What is most likely a mistake. */
    message: string;
    /** The record, where it is about one. */
    resource?: R;
  };
  /** A request is about to be sent. */
  request: RequestInfo & {
    /** The record that it is for, where it is for one. */
    resource?: R;
  };
  /** A response has arrived. */
  response: ResponseInfo & {
    /** The record that it is for, where it is for one. */
    resource?: R;
  };
  /** A request will be sent again. */
  retry: RetryEvent<R>;
}

/** The payloads of a connection's events: those of its records, and `error`. */
export interface ConnectionEvents extends RecordEvents {
  /** A listener threw or rejected, or a hook failed after the operation had already failed. */
  error: {
    /** What a listener threw, or rejected with. */
    error: unknown;
    /** The event that it listened to. */
    event: string;
  };
}
