import { AbortedError, TimeoutError } from '../errors/index.js';
import { type Clock, systemClock } from '../ports/clock.js';
import type { CallOptions } from '../ports/transport.js';
import { onAbort } from '../support/abort.js';
import { checkSeconds } from '../support/quantities.js';

/** What an operation may be ended by before its work is done. */
export type Limits = Pick<CallOptions, 'signal' | 'timeout'>;

/** A request that leaves this soon, in milliseconds, has the whole time that the caller gave. */
const atOnce = 10;

/**
 * The signal and the timeout of an operation. They end it for its caller while it waits for its turn and for its hooks; a request that has
 * left is ended by the transport.
 */
export class Limit {
  /** Why the operation is over; null while it is not. */
  over: Error | null = null;
  /** Where the operation is: still to be begun, at work, or at its after hooks. */
  stage: 'waiting' | 'working' | 'ending' = 'waiting';
  readonly #limits: Limits;
  readonly #clock: Clock;
  /** When it began, and when it must have ended, on the clock that never goes back. */
  readonly #since: number;
  #until: number;
  #what: () => string;

  /** @param what The operation, for messages. @throws ValidationError for a timeout that is no duration in seconds. */
  constructor(limits: Limits, clock: Clock = systemClock, what: () => string) {
    checkSeconds('timeout', limits.timeout);
    this.#limits = limits;
    this.#clock = clock;
    this.#what = what;
    this.#since = limits.timeout === undefined ? 0 : clock.now();
    this.#until = limits.timeout === undefined ? Number.POSITIVE_INFINITY : this.#since + limits.timeout * 1000;
  }

  /** Whether there is none. */
  get isNone(): boolean {
    return this.#limits.signal === undefined && this.#limits.timeout === undefined;
  }

  /** The work begins. @throws AbortedError or TimeoutError when the operation is over. */
  depart(): void {
    if (this.over) throw this.over;
    this.stage = 'working';
  }

  /** The options of a request that leaves now: it has the time that is left. @throws what `depart()` throws. */
  callOptions<O extends CallOptions>(options: O): O {
    this.depart();
    const { timeout } = this.#limits;
    const now = timeout === undefined ? 0 : this.#clock.now();
    if (timeout === undefined || now - this.#since < atOnce || this.#until === Number.POSITIVE_INFINITY) return options;
    const left = Math.max(0, Math.ceil(this.#until - now)) / 1000;
    return { ...options, timeout: Math.min(left, options.timeout ?? left) };
  }

  /** Leaves the time to whoever waits for the rest. */
  dropTimeout(): void {
    this.#until = Number.POSITIVE_INFINITY;
  }

  /** Calls back when the operation is over by its signal or its time; the returned function takes that back. */
  onEnd(action: () => void): () => void {
    const end = (error: Error): void => {
      if (this.over) return;
      this.over = error;
      action();
    };
    const { signal, timeout } = this.#limits;
    const forget = onAbort(signal, () => end(new AbortedError(`${this.#what()} was aborted.`, { cause: signal?.reason })));
    if (timeout === undefined || this.over) return forget;
    const cancel = this.#clock.timer(this.#until - this.#clock.now(), () => {
      if (this.#until === Number.POSITIVE_INFINITY) return;
      end(new TimeoutError(`${this.#what()} took longer than ${timeout} seconds, the time it waited for its turn included.`));
    });
    return () => {
      forget();
      cancel();
    };
  }

  /** Calls back when what needs no time of its own has ended. */
  soon(action: () => void): void {
    this.#clock.timer(0, action);
  }
}
