import type { TimedPoll, Wait } from '../model/ports/waiter.js';
import { onAbort } from '../model/support/abort.js';

/** The default timeout of a wait, in seconds. */
const defaultTimeout = 300;

/** What came of one poll. */
export interface PollOutcome<S> {
  /** When it ended, on the monotonic clock. */
  readonly at: number;
  /** Undefined when the poll failed and will be repeated. */
  readonly poll?: TimedPoll<S>;
  readonly error?: Error;
  /** Whether the wait's deadline passed before the poll got a response. */
  readonly timedOut?: boolean;
}

/** The polls that a wait subscribes to. They continue as long as a subscription wants the next one. */
export interface PollSource<S> {
  subscribe(subscription: Subscription<S>): void;
  unsubscribe(subscription: Subscription<S>): void;
  /** Called when a subscription wants the next poll. */
  requestPoll(): void;
  /** The error of a wait whose deadline has passed without a final poll. */
  timeoutError(seconds: number, outcome: PollOutcome<S>): Error;
  abortError(signal: AbortSignal): Error;
}

/** The subscription of one wait. It gets the outcome of each poll from then on. */
export abstract class Subscription<S> {
  /** When the wait ends, on the monotonic clock. */
  readonly deadline: number;
  protected readonly source: PollSource<S>;
  protected readonly signal: AbortSignal | undefined;
  readonly #timeout: number;
  #removeAbortListener: (() => void) | undefined;

  /** @param now The present time on the monotonic clock. */
  constructor(source: PollSource<S>, { timeout = defaultTimeout, signal, since }: Wait, now: number) {
    this.source = source;
    this.signal = signal;
    this.deadline = (since ?? now) + timeout * 1000;
    this.#timeout = timeout;
  }

  /** Whether it wants the next poll; false while the caller still handles an earlier one. */
  abstract get wantsPoll(): boolean;

  abstract deliver(outcome: PollOutcome<S>): void;

  /** Ends the wait with an error. */
  abstract fail(error: unknown): void;

  protected subscribe(): void {
    const { source, signal } = this;
    source.subscribe(this);
    this.#removeAbortListener = signal && onAbort(signal, () => this.fail(errorFrom(() => source.abortError(signal))));
  }

  protected unsubscribe(): void {
    this.#removeAbortListener?.();
    this.source.unsubscribe(this);
  }

  /** The error of the wait after a poll that was not final; undefined before the deadline. */
  protected timeoutFailure(outcome: PollOutcome<S>): unknown {
    // Timers may fire up to a millisecond early.
    return this.deadline - outcome.at < 1 ? errorFrom(() => this.source.timeoutError(this.#timeout, outcome)) : undefined;
  }
}

/** The error that `make` returns or throws: it calls members of the `Pollable`, and a wait must end even when these throw. */
function errorFrom(make: () => Error): unknown {
  try {
    return make();
  } catch (error) {
    return error;
  }
}
