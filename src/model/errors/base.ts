import { type Inspect, inspectKey, shownMembers } from '../support/shown.js';

/** What an error may carry besides its message. */
export interface ErrorOptions {
  /** The error underneath, kept as it was. */
  cause?: unknown;
  /** Whether the same call may succeed when it is simply made again. Default: false. */
  retryable?: boolean;
  /** `'unknown'` when a create or run may have happened although no answer came back. */
  outcome?: 'unknown' | undefined;
}

/** The root of every error this package throws. */
export class RemoteRecordError extends Error {
  /** Whether the same call may succeed when it is simply made again. */
  readonly retryable: boolean;
  /** `'unknown'` when a create or run may have happened although no answer came back. */
  readonly outcome: 'unknown' | undefined;

  constructor(message: string, options: ErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.retryable = options.outcome === 'unknown' ? false : (options.retryable ?? false);
    this.outcome = options.outcome;
  }

  override get name(): string {
    return this.constructor.name;
  }

  /** Printed as Node prints an error, with long values cut. */
  [inspectKey](_depth: number | null, options: object, inspect: Inspect): string {
    // An error of the same class that Node prints in its own way; it is a native error, which knows its stack.
    const twin: Error = Object.setPrototypeOf(new Error(this.message), Object.getPrototypeOf(this));
    Object.defineProperties(twin, {
      [inspectKey]: { value: undefined },
      stack: { value: this.stack },
      ...('cause' in this && { cause: { value: this.cause } }),
    });
    return inspect(Object.assign(twin, shownMembers(this, options, inspect)), options);
  }
}

/** Something went wrong with a resource. One `catch` on this class sees every failure of an operation. */
export class ResourceError extends RemoteRecordError {
  /** The HTTP status of the response; undefined where there was none. */
  declare readonly status?: number | undefined;
}

/** One thing wrong with one field. */
export interface FieldProblem {
  /** The field's name; a dotted path for a nested value. */
  field: string;
  /** What is wrong with it. */
  message: string;
}

/** A value was refused here, before any request was made. */
export class ValidationError extends ResourceError {
  /** One entry per field that was refused; empty when the problem is not about fields. */
  readonly details: readonly FieldProblem[];

  constructor(message: string, options: ErrorOptions & { details?: readonly FieldProblem[] } = {}) {
    super(message, options);
    this.details = options.details ?? [];
  }
}

/** A setting, a class declaration or an optional package is missing or wrong. */
export class ConfigurationError extends ResourceError {}
