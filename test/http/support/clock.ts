import type { Clock } from '../../../src/model/ports/clock.js';

/** A clock that stands still until it is told otherwise, and chance that always says the same. */
export class TestClock implements Clock {
  #now = 1000;
  #timers: { at: number; action: () => void }[] = [];
  /** The delays asked for, in order. */
  readonly delays: number[] = [];

  constructor(
    readonly chance = 1,
    readonly start = Date.UTC(2026, 10, 21),
  ) {}

  now(): number {
    return this.#now;
  }

  date(): number {
    return this.start + this.now();
  }

  random(): number {
    return this.chance;
  }

  timer(ms: number, action: () => void): () => void {
    const timer = { at: this.#now + ms, action };
    this.delays.push(ms);
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Lets time pass; what falls due meanwhile happens in order. */
  async pass(ms: number): Promise<void> {
    const until = this.#now + ms;
    for (;;) {
      await settle();
      const [next] = this.#timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
      if (!next) break;
      this.#now = Math.max(this.#now, next.at);
      this.#timers = this.#timers.filter((other) => other !== next);
      next.action();
    }
    this.#now = until;
    await settle();
  }
}

/** A clock on which every wait of less than `longest` milliseconds is over at once, and longer ones never are. */
export class HastyClock extends TestClock {
  #elapsed = 0;

  constructor(
    readonly longest = 30_000,
    chance = 1,
  ) {
    super(chance);
  }

  override now(): number {
    return this.#elapsed;
  }

  override timer(ms: number, action: () => void): () => void {
    this.delays.push(ms);
    if (ms >= this.longest) return () => {};
    const handle = setImmediate(() => {
      this.#elapsed += ms;
      action();
    });
    return () => clearImmediate(handle);
  }
}

/** Lets everything that is ready happen. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}
