import type { Clock } from '../model/waiter.js';
import { Heap, type Timed } from './heap.js';

/** A call to come. */
export interface Entry extends Timed {
  readonly action: () => void;
}

/** Timers hold no more; what is later is asked for again. */
const longestTimer = 2 ** 31 - 1;

/** Calls back at many times with one timer. */
export class Schedule {
  readonly #clock: Clock;
  readonly #entries = new Heap<Entry>();
  #armed: { at: number; cancel(): void } | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many calls are still to come. */
  get size(): number {
    return this.#entries.size;
  }

  /** Calls `action` at a time of the clock, or soon when it has passed. */
  at(at: number, action: () => void): Entry {
    const entry: Entry = { at, action, place: -1 };
    this.#entries.add(entry);
    this.#arm();
    return entry;
  }

  /** Takes a call back that is still to come. */
  cancel(entry: Entry): void {
    this.#entries.remove(entry);
    this.#arm();
  }

  #arm(): void {
    const next = this.#entries.first;
    if (next?.at === this.#armed?.at) return;
    this.#armed?.cancel();
    this.#armed = null;
    if (!next) return;
    const ms = Math.min(Math.max(0, next.at - this.#clock.now()), longestTimer);
    this.#armed = { at: next.at, cancel: this.#clock.timer(ms, () => this.#ring()) };
  }

  #ring(): void {
    this.#armed = null;
    // Timers may ring up to a millisecond early.
    const now = this.#clock.now() + 1;
    for (let entry = this.#entries.first; entry && entry.at <= now; entry = this.#entries.first) {
      this.#entries.remove(entry);
      entry.action();
    }
    this.#arm();
  }
}
