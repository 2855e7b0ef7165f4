import { ConfigurationError } from '../model/errors/index.js';
import type { Clock } from '../model/ports/clock.js';
import { onAbort } from '../model/support/abort.js';
import { count } from '../model/support/quantities.js';

/** How hard a connection may press a platform. */
export interface Limits {
  /** Requests in flight at the same time; transfers of files are counted apart, with the same number. Default: 100. */
  concurrency?: number | undefined;
  /** Requests begun in any one second. Default: no limit. */
  perSecond?: number | undefined;
}

const MS_PER_SECOND = 1000;

interface QueuedCall {
  ticket: number;
  admit(): void;
}

/**
 * Lets requests through in the order in which their calls came: a repetition keeps the place of its call. After a 429 nobody
 * passes until the pause is over, and then half as many at a time, one more after each answer.
 */
export class RateLimiter {
  readonly #clock: Clock;
  readonly #concurrency: number;
  readonly #perSecond: number;
  readonly #queue: QueuedCall[] = [];
  readonly #begun: number[] = [];
  #window: number;
  #inFlight = 0;
  #tickets = 0;
  #pausedUntil = Number.NEGATIVE_INFINITY;
  #cancelTimer: (() => void) | undefined;

  constructor(limits: Limits, clock: Clock) {
    this.#clock = clock;
    this.#concurrency = count('limits.concurrency', limits.concurrency ?? 100, 1);
    this.#perSecond = limits.perSecond ?? Number.POSITIVE_INFINITY;
    if (!(this.#perSecond > 0)) throw new ConfigurationError(`limits.perSecond is ${String(limits.perSecond)}; it must be more than 0.`);
    this.#window = this.#concurrency;
  }

  /** The place of a call in the queue. */
  ticket(): number {
    return ++this.#tickets;
  }

  /** Waits for a turn; returns false, without one, when the signal fired. Whoever entered must leave. */
  acquire(ticket: number, signal: AbortSignal | undefined): Promise<boolean> {
    if (signal?.aborted) return Promise.resolve(false);
    return new Promise((resolve) => {
      const waiting: QueuedCall = {
        ticket,
        admit() {
          forget();
          resolve(true);
        },
      };
      const forget = onAbort(signal, () => {
        this.#queue.splice(this.#queue.indexOf(waiting), 1);
        resolve(false);
        // The timer was perhaps for this one alone, and would keep the process alive.
        this.#admit();
      });
      const behind = this.#queue.findLastIndex((other) => other.ticket < ticket);
      this.#queue.splice(behind + 1, 0, waiting);
      this.#admit();
    });
  }

  /** Ends a turn. @param calm the platform answered, and not with 429. */
  release(calm: boolean): void {
    this.#inFlight--;
    if (calm && this.#window < this.#concurrency) this.#window++;
    this.#admit();
  }

  /** The platform asked to slow down: nobody enters for `ms` milliseconds. */
  pause(ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#clock.now() + ms);
    this.#window = Math.max(1, Math.floor(Math.min(this.#window, this.#inFlight) / 2));
  }

  #admit(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    while (this.#queue.length > 0 && this.#inFlight < this.#window) {
      const now = this.#clock.now();
      const wait = Math.max(this.#pausedUntil - now, this.#untilNextBegin(now));
      if (wait > 0) {
        this.#cancelTimer = this.#clock.timer(wait, () => this.#admit());
        return;
      }
      this.#inFlight++;
      if (this.#perSecond !== Number.POSITIVE_INFINITY) this.#begun.push(now);
      this.#queue.shift()?.admit();
    }
  }

  /** Milliseconds until the rate allows one more request: the last `perSecond` of them began within a second or they did not. */
  #untilNextBegin(now: number): number {
    const burst = Math.max(1, Math.floor(this.#perSecond));
    const span = (MS_PER_SECOND * burst) / this.#perSecond;
    while (this.#begun.length > 0 && (this.#begun[0] ?? 0) <= now - span) this.#begun.shift();
    return this.#begun.length < burst ? 0 : (this.#begun[0] ?? 0) + span - now;
  }
}
