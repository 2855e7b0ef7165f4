import type { Clock } from '../../src/model/ports/clock.js';

interface Timer {
  at: number;
  action(): void;
}

/** A clock that jumps to its next timer as soon as nothing else is left to do: waits of hours take no time. */
export class VirtualClock implements Clock {
  /** How far each jump went, in milliseconds. */
  readonly sleeps: number[] = [];
  /** What timers were asked for, in milliseconds. */
  readonly asked: number[] = [];
  /** What `random()` gives; 0.5 is the middle of every jitter. */
  chance = 0.5;
  /** Called before each jump. */
  onSleep: ((now: number) => void) | undefined;
  #timers: Timer[] = [];
  #now = 0;
  #pumping = false;

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

  /** How many timers are set. */
  get pending(): number {
    return this.#timers.length;
  }

  timer(ms: number, action: () => void): () => void {
    const timer = { at: this.#now + ms, action };
    this.asked.push(ms);
    this.#timers.push(timer);
    this.#pump();
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  #pump(): void {
    if (this.#pumping || this.#timers.length === 0) return;
    this.#pumping = true;
    setImmediate(() => {
      this.#pumping = false;
      this.#jump();
      this.#pump();
    });
  }

  #jump(): void {
    const next = this.#earliest();
    if (next === undefined) return;
    if (next.at > this.#now) this.onSleep?.(this.#now);
    if (next !== this.#earliest()) return; // the callback has changed the plan
    if (next.at > this.#now) {
      this.sleeps.push(next.at - this.#now);
      this.#now = next.at;
    }
    this.#timers = this.#timers.filter((timer) => timer !== next);
    next.action();
  }

  #earliest(): Timer | undefined {
    return this.#timers.toSorted((a, b) => a.at - b.at)[0];
  }
}
