import type { RetrySettings } from './retry-options.js';

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
  readonly #settings: RetrySettings;

  constructor(settings: RetrySettings) {
    this.#settings = settings;
  }

  get deadline(): number {
    return this.#settings.deadline;
  }

  /**
   * Whether a failed try may be repeated.
   * @param once Whether the request creates or starts something and no idempotency key protects it. Such a request is repeated only
   * when it was certainly not carried out.
   */
  permits(method: string, once: boolean, failure: TryFailure): boolean {
    if (failure.permanent || this.#settings.methods?.has(method) === false) return false;
    if (failure.status === undefined) return !once || failure.arrived === 'no';
    return this.#settings.statuses.has(failure.status) && (!once || rejectedUnprocessed(failure.status, failure.retryAfter));
  }

  /**
   * Milliseconds before the repetition with this number, 1 for the first: the `Retry-After` if there is one, else exponential back-off with full
   * jitter (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
   */
  delay(repetition: number, retryAfter: number | undefined, random: number): number {
    if (retryAfter !== undefined) return Math.min(retryAfter, this.#settings.maxDelay);
    return random * Math.min(this.#settings.baseDelay * this.#settings.factor ** (repetition - 1), this.#settings.maxDelay);
  }

  /** Milliseconds for which the connection sends no request after a 429. */
  pause(retryAfter: number | undefined): number {
    return Math.min(retryAfter ?? this.#settings.baseDelay, this.#settings.maxDelay);
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
