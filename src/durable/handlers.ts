import type { BaseResource, RunResultOf, Waitable } from '#front';
import { ValidationError } from '#front';
import { checkOptionNames, namesOf } from '../vendor.js';
import { defaultRetries, type RetryPolicy } from './retry-delay.js';

/** The transaction in which the end of a run is written, and with it what a handler writes. */
export interface DurableTransaction {
  /**
   * Executes a statement in the database of the runs and resolves to its rows. The transaction begins with the first statement and is
   * committed, together with the end of the run, when the handler has resolved; it is undone when the handler throws.
   *
   * @param sql Its parameters are `?` with SQLite, `$1` and so on with PostgreSQL.
   * @throws ResourceError when another process has taken the run over.
   */
  execute<R = Record<string, unknown>>(sql: string, parameters?: readonly unknown[]): Promise<R[]>;
  /**
   * The client of `pg` in the transaction, for what takes one, such as a query builder.
   *
   * @throws ConfigurationError with SQLite.
   */
  client(): Promise<unknown>;
}

/** What every handler gets. */
export interface DurableEvent<D = unknown> {
  /** The id of the run among the durable ones. */
  readonly id: string;
  /** The key that was given to `run()`; null without one. */
  readonly key: string | null;
  /** What was given to `run()`. */
  readonly data: D;
  /** The number of this attempt, from 1. */
  readonly attempt: number;
  /** Aborted when this process has lost the run to another one, or is closing and has waited for the handler long enough. */
  readonly signal: AbortSignal;
  /** Writes in the transaction in which the end of the run is written. */
  readonly transaction: DurableTransaction;
}

/** What a run results in: the record itself for an execution, else the result of the run. */
export type DurableResult<R extends BaseResource> = R extends Waitable ? R : RunResultOf<R>;

/** The end of a run. */
export interface DurableEnd<R extends BaseResource = BaseResource, D = unknown> extends DurableEvent<D> {
  /** The execution, or the record that was run, of which no more than what the run says is known. */
  readonly record: R;
  /** The execution itself, or the result of the run. */
  readonly result: DurableResult<R>;
}

/** The end of a run that has failed, was cancelled, or has not ended by its deadline. */
export interface DurableFailure<R extends BaseResource = BaseResource, D = unknown> extends DurableEvent<D> {
  /** The execution, or the record that was run. */
  readonly record: R;
  /** OperationFailedError with the platform's own text, OperationTimeoutError after the deadline, AbortedError where only the wait was cancelled. */
  readonly error: Error;
}

/** The other ends of the runs of a handler, and how attempts are repeated. Durations are in seconds. */
export interface HandlerOptions<R extends BaseResource = BaseResource, D = unknown> extends Partial<RetryPolicy> {
  /** Called for a run that has failed. Default: it is listed by `failed()`. */
  onFailure?: ((failure: DurableFailure<R, D>) => unknown) | undefined;
  /**
   * Called for a run of which nobody knows whether it was started, because the process ended, or the connection broke, between the request and
   * its response. Default: it is listed by `failed()`.
   */
  onUnknown?: ((event: DurableEvent<D>) => unknown) | undefined;
}

const optionNames = namesOf<HandlerOptions>({ onFailure: true, onUnknown: true, attempts: true, delay: true, maxDelay: true });

/** A handler with its options. */
export interface Registration {
  readonly onEnd: (end: DurableEnd<never>) => unknown;
  readonly onFailure: ((failure: DurableFailure<never>) => unknown) | undefined;
  readonly onUnknown: ((event: DurableEvent) => unknown) | undefined;
  readonly retries: RetryPolicy;
}

/** @throws ValidationError for options that make no sense. */
export function registration(name: string, handler: unknown, options: HandlerOptions<never, never>): Registration {
  const attempt = `on('${name}')`;
  checkOptionNames(attempt, options, optionNames);
  if (typeof handler !== 'function') throw new ValidationError(`${attempt}: the handler must be a function (got ${typeof handler}).`);
  const { onFailure, onUnknown } = options;
  const retries = {
    attempts: options.attempts ?? defaultRetries.attempts,
    delay: options.delay ?? defaultRetries.delay,
    maxDelay: options.maxDelay ?? defaultRetries.maxDelay,
  };
  if (!Number.isInteger(retries.attempts) || retries.attempts < 1)
    throw new ValidationError(`${attempt}: attempts must be a whole number from 1.`);
  for (const name of ['delay', 'maxDelay'] as const) {
    if (!(retries[name] >= 0 && retries[name] <= 86_400)) throw new ValidationError(`${attempt}: ${name} must be seconds from 0 to 86400.`);
  }
  return { onEnd: handler as Registration['onEnd'], onFailure, onUnknown, retries } as Registration;
}
