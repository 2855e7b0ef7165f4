import type { TimedPoll } from '../model/ports/waiter.js';
import { type PollOutcome, Subscription } from './subscription.js';

/** Iterates over the polls. They are queued for a slow consumer, so that none is lost. */
export class PollSubscription<S> extends Subscription<S> {
  readonly #queue: PollOutcome<S>[] = [];
  /** The error that ended the polls. */
  #failure: { error: unknown } | null = null;
  #pending: { resolve(outcome: PollOutcome<S>): void; reject(error: unknown): void } | null = null;

  override get wantsPoll(): boolean {
    return this.#pending !== null;
  }

  /** @throws OperationTimeoutError, AbortedError, or the error that ended the polls. */
  async *polls(): AsyncGenerator<TimedPoll<S>, void, void> {
    this.subscribe();
    try {
      for (;;) {
        const outcome = await this.#next();
        const { poll } = outcome;
        if (poll) yield poll;
        const failure = poll?.final ? poll.failure : this.timeoutFailure(outcome);
        if (failure !== undefined) throw failure;
        if (poll?.final) return;
      }
    } finally {
      this.unsubscribe();
    }
  }

  override deliver(outcome: PollOutcome<S>): void {
    const pending = this.#pending;
    this.#pending = null;
    if (pending) pending.resolve(outcome);
    else this.#queue.push(outcome);
  }

  override fail(error: unknown): void {
    this.#pending?.reject(error);
    this.#pending = null;
    this.#failure ??= { error };
  }

  async #next(): Promise<PollOutcome<S>> {
    if (this.signal?.aborted) throw this.source.abortError(this.signal);
    const outcome = this.#queue.shift();
    if (outcome) return outcome;
    if (this.#failure) throw this.#failure.error;
    return new Promise((resolve, reject) => {
      this.#pending = { resolve, reject };
      this.source.requestPoll();
    });
  }
}
