import type { BackOff, Clock } from '../model/waiter.js';

/** How far a delay strays to either side, so that waits which began together do not stay together. */
const jitter = 0.2;

/** The delays between looks, in milliseconds: from `initial` (or the caller's first delay) growing by `factor` up to `max`. */
export function* delays({ initial, factor, max, min }: BackOff, clock: Clock, first?: number): Generator<number, never, void> {
  for (let seconds = first ?? initial; ; seconds = Math.max(seconds, Math.min(seconds * factor, max))) {
    yield Math.max(seconds, min) * 1000 * (1 - jitter + 2 * jitter * clock.random());
  }
}
