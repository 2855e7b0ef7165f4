import type { Clock } from '../model/ports/clock.js';
import type { BackOff } from '../model/ports/waiter.js';

/** The random variation of a delay to either side, as a fraction. It spreads the polls of waits that started together. */
const jitter = 0.2;

/** The delays between polls: they start at `initial`, or at the caller's first delay, and grow by `factor` up to `max`. */
export class BackOffDelays {
  readonly #backOff: BackOff;
  #seconds: number;

  /** @param first The first delay, in seconds. */
  constructor(backOff: BackOff, first: number = backOff.initial) {
    this.#backOff = backOff;
    this.#seconds = first;
  }

  /** The next delay in milliseconds, at least `min`. It varies by up to a fifth to either side. */
  next(clock: Clock): number {
    const { factor, max, min } = this.#backOff;
    const seconds = Math.max(this.#seconds, min);
    this.#seconds = Math.max(seconds, Math.min(seconds * factor, max));
    return Math.max(min, seconds * (1 - jitter + 2 * jitter * clock.random())) * 1000;
  }
}
