import { ConfigurationError } from '../model/errors/index.js';
import { milliseconds } from '../model/support/quantities.js';

/** Which failed tries are repeated, and after which delays. */
export interface RetryOptions {
  /** The response statuses that are repeated, from 400 to 599. Default: 408, 429, 502, 503, 504. */
  statuses?: readonly number[] | undefined;
  /** The HTTP methods that are repeated. Default: all. Requests that create or start something follow stricter rules. */
  methods?: readonly string[] | undefined;
  /** The delay before the first repetition in seconds; the actual delay is a random part of it (full jitter). Default: 1. */
  baseDelay?: number | undefined;
  /** The factor by which the delay grows with each repetition; at least 1. Default: 2. */
  factor?: number | undefined;
  /** The longest delay in seconds; it also limits a `Retry-After`. Default: 60. */
  maxDelay?: number | undefined;
  /** Seconds from the start of a call after which it is not repeated. Default: the call's `timeout`. */
  deadline?: number | undefined;
}

/** What is known about a failed try. */
export interface TryFailure {
  /** The response's status; undefined when there was no response. */
  status?: number | undefined;
  /** The response's `Retry-After`, in milliseconds. */
  retryAfter?: number | undefined;
  /** Whether the platform may have carried out the request. */
  arrived: 'no' | 'maybe';
  /** Whether every further try would fail too, for example because a certificate is not valid. */
  permanent: boolean;
}

/** Decides whether a failed try is repeated, and when. Delays are in milliseconds. */
export class RetryPolicy {
  readonly deadline: number;
  readonly #statuses: ReadonlySet<number>;
  readonly #methods: ReadonlySet<string> | undefined;
  readonly #baseDelay: number;
  readonly #factor: number;
  readonly #maxDelay: number;

  /** @throws ValidationError or ConfigurationError when an option is out of range. */
  constructor(options: RetryOptions = {}) {
    const { statuses = [408, 429, 502, 503, 504], methods, baseDelay = 1, factor = 2, maxDelay = 60 } = options;
    for (const status of statuses) {
      if (!Number.isInteger(status) || status < 400 || status > 599)
        throw new ConfigurationError(`retry.statuses has ${String(status)}; it may list statuses from 400 to 599.`);
    }
    if (!Number.isFinite(factor) || factor < 1) throw new ConfigurationError(`retry.factor is ${String(factor)}; it must be 1 or more.`);
    this.#statuses = new Set(statuses);
    this.#methods = methods && new Set(methods.map((method) => method.toUpperCase()));
    this.#baseDelay = milliseconds('retry.baseDelay', baseDelay);
    this.#factor = factor;
    this.#maxDelay = milliseconds('retry.maxDelay', maxDelay);
    this.deadline = milliseconds('retry.deadline', options.deadline ?? Number.POSITIVE_INFINITY);
  }

  /**
   * Whether a failed try may be repeated.
   * @param once Whether the request creates or starts something and no idempotency key protects it. Such a request is repeated only
   * when it was certainly not carried out.
   */
  permits(method: string, once: boolean, failure: TryFailure): boolean {
    if (failure.permanent || (this.#methods && !this.#methods.has(method))) return false;
    if (failure.status === undefined) return !once || failure.arrived === 'no';
    return this.#statuses.has(failure.status) && (!once || rejectedUnprocessed(failure.status, failure.retryAfter));
  }

  /**
   * Milliseconds before the repetition with this number, 1 for the first: the `Retry-After` if there is one, else exponential back-off with full
   * jitter (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
   */
  delay(repetition: number, retryAfter: number | undefined, random: number): number {
    if (retryAfter !== undefined) return Math.min(retryAfter, this.#maxDelay);
    return random * Math.min(this.#baseDelay * this.#factor ** (repetition - 1), this.#maxDelay);
  }

  /** Milliseconds for which the connection sends no request after a 429. */
  pause(retryAfter: number | undefined): number {
    return Math.min(retryAfter ?? this.#baseDelay, this.#maxDelay);
  }
}

/** Whether the status says that the request was rejected before it was processed: 429, and 503 with a `Retry-After`. */
function rejectedUnprocessed(status: number, retryAfter: number | undefined): boolean {
  return status === 429 || (status === 503 && retryAfter !== undefined);
}

/**
 * Whether the platform may have carried out a request whose response has this status. A gateway that timed out does not know what the
 * platform did, and 302 and 303 often follow a success.
 */
export function mayHaveArrived(status: number, retryAfter: number | undefined): boolean {
  return [302, 303, 502, 503, 504, 520, 524].includes(status) && !rejectedUnprocessed(status, retryAfter);
}

/**
 * Whether the platform may have carried out a try that failed. Beyond `arrived`, a server that failed or gave up waiting may have done so
 * after the work.
 */
export function mayBeDone({ status, arrived, retryAfter }: TryFailure): boolean {
  if (arrived === 'maybe') return true;
  return status !== undefined && (status === 408 || status >= 500) && !rejectedUnprocessed(status, retryAfter);
}
