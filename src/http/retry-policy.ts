import { ConfigurationError } from '../model/errors/index.js';
import { milliseconds } from '../model/support/quantities.js';

/** What is repeated, and how soon. */
export interface RetryOptions {
  /** The statuses that are repeated. Default: 408, 429, 502, 503, 504. */
  statuses?: readonly number[] | undefined;
  /** The methods that are repeated. Default: all; requests that create or start something have stricter rules of their own. */
  methods?: readonly string[] | undefined;
  /** Seconds before the first repetition, before jitter. Default: 1. */
  baseDelay?: number | undefined;
  /** By how much the delay grows each time. Default: 2. */
  factor?: number | undefined;
  /** The longest delay in seconds, also of one the server asks for. Default: 60. */
  maxDelay?: number | undefined;
  /** Seconds after its beginning at which a call is no longer repeated. Default: the call's time limit. */
  deadline?: number | undefined;
}

/** What is known about a try that failed. */
export interface TryFailure {
  /** The answer's status; undefined when there was none. */
  status?: number | undefined;
  /** Milliseconds the server asked to wait. */
  retryAfter?: number | undefined;
  /** Whether the platform may have carried the request out. */
  arrived: 'no' | 'maybe';
  /** Whether trying again is of no use, for example because a certificate is not valid. */
  permanent: boolean;
}

/** When a failed try is repeated, as data. Delays are in milliseconds. */
export class RetryPolicy {
  readonly deadline: number;
  readonly #statuses: ReadonlySet<number>;
  readonly #methods: ReadonlySet<string> | undefined;
  readonly #baseDelay: number;
  readonly #factor: number;
  readonly #maxDelay: number;

  /** @throws ValidationError or ConfigurationError for values that make no sense. */
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
   * Whether a failed try may be made again.
   * @param once the request creates or starts something, and no idempotency key protects it: it goes out again only when it
   * surely was not carried out.
   */
  permits(method: string, once: boolean, failed: TryFailure): boolean {
    if (failed.permanent || (this.#methods && !this.#methods.has(method))) return false;
    if (failed.status === undefined) return !once || failed.arrived === 'no';
    return this.#statuses.has(failed.status) && (!once || rejectedUnprocessed(failed.status, failed.retryAfter));
  }

  /** Milliseconds before the repetition with this number (1 for the first): what the server asked for, else full jitter. */
  delay(repetition: number, retryAfter: number | undefined, random: number): number {
    if (retryAfter !== undefined) return Math.min(retryAfter, this.#maxDelay);
    return random * Math.min(this.#baseDelay * this.#factor ** (repetition - 1), this.#maxDelay);
  }

  /** Milliseconds for which everything else should hold back after a 429. */
  pause(retryAfter: number | undefined): number {
    return Math.min(retryAfter ?? this.#baseDelay, this.#maxDelay);
  }
}

/** Whether the answer says that the request was not looked at: 429, and 503 that names a time to come back. */
function rejectedUnprocessed(status: number, retryAfter: number | undefined): boolean {
  return status === 429 || (status === 503 && retryAfter !== undefined);
}

/**
 * Whether a request that was answered with this status may nevertheless have been carried out: a gateway that gave up on the
 * platform does not know what the platform did, and a redirection to another page often follows a success.
 */
export function mayHaveArrived(status: number, retryAfter: number | undefined): boolean {
  return [302, 303, 502, 503, 504, 520, 524].includes(status) && !rejectedUnprocessed(status, retryAfter);
}
