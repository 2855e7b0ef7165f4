import { type Inspect, inspectKey, shownMembers } from '../support/shown.js';

/** Options of every error of this package. */
export interface ErrorOptions {
  /** The original error. */
  cause?: unknown;
  /** Whether repeating the same call may succeed. Default: false. */
  retryable?: boolean;
  /** `'unknown'` when a create or run may have taken effect although there was no response. */
  outcome?: 'unknown' | undefined;
}

/** The base class of the errors this package throws. */
export class RemoteRecordError extends Error {
  /** Whether repeating the same call may succeed. */
  readonly retryable: boolean;
  /** `'unknown'` when a create or run may have taken effect although there was no response. */
  readonly outcome: 'unknown' | undefined;

  constructor(message: string, options: ErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.retryable = options.outcome === 'unknown' ? false : (options.retryable ?? false);
    this.outcome = options.outcome;
  }

  /** The name of the error's class. */
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

/** An operation on a resource failed. Catching this class catches every failure of an operation. */
export class ResourceError extends RemoteRecordError {
  /** The HTTP status of the response; undefined where there was none. */
  declare readonly status?: number | undefined;
}

/** A problem with the value of one field. */
export interface FieldProblem {
  /** The field's name; a dotted path for a nested value. */
  field: string;
  /** The problem. */
  message: string;
}

/** A value was refused locally: before any request was made, or after it was read, by a schema that the caller gave. */
export class ValidationError extends ResourceError {
  /** One entry per problem with a field; empty when the problem does not concern fields. */
  readonly details: readonly FieldProblem[];

  constructor(message: string, options: ErrorOptions & { details?: readonly FieldProblem[] } = {}) {
    super(message, options);
    this.details = options.details ?? [];
  }
}

/** A setting, a class declaration or an optional package is missing or wrong. */
export class ConfigurationError extends ResourceError {}
