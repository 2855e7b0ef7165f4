import { ValidationError } from '../errors/index.js';

/** The longest duration accepted, in seconds: one day. A larger number was most likely meant as milliseconds. */
export const longestSeconds = 86_400;

/** The longest time accepted for one request, in seconds: one hour. A transfer or a wait may take longer. */
export const longestRequestSeconds = 3600;

/**
 * Checks a duration in seconds. Undefined is accepted, and so is Infinity unless `infinite` is false.
 *
 * @throws ValidationError that names the unit.
 */
export function checkSeconds(name: string, value: number | undefined, infinite = true, longest = longestSeconds): void {
  if (value === undefined || (infinite && value === Number.POSITIVE_INFINITY)) return;
  if (typeof value === 'number' && value >= 0 && value <= longest) return;
  const hint = value > longest && value !== Number.POSITIVE_INFINITY ? '; for milliseconds, divide by 1000' : '';
  refuseOption(name, `must be seconds from 0 to ${longest}${infinite ? ', or Infinity' : ''} (got ${String(value)})${hint}`);
}

/** Converts a user's duration from seconds to milliseconds. @throws ValidationError as `checkSeconds` does. */
export function milliseconds(name: string, seconds: number): number {
  checkSeconds(name, seconds);
  return seconds * 1000;
}

/** The same for the time that a request may take, which is an hour at most. @throws ValidationError as `checkSeconds` does. */
export function requestMilliseconds(name: string, seconds: number): number {
  checkSeconds(name, seconds, true, longestRequestSeconds);
  return seconds * 1000;
}

/**
 * The time for one request of a transfer that may take longer: that of the transfer, but no more than an hour.
 *
 * @throws ValidationError as `checkSeconds` does.
 */
export function requestSecondsWithin(name: string, seconds: number | undefined): number | undefined {
  checkSeconds(name, seconds);
  return seconds === undefined || seconds === Number.POSITIVE_INFINITY ? seconds : Math.min(seconds, longestRequestSeconds);
}

/** Checks for a whole number of at least `least`. Undefined is accepted, and Infinity if `infinite` is true. @throws ValidationError */
export function checkCount(name: string, value: number | undefined, least: number, infinite = false): void {
  if (value === undefined || (infinite && value === Number.POSITIVE_INFINITY)) return;
  if (Number.isInteger(value) && value >= least) return;
  refuseOption(name, `must be a whole number from ${least}${infinite ? ', or Infinity' : ''} (got ${String(value)})`);
}

/** Checks and returns a user's count; Infinity is accepted. @throws ValidationError as `checkCount` does. */
export function count(name: string, value: number, least: number): number {
  checkCount(name, value, least, true);
  return value;
}

/** @throws ValidationError, always, with the name of the option and the problem. */
export function refuseOption(field: string, message: string): never {
  throw new ValidationError(`${field} ${message}.`, { details: [{ field, message }] });
}
