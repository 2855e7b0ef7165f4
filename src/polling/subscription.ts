import type { TimedPoll, Wait } from '../model/ports/waiter.js';
import { onAbort } from '../model/support/abort.js';

/** Seconds a wait takes at the most where nobody says otherwise. */
const defaultTimeout = 300;

/** A poll that is over. */
export interface PollOutcome<S> {
  /** When it was over, on the clock that never goes back. */
  readonly at: number;
  /** What was found; undefined where the poll failed and will be repeated. */
  readonly poll?: TimedPoll<S>;
  readonly error?: Error;
  /** Whether it was over without an answer, for those who could not wait for it any longer. */
  readonly timedOut?: boolean;
}

/** What is followed: polls of one thing, which go on as long as someone wants the next one. */
export interface PollSource<S> {
  subscribe(follower: Subscription<S>): void;
  unsubscribe(follower: Subscription<S>): void;
  /** Someone wants the next poll. */
  requestPoll(): void;
  /** What ends a wait whose time was over with a poll that did not find the end. */
  timeoutError(seconds: number, step: PollOutcome<S>): Error;
  abortError(signal: AbortSignal): Error;
}

/** One wait. It is told of each poll from when it joined on. */
export abstract class Subscription<S> {
  /** When its time is over. */
  readonly deadline: number;
  protected readonly source: PollSource<S>;
  protected readonly signal: AbortSignal | undefined;
  readonly #seconds: number;
  #deafen: (() => void) | undefined;

  /** @param now The time on the clock that never goes back. */
  constructor(followed: PollSource<S>, { timeout = defaultTimeout, signal, since }: Wait, now: number) {
    this.source = followed;
    this.signal = signal;
    this.deadline = (since ?? now) + timeout * 1000;
    this.#seconds = timeout;
  }

  /** Whether it wants the next poll, rather than being busy with one before. */
  abstract get wantsPoll(): boolean;

  abstract deliver(step: PollOutcome<S>): void;

  /** The polls have ended with an error, or the wait has. */
  abstract fail(error: unknown): void;

  protected subscribe(): void {
    const { source, signal } = this;
    source.subscribe(this);
    this.#deafen = signal && onAbort(signal, () => this.fail(errorFrom(() => source.abortError(signal))));
  }

  protected unsubscribe(): void {
    this.#deafen?.();
    this.source.unsubscribe(this);
  }

  /** What ends the wait after a poll that did not find the end; undefined while there is time. Timers may ring up to a millisecond early. */
  protected timeoutFailure(step: PollOutcome<S>): unknown {
    return this.deadline - step.at < 1 ? errorFrom(() => this.source.timeoutError(this.#seconds, step)) : undefined;
  }
}

/** What a wait ends with. What is waited for has a say in it, by its name and its state, and must not keep the wait from ending. */
function errorFrom(make: () => Error): unknown {
  try {
    return make();
  } catch (error) {
    return error;
  }
}

/** Waits for the end, and does not care for the looks before. */
export class FinalStateSubscription<S> extends Subscription<S> {
  #resolve!: (state: S) => void;
  #reject!: (error: unknown) => void;

  /** Resolves to the final state. */
  result(): Promise<S> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      this.subscribe();
      this.source.requestPoll();
    });
  }

  override get wantsPoll(): boolean {
    return true;
  }

  override deliver(step: PollOutcome<S>): void {
    const { poll } = step;
    const failure = poll?.final ? poll.failure : this.timeoutFailure(step);
    if (failure !== undefined) this.fail(failure);
    else if (poll?.final) this.#succeed(poll.state);
  }

  override fail(error: unknown): void {
    this.unsubscribe();
    this.#reject(error);
  }

  #succeed(state: S): void {
    this.unsubscribe();
    this.#resolve(state);
  }
}

/** Goes through the polls one by one. None is left out for someone slow. */
export class PollSubscription<S> extends Subscription<S> {
  readonly #steps: PollOutcome<S>[] = [];
  /** What the polls ended with. */
  #failure: { error: unknown } | null = null;
  #waiting: { resolve(step: PollOutcome<S>): void; reject(error: unknown): void } | null = null;

  override get wantsPoll(): boolean {
    return this.#waiting !== null;
  }

  /** @throws OperationTimeoutError, AbortedError, and what the polls ended with. */
  async *polls(): AsyncGenerator<TimedPoll<S>, void, void> {
    this.subscribe();
    try {
      for (;;) {
        const step = await this.#next();
        const { poll } = step;
        if (poll) yield poll;
        const failure = poll?.final ? poll.failure : this.timeoutFailure(step);
        if (failure !== undefined) throw failure;
        if (poll?.final) return;
      }
    } finally {
      this.unsubscribe();
    }
  }

  override deliver(step: PollOutcome<S>): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    if (waiting) waiting.resolve(step);
    else this.#steps.push(step);
  }

  override fail(error: unknown): void {
    this.#waiting?.reject(error);
    this.#waiting = null;
    this.#failure ??= { error };
  }

  async #next(): Promise<PollOutcome<S>> {
    if (this.signal?.aborted) throw this.source.abortError(this.signal);
    const step = this.#steps.shift();
    if (step) return step;
    if (this.#failure) throw this.#failure.error;
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.source.requestPoll();
    });
  }
}
