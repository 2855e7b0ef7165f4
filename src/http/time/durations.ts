import { ValidationError } from '../../model/errors/index.js';

const LONGEST = 86_400;

/**
 * Milliseconds from a duration that a user gave in seconds.
 * @throws ValidationError for anything but a number from 0 to 86,400, or Infinity.
 */
export function milliseconds(name: string, seconds: number): number {
  if (typeof seconds !== 'number' || Number.isNaN(seconds) || seconds < 0)
    throw new ValidationError(`${name} is ${String(seconds)}; it must be a number of seconds, 0 or more.`);
  if (seconds > LONGEST && seconds !== Number.POSITIVE_INFINITY)
    throw new ValidationError(
      `${name} is ${seconds}, but it is given in seconds and may be at most ${LONGEST} (one day). For milliseconds, divide by 1000; for no limit, give Infinity.`,
    );
  return seconds * 1000;
}

/**
 * A count that a user gave.
 * @throws ValidationError for anything but a whole number of at least `least`; Infinity is accepted.
 */
export function count(name: string, value: number, least: number): number {
  const valid = typeof value === 'number' && value >= least && (Number.isInteger(value) || value === Number.POSITIVE_INFINITY);
  if (!valid) throw new ValidationError(`${name} is ${String(value)}; it must be a whole number, ${least} or more.`);
  return value;
}
