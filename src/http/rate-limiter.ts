import type { Clock } from '../model/ports/clock.js';
import { onAbort } from '../model/support/abort.js';
import { checkLimits, type Limits } from './limits.js';

const MS_PER_SECOND = 1000;

/** What a call in the queue is told about pauses that the server asked for. */
export interface PauseObserver {
  /** The call waits because of a pause. It may be told so repeatedly. */
  paused(): void;
  /** The pause is over, and the call waits for its turn. */
  resumed(): void;
}

interface QueuedCall {
  ticket: number;
  observer: PauseObserver | undefined;
  admit(): void;
}

/**
 * Admits requests in the order of their tickets: a call that is repeated keeps its place. After a 429 no request is admitted until
 * the pause is over. The concurrency limit is then halved, and grows by one with each response that is not a 429.
 */
export class RateLimiter {
  readonly #clock: Clock;
  readonly #concurrency: number;
  readonly #perSecond: number;
  readonly #queue: QueuedCall[] = [];
  /** The start times of the latest requests; empty when there is no `perSecond` limit. */
  readonly #starts: number[] = [];
  /** The present concurrency limit. */
  #window: number;
  #inFlight = 0;
  #tickets = 0;
  #pausedUntil = Number.NEGATIVE_INFINITY;
  /** Whether the calls in the queue have been told of a pause. */
  #paused = false;
  #cancelTimer: (() => void) | undefined;

  /** @throws ValidationError or ConfigurationError when a limit is out of range. */
  constructor(limits: Limits, clock: Clock) {
    this.#clock = clock;
    const { concurrency, perSecond } = checkLimits(limits);
    this.#concurrency = concurrency;
    this.#perSecond = perSecond;
    this.#window = this.#concurrency;
  }

  /** A call's place in the queue. A call takes one ticket and uses it for every try. */
  ticket(): number {
    return ++this.#tickets;
  }

  /**
   * Whether a request may start at once, without a place in the queue, because nobody is in it and no limit is reached. True must be
   * followed by one `release`.
   */
  tryAcquire(): boolean {
    if (this.#queue.length > 0 || this.#inFlight >= this.#window || this.#paused || this.#perSecond !== Number.POSITIVE_INFINITY)
      return false;
    this.#inFlight++;
    return true;
  }

  /**
   * Resolves to true when a request of the call may start. Each true must be followed by one `release`. Resolves to false when the
   * signal fires first.
   */
  acquire(ticket: number, signal: AbortSignal | undefined, observer?: PauseObserver): Promise<boolean> {
    if (signal?.aborted) return Promise.resolve(false);
    return new Promise((resolve) => {
      const queued: QueuedCall = {
        ticket,
        observer,
        admit() {
          forget();
          resolve(true);
        },
      };
      const forget = onAbort(signal, () => {
        this.#queue.splice(this.#queue.indexOf(queued), 1);
        resolve(false);
        // Cancels the timer when no other call is queued; it would keep the process alive.
        this.#admitNext();
      });
      const before = this.#queue.findLastIndex((other) => other.ticket < ticket);
      this.#queue.splice(before + 1, 0, queued);
      if (this.#pausedUntil > this.#clock.now()) this.#notePause([queued]);
      this.#admitNext();
    });
  }

  /** Ends a request. @param accepted Whether the platform responded with anything but a 429. */
  release(accepted: boolean): void {
    this.#inFlight--;
    if (accepted && this.#window < this.#concurrency) this.#window++;
    if (this.#queue.length > 0 || this.#paused) this.#admitNext();
  }

  /** Admits no request for `ms` milliseconds, and fewer at a time afterwards. */
  pause(ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#clock.now() + ms);
    this.#window = Math.max(1, Math.floor(Math.min(this.#window, this.#inFlight) / 2));
    this.#notePause(this.#queue);
  }

  #notePause(queued: readonly QueuedCall[]): void {
    this.#paused = true;
    for (const { observer } of queued) observer?.paused();
  }

  #admitNext(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const pause = this.#pausedUntil - this.#clock.now();
    if (pause > 0) {
      if (this.#queue.length > 0) this.#admitAfter(pause);
      return;
    }
    while (this.#queue.length > 0 && this.#inFlight < this.#window) {
      const now = this.#clock.now();
      const wait = this.#untilNextStart(now);
      if (wait > 0) {
        this.#admitAfter(wait);
        break;
      }
      this.#inFlight++;
      if (this.#perSecond !== Number.POSITIVE_INFINITY) this.#starts.push(now);
      this.#queue.shift()?.admit();
    }
    if (!this.#paused) return;
    this.#paused = false;
    for (const { observer } of this.#queue) observer?.resumed();
  }

  #admitAfter(ms: number): void {
    this.#cancelTimer = this.#clock.timer(ms, () => this.#admitNext());
  }

  /** Milliseconds until `perSecond` permits another request. */
  #untilNextStart(now: number): number {
    const burst = Math.max(1, Math.floor(this.#perSecond));
    const span = (MS_PER_SECOND * burst) / this.#perSecond;
    while (this.#starts.length > 0 && (this.#starts[0] ?? 0) <= now - span) this.#starts.shift();
    return this.#starts.length < burst ? 0 : (this.#starts[0] ?? 0) + span - now;
  }
}
