import type { Clock } from '../../model/ports/clock.js';
import { onAbort } from '../../model/support/abort.js';
import type { Cancellation } from '../adapters/adapter.js';

/** Why a deadline ended its work: the caller's signal, the time limit of the whole call, or the idle timeout. */
export type DeadlineCause = 'signal' | 'timeout' | 'idle';

/** Ends its work when the caller's signal fires, when the time limit has passed, or when no bytes move for too long. */
export class Deadline implements Cancellation {
  readonly #clock: Clock;
  #actions: Set<() => void> | undefined;
  #controller: AbortController | undefined;
  #unlink: (() => void) | undefined;
  #endedBy: DeadlineCause | undefined;
  #parent: Deadline | undefined;
  #timeout: { readonly start: number; readonly end: number; cancel(): void } | undefined;
  #cancelIdle: (() => void) | undefined;
  #lastActivity = 0;
  #pauses = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#endedBy) this.#controller.abort();
    return this.#controller.signal;
  }

  /** Undefined until the work is ended. */
  get endedBy(): DeadlineCause | undefined {
    return this.#endedBy;
  }

  get isOver(): boolean {
    return this.#endedBy !== undefined;
  }

  onEnd(action: () => void): () => void {
    if (this.#endedBy) {
      action();
      return () => {};
    }
    this.#actions ??= new Set();
    const actions = this.#actions;
    // Wrapped in a new function, because the same action may be registered twice.
    const entry = (): void => action();
    actions.add(entry);
    return () => void actions.delete(entry);
  }

  /** Ends when the given signal fires. */
  abortOn(signal: AbortSignal | undefined): this {
    if (signal) this.#unlink = onAbort(signal, () => this.#end('signal'));
    return this;
  }

  /** A deadline for a part of the work. It ends with this one and can also end on its own. */
  child(): Deadline {
    const child = new Deadline(this.#clock);
    child.#parent = this;
    child.#unlink = this.onEnd(() => child.#end(this.#endedBy ?? 'signal'));
    return child;
  }

  /** Ends after `ms` milliseconds. Nothing happens when the time is running already. */
  startTimeout(ms: number): void {
    if (this.#timeout) return;
    const start = this.#clock.now();
    this.#timeout = { start, end: start + ms, cancel: this.#clock.timer(ms, () => this.#end('timeout')) };
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

  /** Ends when no activity is recorded for `ms` milliseconds, counted from now; of several such limits the last one holds. */
  startIdleTimeout(ms: number): void {
    this.#cancelIdle?.();
    this.#cancelIdle = undefined;
    this.recordActivity();
    // With the whole time over before, there is nothing left to end, and a timer less to set.
    const whole = this.#parent ? this.#parent.#timeout : undefined;
    if (whole && whole.end <= this.#lastActivity + ms) return;
    const check = () => {
      const rest = this.#lastActivity + ms - this.#clock.now();
      if (rest <= 0 && this.#pauses === 0) this.#end('idle');
      else this.#cancelIdle = this.#clock.timer(rest > 0 ? rest : ms, check);
    };
    this.#cancelIdle = this.#clock.timer(ms, check);
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
    return new Promise((resolve, reject) => {
      const forget = this.onEnd(() => reject(new Error('the deadline has ended')));
      this.pauseIdleTimeout(work).then(resolve, reject).finally(forget);
    });
  }

  /** Removes all timers and the links to what ends it. It does not end any more. */
  dispose(): void {
    this.#timeout?.cancel();
    this.#cancelIdle?.();
    this.#unlink?.();
    this.#cancelIdle = undefined;
    this.#unlink = undefined;
  }

  #end(cause: DeadlineCause): void {
    if (this.#endedBy) return;
    this.#endedBy = cause;
    this.dispose();
    const actions = this.#actions ?? [];
    this.#actions = undefined;
    for (const action of actions) action();
    this.#controller?.abort();
  }
}
