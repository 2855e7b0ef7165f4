import type { Clock } from '../model/ports/clock.js';
import type { BackOff } from '../model/ports/waiter.js';

/** How far a delay strays to either side, so that waits which began together do not stay together. */
const jitter = 0.2;

/** The delays between polls: from `initial` (or the caller's first delay) growing by `factor` up to `max`. */
export class BackOffDelays {
  readonly #backOff: BackOff;
  #seconds: number;

  constructor(backOff: BackOff, first: number = backOff.initial) {
    this.#backOff = backOff;
    this.#seconds = first;
  }

  /** The next delay, in milliseconds. */
  next(clock: Clock): number {
    const { factor, max, min } = this.#backOff;
    const seconds = Math.max(this.#seconds, min);
    this.#seconds = Math.max(seconds, Math.min(seconds * factor, max));
    return Math.max(min, seconds * (1 - jitter + 2 * jitter * clock.random())) * 1000;
  }
}
