import { ValidationError } from '../errors/index.js';

/** Seconds in a day: a longer duration was most likely meant as milliseconds. */
export const longestSeconds = 86_400;

/** Seconds in an hour. No request takes longer; a transfer or a wait may. */
export const longestRequestSeconds = 3600;

/** Refuses what is no duration in seconds. @throws ValidationError that names the unit. */
export function checkSeconds(name: string, value: number | undefined, infinite = true, longest = longestSeconds): void {
  if (value === undefined || (infinite && value === Number.POSITIVE_INFINITY)) return;
  if (typeof value === 'number' && value >= 0 && value <= longest) return;
  const hint = value > longest && value !== Number.POSITIVE_INFINITY ? '; for milliseconds, divide by 1000' : '';
  refuseOption(name, `must be seconds from 0 to ${longest}${infinite ? ', or Infinity' : ''} (got ${String(value)})${hint}`);
}

/** A duration that a user gave in seconds, in milliseconds. @throws ValidationError as `checkSeconds` does. */
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

/** Refuses anything but a whole number of at least `least`. @throws ValidationError */
export function checkCount(name: string, value: number | undefined, least: number, infinite = false): void {
  if (value === undefined || (infinite && value === Number.POSITIVE_INFINITY)) return;
  if (Number.isInteger(value) && value >= least) return;
  refuseOption(name, `must be a whole number from ${least}${infinite ? ', or Infinity' : ''} (got ${String(value)})`);
}

/** A number of times that a user gave. @throws ValidationError as `checkCount` does; Infinity is accepted. */
export function count(name: string, value: number, least: number): number {
  checkCount(name, value, least, true);
  return value;
}

/** Refuses an option, naming it. @throws ValidationError, always. */
export function refuseOption(field: string, message: string): never {
  throw new ValidationError(`${field} ${message}.`, { details: [{ field, message }] });
}
