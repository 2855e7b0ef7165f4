import type { AsyncContext } from '../ports/environment.js';
import { OperationQueue } from './queue.js';

/** A running operation, and the operation it was started in. */
export class OperationScope {
  readonly outer: OperationScope | null;
  /** False once the operation has ended. */
  active = true;
  /** Whether its hooks are running rather than the operation itself. */
  inHooks = false;
  /** Whether the record's other queued operations wait for it. */
  holdsQueue = false;
  /** The queue for operations of the same record that are started inside it. */
  readonly inner = new OperationQueue<OperationScope>();
  /** The queues in which operations started inside it are waiting. */
  readonly waitsIn = new Set<OperationQueue<OperationScope>>();

  constructor(
    readonly record: object,
    readonly operation: string,
    readonly context: AsyncContext | undefined,
  ) {
    let outer = (context?.get() as OperationScope | undefined) ?? null;
    // An operation that has ended no longer encloses anything and must not be kept in memory.
    while (outer !== null && !outer.active) outer = outer.outer;
    this.outer = outer;
  }

  /** The running operations of the same record that this one was started in, innermost first. */
  *around(): Generator<OperationScope, void, void> {
    for (let scope = this.outer; scope; scope = scope.outer) if (scope.active && scope.record === this.record) yield scope;
  }

  /** Whether waiting in a queue would never end, because its holder waits for an operation that this one was started in. */
  wouldDeadlock(queue: OperationQueue<OperationScope>, seen = new Set<OperationQueue<OperationScope>>()): boolean {
    if (queue.holder === null || seen.has(queue)) return false;
    seen.add(queue);
    if (this.#startedIn(queue.holder)) return true;
    return [...queue.holder.waitsIn].some((other) => this.wouldDeadlock(other, seen));
  }

  /** Waits in a queue, and marks the operations it was started in as waiting there too. */
  async waitIn<T>(queue: OperationQueue<OperationScope>, task: () => Promise<T>): Promise<T> {
    const waiting: OperationScope[] = [];
    for (let scope = this.outer; scope; scope = scope.outer) waiting.push(scope);
    for (const scope of waiting) scope.waitsIn.add(queue);
    return queue.run(this, () => {
      for (const scope of waiting) scope.waitsIn.delete(queue);
      return task();
    });
  }

  /** Runs a task in this scope: it becomes the outer scope of operations started inside. */
  within<T>(task: () => Promise<T>): Promise<T> {
    return this.context ? this.context.run(this, task) : task();
  }

  #startedIn(scope: OperationScope): boolean {
    for (let outer = this.outer; outer; outer = outer.outer) if (outer === scope) return true;
    return false;
  }
}
