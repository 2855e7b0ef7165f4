import type { Clock } from '../../src/model/ports/clock.js';

interface Timer {
  at: number;
  action(): void;
}

/** A clock that stands still until `pass` is called. */
export class ManualClock implements Clock {
  /** The durations of all timers, in milliseconds. */
  readonly asked: number[] = [];
  /** What `random()` returns; 0.5 is the middle of every jitter. */
  chance = 0.5;
  protected time = 0;
  readonly #timers = new Set<Timer>();

  now(): number {
    return this.time;
  }

  date(): number {
    return 1_700_000_000_000 + this.time;
  }

  random(): number {
    return this.chance;
  }

  /** The number of timers that are set. */
  get pending(): number {
    return this.#timers.size;
  }

  timer(ms: number, action: () => void): () => void {
    this.asked.push(ms);
    if (ms === Number.POSITIVE_INFINITY) return () => {};
    const timer = { at: this.time + ms, action };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }

  /** Sets the time forward without running timers. */
  advance(ms: number): void {
    this.time += ms;
  }

  /** Lets `ms` milliseconds pass and runs the timers that become due, in order. */
  async pass(ms: number): Promise<void> {
    const until = this.time + ms;
    for (;;) {
      await settle();
      const next = this.earliest();
      if (!next || next.at > until) break;
      this.time = Math.max(this.time, next.at);
      this.run(next);
    }
    this.time = until;
    await settle();
  }

  /** The timer that is due first: of several that are due at once, the one that was set first. */
  protected earliest(): Timer | undefined {
    let earliest: Timer | undefined;
    for (const timer of this.#timers) if (earliest === undefined || timer.at < earliest.at) earliest = timer;
    return earliest;
  }

  protected run(timer: Timer): void {
    this.#timers.delete(timer);
    timer.action();
  }
}

/** A clock that jumps to its next timer as soon as nothing else is left to do: waits of hours take no time. */
export class VirtualClock extends ManualClock {
  /** How far each jump went, in milliseconds. */
  readonly sleeps: number[] = [];
  /** Called before each jump. */
  onSleep: ((now: number) => void) | undefined;
  #pumping = false;

  override timer(ms: number, action: () => void): () => void {
    const cancel = super.timer(ms, action);
    this.#pump();
    return cancel;
  }

  #pump(): void {
    if (this.#pumping || this.pending === 0) return;
    this.#pumping = true;
    setImmediate(() => {
      this.#pumping = false;
      this.#jump();
      this.#pump();
    });
  }

  #jump(): void {
    const next = this.earliest();
    if (next === undefined) return;
    if (next.at > this.time) this.onSleep?.(this.time);
    if (next !== this.earliest()) return; // the callback has set or cancelled a timer
    if (next.at > this.time) {
      this.sleeps.push(next.at - this.time);
      this.time = next.at;
    }
    this.run(next);
  }
}

/** Waits until all promises that can settle have settled. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}
