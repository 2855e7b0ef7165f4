import { type PollOutcome, Subscription } from './subscription.js';

/** Waits for the final state and ignores the polls before it. */
export class FinalStateSubscription<S> extends Subscription<S> {
  #resolve!: (state: S) => void;
  #reject!: (error: unknown) => void;

  /** Resolves to the final state. Rejects with an OperationTimeoutError, an AbortedError or the error that ended the polls. */
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

  override deliver(outcome: PollOutcome<S>): void {
    const { poll } = outcome;
    const failure = poll?.final ? poll.failure : this.timeoutFailure(outcome);
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
