import type { Clock } from '../../model/ports/clock.js';
import { onAbort, unlessAborted } from '../../model/support/abort.js';

/** Why a deadline ended its work: the caller's signal, the time limit of the whole call, or the idle timeout. */
export type DeadlineCause = 'signal' | 'timeout' | 'idle';

/** Aborts its signal when the caller's signal fires, when the time limit has passed, or when no bytes move for too long. */
export class Deadline {
  readonly #clock: Clock;
  readonly #controller = new AbortController();
  readonly #disposers: (() => void)[] = [];
  #endedBy: DeadlineCause | undefined;
  #parent: Deadline | undefined;
  #endsAt = Number.POSITIVE_INFINITY;
  #lastActivity = 0;
  #pauses = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Undefined until the signal is aborted. */
  get endedBy(): DeadlineCause | undefined {
    return this.#endedBy;
  }

  /** Ends when the given signal fires. */
  abortOn(signal: AbortSignal | undefined, cause: () => DeadlineCause | undefined = () => 'signal'): this {
    this.#disposers.push(onAbort(signal, () => this.#end(cause() ?? 'signal')));
    return this;
  }

  /** A deadline for a part of the work. It ends with this one and can also end on its own. */
  child(): Deadline {
    const child = new Deadline(this.#clock).abortOn(this.signal, () => this.#endedBy);
    child.#parent = this;
    return child;
  }

  /** Ends after `ms` milliseconds. */
  startTimeout(ms: number): this {
    this.#endsAt = this.#clock.now() + ms;
    this.#disposers.push(this.#clock.timer(ms, () => this.#end('timeout')));
    return this;
  }

  /** Whether the deadline has ended. It ends here when its time is over but its timer was late, because something blocked the event loop. */
  hasEnded(): boolean {
    if (this.#clock.now() >= this.#endsAt) this.#end('timeout');
    return this.#parent?.hasEnded() || this.#endedBy !== undefined;
  }

  /** Ends when no activity is recorded for `ms` milliseconds, counted from now. */
  startIdleTimeout(ms: number): void {
    this.recordActivity();
    const check = () => {
      const rest = this.#lastActivity + ms - this.#clock.now();
      if (rest <= 0 && this.#pauses === 0) this.#end('idle');
      else cancel = this.#clock.timer(rest > 0 ? rest : ms, check);
    };
    let cancel = this.#clock.timer(ms, check);
    this.#disposers.push(() => cancel());
  }

  /** Restarts the idle timeout: bytes were sent or received. */
  recordActivity(): void {
    this.#lastActivity = this.#clock.now();
  }

  /** Suspends the idle timeout during local work, such as writing to a disk. */
  async pauseIdleTimeout<T>(work: Promise<T>): Promise<T> {
    this.#pauses++;
    try {
      return await work;
    } finally {
      this.#pauses--;
      this.recordActivity();
    }
  }

  /** Waits for local work with the idle timeout suspended. Rejects when the deadline ends first. */
  race<T>(work: Promise<T>): Promise<T> {
    return unlessAborted(this.pauseIdleTimeout(work), this.signal);
  }

  /** Removes all timers and listeners. The signal is not aborted any more. */
  dispose(): void {
    for (const dispose of this.#disposers.splice(0)) dispose();
  }

  #end(cause: DeadlineCause): void {
    if (this.#endedBy) return;
    this.#endedBy = cause;
    this.dispose();
    this.#controller.abort();
  }
}
