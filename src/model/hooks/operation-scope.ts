import type { AsyncContext } from '../ports/environment.js';
import { OperationQueue } from './queue.js';

/** The scopes whose hooks or methods are running, by record. Where there is no async context, nothing else tells what was started in them. */
const running = new WeakMap<object, Set<OperationScope>>();

/** A running operation, and the operation it was started in. */
export class OperationScope {
  readonly outer: OperationScope | null;
  /** False once the operation has ended. */
  active = true;
  /** Whether its hooks are running rather than the operation itself. */
  inHooks = false;
  /** Whether the record's other queued operations wait for it. */
  holdsQueue = false;
  /** The context of the operation while a method with hooks carries it out: the same operation started in there is a part of it. */
  method: object | null = null;
  #inner: OperationQueue<OperationScope> | undefined;
  /** The queues in which operations started inside it are waiting. */
  #waitsIn: Set<OperationQueue<OperationScope>> | undefined;
  #stopWaiting: (() => void) | undefined;

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

  /** The queue for operations of the same record that are started inside it. */
  get inner(): OperationQueue<OperationScope> {
    this.#inner ??= new OperationQueue();
    return this.#inner;
  }

  /** The running operations of the same record that this one was started in, innermost first. */
  around(): OperationScope[] {
    const scopes: OperationScope[] = [];
    for (let scope = this.outer; scope; scope = scope.outer) if (scope.active && scope.record === this.record) scopes.push(scope);
    return scopes;
  }

  /**
   * The same operation of the record, whose method has started this one: `super.save()` in a decorated `save()`. Without an async context
   * it is the last one whose method is running, since anything else that saves the record comes through the method, too.
   */
  partOf(): object | null {
    const scopes = this.context ? this.around() : [...(running.get(this.record) ?? [])].toReversed();
    return scopes.find((scope) => scope.operation === this.operation && !scope.inHooks)?.method ?? null;
  }

  /** Whether waiting in a queue would never end, because its holder waits for an operation that this one was started in. */
  wouldDeadlock(queue: OperationQueue<OperationScope>, seen = new Set<OperationQueue<OperationScope>>()): boolean {
    if (queue.holder === null || seen.has(queue)) return false;
    seen.add(queue);
    if (this.#startedIn(queue.holder)) return true;
    return [...(queue.holder.#waitsIn ?? [])].some((other) => this.wouldDeadlock(other, seen));
  }

  /** Waits in a queue, and marks the operations it was started in as waiting there too. */
  waitIn<T>(queue: OperationQueue<OperationScope>, task: () => Promise<T>): Promise<T> {
    const { outer } = this;
    for (let scope = outer; scope; scope = scope.outer) {
      scope.#waitsIn ??= new Set();
      scope.#waitsIn.add(queue);
    }
    this.#stopWaiting = () => {
      for (let scope = outer; scope; scope = scope.outer) scope.#waitsIn?.delete(queue);
    };
    return queue.run(this, () => {
      this.stopWaiting();
      return task();
    });
  }

  /** Stops marking the operations it was started in as waiting; its place in the queue is kept. */
  stopWaiting(): void {
    this.#stopWaiting?.();
    this.#stopWaiting = undefined;
  }

  /** Runs a task in this scope: it becomes the outer scope of operations started inside. */
  within<T>(task: () => Promise<T>): Promise<T> {
    return this.context ? this.context.run(this, task) : task();
  }

  /** The same for the method that carries the operation out. */
  withinMethod<T>(operation: object, task: () => Promise<T>): Promise<T> {
    this.method = operation;
    return this.#during(task);
  }

  /** The same for its hooks. */
  withinHooks<T>(task: () => Promise<T>): Promise<T> {
    this.inHooks = true;
    return this.#during(task);
  }

  async #during<T>(task: () => Promise<T>): Promise<T> {
    const scopes = running.get(this.record) ?? new Set();
    running.set(this.record, scopes.add(this));
    try {
      return await this.within(task);
    } finally {
      this.method = null;
      this.inHooks = false;
      scopes.delete(this);
    }
  }

  #startedIn(scope: OperationScope): boolean {
    for (let outer = this.outer; outer; outer = outer.outer) if (outer === scope) return true;
    return false;
  }
}

/** Whether hooks of a record's operation are running, or a method that carries it out, for where there is no async context. */
export function isRunning(record: object, operation: string, inHooks: boolean): boolean {
  return [...(running.get(record) ?? [])].some((scope) => scope.operation === operation && scope.inHooks === inHooks);
}
