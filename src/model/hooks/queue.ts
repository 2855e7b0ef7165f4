/** Runs the operations of one record one after the other, in the order they were called. */
export class OperationQueue<Holder> {
  #last: Promise<unknown> = Promise.resolve();
  /** The operation whose turn it is. */
  holder: Holder | null = null;

  /** Runs a task after all earlier ones have ended, whether they succeeded or failed. Settles as the task does. */
  run<T>(holder: Holder, task: () => Promise<T>): Promise<T> {
    const next = this.#after(this.#last, holder, task);
    this.#last = next;
    return next;
  }

  async #after<T>(last: Promise<unknown>, holder: Holder, task: () => Promise<T>): Promise<T> {
    try {
      await last;
    } catch {
      // Whoever called that operation is told.
    }
    this.holder = holder;
    try {
      return await task();
    } finally {
      this.holder = null;
    }
  }
}
