import type { Clock } from '../../model/ports/clock.js';
import { onAbort, unlessAborted } from '../../model/support/abort.js';

/** What ended an exchange from outside: the caller, the limit of the whole call, or silence on the line. */
export type DeadlineCause = 'signal' | 'timeout' | 'idle';

/** Ends what it is attached to when the caller's signal fires, when time is up, or when nothing moves for too long. */
export class Deadline {
  readonly #clock: Clock;
  readonly #controller = new AbortController();
  readonly #releases: (() => void)[] = [];
  #cutBy: DeadlineCause | undefined;
  #lastMove = 0;
  #holds = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** What it was cut by; undefined while it holds. */
  get endedBy(): DeadlineCause | undefined {
    return this.#cutBy;
  }

  /** Is cut when the signal fires. */
  abortOn(signal: AbortSignal | undefined, cutBy: () => DeadlineCause | undefined = () => 'signal'): this {
    this.#releases.push(onAbort(signal, () => this.#cut(cutBy() ?? 'signal')));
    return this;
  }

  /** A deadline for a part of the work: cut with this one, and on its own. */
  child(): Deadline {
    return new Deadline(this.#clock).abortOn(this.signal, () => this.#cutBy);
  }

  /** Is cut after `ms` milliseconds. */
  startTimeout(ms: number): this {
    this.#releases.push(this.#clock.timer(ms, () => this.#cut('timeout')));
    return this;
  }

  /** From now on, is cut when nothing moves for `ms` milliseconds. */
  startIdleTimeout(ms: number): void {
    this.recordActivity();
    const check = () => {
      const rest = this.#lastMove + ms - this.#clock.now();
      if (rest <= 0 && this.#holds === 0) this.#cut('idle');
      else cancel = this.#clock.timer(rest > 0 ? rest : ms, check);
    };
    let cancel = this.#clock.timer(ms, check);
    this.#releases.push(() => cancel());
  }

  /** Bytes came or went. */
  recordActivity(): void {
    this.#lastMove = this.#clock.now();
  }

  /** Does work of our own, during which silence on the line means nothing. */
  async pauseIdleTimeout<T>(work: Promise<T>): Promise<T> {
    this.#holds++;
    try {
      return await work;
    } finally {
      this.#holds--;
      this.recordActivity();
    }
  }

  /** Waits for work of our own, but no longer than it holds. */
  race<T>(work: Promise<T>): Promise<T> {
    return unlessAborted(this.pauseIdleTimeout(work), this.signal);
  }

  /** Lets go: nothing is ended any more. */
  dispose(): void {
    for (const release of this.#releases.splice(0)) release();
  }

  #cut(by: DeadlineCause): void {
    if (this.#cutBy) return;
    this.#cutBy = by;
    this.dispose();
    this.#controller.abort();
  }
}
