import { ValidationError } from './errors/index.js';
import type { BaseRunParams } from './params.js';
import type { WaitOptions } from './waiter.js';

const longest = 86_400;

/** Durations are seconds; a number far too large for that was most likely meant as milliseconds. @throws ValidationError */
export function checkSeconds(name: string, value: number | undefined, infinite = true): void {
  if (value === undefined || (infinite && value === Number.POSITIVE_INFINITY)) return;
  if (typeof value === 'number' && value >= 0 && value <= longest) return;
  refuse(name, `must be seconds from 0 to ${longest}${infinite ? ', or Infinity' : ''} (got ${value})`);
}

/** Refuses what no wait understands. To be called before whatever is waited for is started. @throws ValidationError */
export function checkWaitOptions({ timeout, waitTime, signal }: WaitOptions): void {
  checkSeconds('timeout', timeout);
  checkSeconds('waitTime', waitTime, false);
  if (signal !== undefined && !(signal instanceof AbortSignal)) refuse('signal', `must be an AbortSignal (got ${typeof signal})`);
}

/** Refuses what no run understands, before anything is sent. @throws ValidationError */
export function checkRunOptions(options: BaseRunParams): void {
  checkWaitOptions(options);
  checkCount('runRetries', options.runRetries, 0);
  checkSeconds('runRetryWait', options.runRetryWait, false);
}

/** @throws ValidationError for anything but a whole number of at least `least`. */
export function checkCount(name: string, value: number | undefined, least: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= least)) return;
  refuse(name, `must be a whole number from ${least} (got ${value})`);
}

function refuse(field: string, message: string): never {
  throw new ValidationError(`${field} ${message}.`, { details: [{ field, message }] });
}
