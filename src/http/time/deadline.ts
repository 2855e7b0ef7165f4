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
  #timeout: { readonly start: number; readonly end: number; cancel(): void } | undefined;
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

  /** Ends after `ms` milliseconds. Nothing happens when the time is running already. */
  startTimeout(ms: number): void {
    const start = this.#clock.now();
    this.#timeout ??= { start, end: start + ms, cancel: this.#clock.timer(ms, () => this.#end('timeout')) };
  }

  /** Takes `startTimeout` back. */
  stopTimeout(): void {
    this.#timeout?.cancel();
    this.#timeout = undefined;
  }

  /** Milliseconds since `startTimeout`; 0 when the time is not running. */
  get elapsed(): number {
    return this.#timeout ? this.#clock.now() - this.#timeout.start : 0;
  }

  /** Whether the deadline has ended. It ends here when its time is over but its timer was late, because something blocked the event loop. */
  hasEnded(): boolean {
    if (this.#timeout && this.#clock.now() >= this.#timeout.end) this.#end('timeout');
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
    this.#timeout?.cancel();
    for (const dispose of this.#disposers.splice(0)) dispose();
  }

  #end(cause: DeadlineCause): void {
    if (this.#endedBy) return;
    this.#endedBy = cause;
    this.dispose();
    this.#controller.abort();
  }
}
