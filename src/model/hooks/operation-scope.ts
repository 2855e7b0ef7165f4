import type { AsyncContext } from '../ports/environment.js';
import { OperationQueue } from './queue.js';

/** An operation that is going on, and the one it was started in. */
export class OperationScope {
  readonly outer: OperationScope | null;
  active = true;
  /** Whether its hooks are running, rather than the operation itself. */
  inHooks = false;
  /** Whether the record's other operations wait for it. */
  holdsQueue = false;
  /** What operations of the same record that were started inside it wait in. */
  readonly inner = new OperationQueue<OperationScope>();
  /** Queues that operations started inside it are waiting in. */
  readonly waitsIn = new Set<OperationQueue<OperationScope>>();

  constructor(
    readonly record: object,
    readonly operation: string,
    readonly context: AsyncContext | undefined,
  ) {
    let outer = (context?.get() as OperationScope | undefined) ?? null;
    // What has ended is not around any more, and must not be kept alive.
    while (outer !== null && !outer.active) outer = outer.outer;
    this.outer = outer;
  }

  /** The operations of the same record that this one was started in, innermost first. */
  *around(): Generator<OperationScope, void, void> {
    for (let scope = this.outer; scope; scope = scope.outer) if (scope.active && scope.record === this.record) yield scope;
  }

  /** Whether waiting in a queue would never end, because whoever has its turn waits for an operation that this one was started in. */
  wouldWaitForEver(queue: OperationQueue<OperationScope>, seen = new Set<OperationQueue<OperationScope>>()): boolean {
    if (queue.holder === null || seen.has(queue)) return false;
    seen.add(queue);
    if (this.#startedIn(queue.holder)) return true;
    return [...queue.holder.waitsIn].some((other) => this.wouldWaitForEver(other, seen));
  }

  /** Waits in a queue, and lets the operations it was started in be seen to wait. */
  async waitIn<T>(queue: OperationQueue<OperationScope>, task: () => Promise<T>): Promise<T> {
    const waiting: OperationScope[] = [];
    for (let scope = this.outer; scope; scope = scope.outer) waiting.push(scope);
    for (const scope of waiting) scope.waitsIn.add(queue);
    return queue.run(this, () => {
      for (const scope of waiting) scope.waitsIn.delete(queue);
      return task();
    });
  }

  /** Runs a task so that operations started in it know where they were started. */
  within<T>(task: () => Promise<T>): Promise<T> {
    return this.context ? this.context.run(this, task) : task();
  }

  #startedIn(scope: OperationScope): boolean {
    for (let at = this.outer; at; at = at.outer) if (at === scope) return true;
    return false;
  }
}
