import { type ErrorOptions, ResourceError } from './base.js';

/** A run or an execution failed. The message includes the platform's own text. */
export class OperationFailedError extends ResourceError {
  /** The final state: a Result, or the execution itself. */
  readonly result: unknown;
  /** The platform's own text, with nothing added; '' when there was none. */
  readonly reason: string;
  /** The platform's status or error code, where the response had one. */
  readonly code: string | number | undefined;

  constructor(message: string, options: ErrorOptions & { result?: unknown; reason?: string; code?: string | number | undefined } = {}) {
    super(message, options);
    this.result = options.result;
    this.reason = options.reason ?? '';
    this.code = options.code;
  }
}

/** A wait reached its deadline. The work continues on the platform. */
export class OperationTimeoutError extends ResourceError {
  /** The state of the last poll: a Result, or the execution itself; undefined when no poll succeeded. */
  readonly result: unknown;
  /** Pass it to `Class.resume(token)` to continue waiting, here or in another process; undefined where the wait cannot be resumed. */
  readonly token: string | undefined;

  constructor(message: string, options: ErrorOptions & { result?: unknown; token?: string | undefined } = {}) {
    super(message, options);
    this.result = options.result;
    this.token = options.token;
  }
}

/** The operation succeeded on the platform, but an after hook failed. `cause` is its error; an AggregateError when several failed. */
export class AfterHookError extends ResourceError {
  /** The result of the operation. */
  readonly result: unknown;

  constructor(message: string, options: ErrorOptions & { result?: unknown } = {}) {
    super(message, options);
    this.result = options.result;
  }
}

/** An operation was started on a record inside one of its own hooks. */
export class HookRecursionError extends ResourceError {}
