/** The highest number of a connection's requests in flight, where it does not say another. */
const defaultConcurrency = 100;

/**
 * Starts polls in the order in which they ask, a limited number at a time. Thousands of polls that are due at the same time wait here, where
 * one costs nothing but its place, and not as calls in the queue of the transport, where other calls would wait behind all of them.
 */
export class PollQueue {
  readonly #limit: number;
  readonly #queue: (() => boolean)[] = [];
  #started = 0;

  /** @param concurrency The highest number of requests in flight. As many again are started, so that the transport always has a next one. */
  constructor(concurrency = defaultConcurrency) {
    this.#limit = 2 * concurrency;
  }

  /** Calls `start` when there is room: at once, or after those that came before. It returns false for a poll that is no longer wanted. */
  add(start: () => boolean): void {
    if (this.#queue.length === 0 && this.#started < this.#limit) this.#start(start);
    else this.#queue.push(start);
  }

  /** Ends a poll that was started. */
  end(): void {
    this.#started--;
    while (this.#queue.length > 0 && this.#started < this.#limit) this.#start(this.#queue.shift()!);
  }

  #start(start: () => boolean): void {
    this.#started++;
    if (!start()) this.#started--;
  }
}
