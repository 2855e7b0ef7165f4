import type { Clock } from '../../src/model/waiter.js';

/** A clock that moves only when someone sleeps: waits of hours take no time, and every sleep is noted. */
export class VirtualClock implements Clock {
  readonly sleeps: number[] = [];
  /** What `random()` gives; 0.5 is the middle of every jitter. */
  chance = 0.5;
  /** Called with the clock's time before each sleep ends. */
  onSleep: ((now: number) => void) | undefined;
  #now = 0;

  now(): number {
    return this.#now;
  }

  date(): number {
    return 1_700_000_000_000 + this.#now;
  }

  random(): number {
    return this.chance;
  }

  advance(ms: number): void {
    this.#now += ms;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.sleeps.push(ms);
    this.onSleep?.(this.#now);
    if (signal?.aborted) throw signal.reason;
    this.#now += ms;
    await Promise.resolve();
  }
}
