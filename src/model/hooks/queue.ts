/** Lets the operations of one record run one after the other, in the order they were called. */
export class OperationQueue {
  #last: Promise<unknown> = Promise.resolve();
  /** The operation whose hooks are running, for where no async context can tell. */
  inHooksOf: string | null = null;

  run<T>(task: () => Promise<T>): Promise<T> {
    const next = this.#last.then(task, task);
    this.#last = next.catch(() => undefined);
    return next;
  }
}
