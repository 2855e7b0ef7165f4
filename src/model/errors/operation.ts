import { type ErrorOptions, ResourceError } from './base.js';

/** A run or an execution ended in failure. The message has the platform's own words. */
export class OperationFailedError extends ResourceError {
  /** The final answer: a Result, or the execution itself. */
  readonly result: unknown;
  /** The platform's own text, without anything added. */
  readonly reason: string;
  /** The platform's status or error code, where the answer had one. */
  readonly code: string | number | undefined;

  constructor(message: string, options: ErrorOptions & { result: unknown; reason: string; code?: string | number | undefined }) {
    super(message, options);
    this.result = options.result;
    this.reason = options.reason;
    this.code = options.code;
  }
}

/** A wait reached its deadline. The work goes on at the platform. */
export class OperationTimeoutError extends ResourceError {
  /** The last answer seen: a Result, or the execution itself; undefined when there was none. */
  readonly result: unknown;
  /** Give it to `Class.resume(token)` to go on waiting, here or in another process. */
  readonly token: string | undefined;

  constructor(message: string, options: ErrorOptions & { result?: unknown; token?: string | undefined }) {
    super(message, options);
    this.result = options.result;
    this.token = options.token;
  }
}

/** The operation succeeded at the platform, but one of its after hooks threw. `cause` is what it threw. */
export class AfterHookError extends ResourceError {
  /** What the operation returned. */
  readonly result: unknown;

  constructor(message: string, options: ErrorOptions & { result: unknown }) {
    super(message, options);
    this.result = options.result;
  }
}

/** An operation was started on a record inside one of its own hooks. */
export class HookRecursionError extends ResourceError {}
