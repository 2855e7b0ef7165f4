import type { OperationScope } from './operation-scope.js';

/** Lets the operations of one record run one after the other, in the order they were called. */
export class OperationQueue {
  #last: Promise<unknown> = Promise.resolve();
  /** The operation whose turn it is. */
  holder: OperationScope | null = null;

  run<T>(frame: OperationScope, task: () => Promise<T>): Promise<T> {
    const turn = async (): Promise<T> => {
      this.holder = frame;
      try {
        return await task();
      } finally {
        this.holder = null;
      }
    };
    const next = this.#last.then(turn, turn);
    this.#last = next.catch(() => undefined);
    return next;
  }
}
