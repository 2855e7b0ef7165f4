import type { Clock } from '../vendor.js';

/** How attempts that failed are repeated. */
export interface RetryPolicy {
  /** How many attempts there are. Default: 10. */
  readonly attempts: number;
  /** Seconds before the second attempt; each later delay is twice as long. Default: 1. */
  readonly delay: number;
  /** The longest delay, in seconds. Default: 3600. */
  readonly maxDelay: number;
}

export const defaultRetries: RetryPolicy = { attempts: 10, delay: 1, maxDelay: 3600 };

/**
 * Milliseconds before the next attempt, which vary between half of the delay and the whole of it, so that what failed together is not repeated together
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/, "equal jitter").
 *
 * @param failed How many attempts have failed before this one.
 */
export function retryDelay({ delay, maxDelay }: RetryPolicy, failed: number, clock: Clock): number {
  return Math.min(delay * 2 ** failed, maxDelay) * 1000 * (0.5 + clock.random() / 2);
}
