import { ValidationError } from '../model/errors/index.js';
import type { Clock } from '../model/waiter.js';

const longest = 86_400;

/** Durations are seconds; a number far too large for that was most likely meant as milliseconds. */
export function checkSeconds(name: string, value: number | undefined): void {
  if (value === undefined || value === Number.POSITIVE_INFINITY) return;
  if (typeof value === 'number' && value >= 0 && value <= longest) return;
  const message = `must be seconds from 0 to ${longest}, or Infinity (got ${value})`;
  throw new ValidationError(`${name} ${message}.`, { details: [{ field: name, message }] });
}

/** A moment on a clock that never goes back. */
export class Deadline {
  readonly #clock: Clock;
  readonly #at: number;

  /** @param seconds From now; Infinity for never. */
  constructor(clock: Clock, seconds: number) {
    this.#clock = clock;
    this.#at = clock.now() + seconds * 1000;
  }

  /** Milliseconds left; 0 when it has passed. Timers may fire up to a millisecond early. */
  get left(): number {
    const left = this.#at - this.#clock.now();
    return left < 1 ? 0 : left;
  }

  get passed(): boolean {
    return this.left === 0;
  }

  /** The same moment in milliseconds since 1970; null for never. */
  get date(): number | null {
    return this.#at === Number.POSITIVE_INFINITY ? null : Math.round(this.#clock.date() + this.left);
  }
}
