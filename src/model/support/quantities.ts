import { ValidationError } from '../errors/index.js';

/** Seconds in a day: a longer duration was most likely meant as milliseconds. */
export const longestSeconds = 86_400;

/** Refuses what is no duration in seconds. @throws ValidationError that names the unit. */
export function checkSeconds(name: string, value: number | undefined, infinite = true): void {
  if (value === undefined || (infinite && value === Number.POSITIVE_INFINITY)) return;
  if (typeof value === 'number' && value >= 0 && value <= longestSeconds) return;
  const hint = value > longestSeconds && value !== Number.POSITIVE_INFINITY ? '; for milliseconds, divide by 1000' : '';
  refuseOption(name, `must be seconds from 0 to ${longestSeconds}${infinite ? ', or Infinity' : ''} (got ${String(value)})${hint}`);
}

/** A duration that a user gave in seconds, in milliseconds. @throws ValidationError as `checkSeconds` does. */
export function milliseconds(name: string, seconds: number): number {
  checkSeconds(name, seconds);
  return seconds * 1000;
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
