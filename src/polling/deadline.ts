import type { Clock } from '../model/waiter.js';

/** A moment on a clock that never goes back. */
export class Deadline {
  readonly at: number;

  /** @param seconds From `since` on; Infinity for never. */
  constructor(
    clock: Clock,
    readonly seconds: number,
    since: number = clock.now(),
  ) {
    this.at = since + seconds * 1000;
  }

  /** Whether it had passed at a time. Timers may ring up to a millisecond early. */
  passedAt(time: number): boolean {
    return this.at - time < 1;
  }
}
