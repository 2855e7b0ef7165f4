import { ConfigurationError } from '../model/errors/index.js';
import { count } from '../model/support/quantities.js';

/** The rate limits of a connection. */
export interface Limits {
  /** The highest number of requests in flight. File transfers are counted separately, with the same limit. Default: 100. */
  concurrency?: number | undefined;
  /** The highest number of requests started in any one second; a fraction such as 0.5 is one every two seconds. Default: no limit. */
  perSecond?: number | undefined;
}

/** The limits with their defaults. @throws ValidationError or ConfigurationError when one is out of range. */
export function checkLimits(limits: Limits): { concurrency: number; perSecond: number } {
  const { concurrency = 100, perSecond = Number.POSITIVE_INFINITY } = limits;
  if (!(perSecond > 0)) throw new ConfigurationError(`limits.perSecond is ${String(perSecond)}; it must be more than 0.`);
  return { concurrency: count('limits.concurrency', concurrency, 1), perSecond };
}
