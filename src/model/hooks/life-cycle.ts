import type { BaseResource } from '../base-resource.js';
import { connectionOfRecord } from '../binding.js';
import { AfterHookError, HookRecursionError, RemoteRecordError, ResourceError } from '../errors/index.js';
import { dispatch } from '../events/dispatch.js';
import type { RecordEvents } from '../events/events.js';
import { messageOf } from '../state/describe.js';
import { stateOf } from '../state/slot.js';
import { OperationContext } from './context.js';
import { OperationScope } from './operation-scope.js';
import { OperationQueue } from './queue.js';
import { decoratedHooks } from './registry.js';

/** Options of every operation with hooks. */
export interface HookOptions {
  /** False runs the operation without hooks, which also allows it inside the record's own hooks. Default: true. */
  hooks?: boolean | undefined;
  /** Aborts the operation with an AbortedError. */
  signal?: AbortSignal | undefined;
}

/** One kind of operation, as `operate` runs it. */
export interface OperationSpec<R> {
  /** The name, which hooks and events use. */
  operation: string;
  args: readonly unknown[];
  options?: HookOptions | undefined;
  /** Whether it runs after the record's other queued operations. Operations that change the saved state are queued. */
  queued: boolean;
  /** Whether errors from outside this package's hierarchy become ResourceErrors with the original as cause. Default: true. */
  wrap?: boolean;
  /** Called synchronously once the recursion checks have passed, before the operation waits in the queue. */
  admitted?: () => void;
  perform(context: OperationContext): Promise<R>;
}

/**
 * Runs an operation with its whole life cycle: before hooks, the operation, after hooks, event.
 *
 * @throws HookRecursionError inside the record's own hooks for the same operation, AfterHookError when an after hook fails, and any error
 *   of the operation or of a before hook.
 */
export async function operate<R>(record: BaseResource, spec: OperationSpec<R>): Promise<R> {
  const current = new Operation<R>(record, spec);
  const run = async (): Promise<R> => {
    const veto = await current.begin();
    if (veto) return veto.value as R;
    let result: R;
    try {
      result = await current.within(() => spec.perform(current.context));
    } catch (error) {
      return current.fail(error);
    }
    return current.succeed(result);
  };
  return current.enter(run);
}

/** Whether the current call is made inside an operation of a record, but not inside its hooks. */
export function isPerforming(record: object, operation: string): boolean {
  const context = connectionOfRecord(record)?.environment.asyncContext;
  for (const scope of new OperationScope(record, operation, context).around())
    if (scope.operation === operation && !scope.inHooks) return true;
  return false;
}

/** The operations whose hooks are running, by record. Detects recursion when there is no async context. */
const hooksRunning = new WeakMap<object, string[]>();

/** One operation on one record. Call `begin` once, then either `succeed` or `fail`. */
export class Operation<R = unknown> {
  readonly context: OperationContext;
  readonly #record: BaseResource;
  readonly #spec: Omit<OperationSpec<R>, 'perform'>;
  readonly #scope: OperationScope;

  constructor(record: BaseResource, spec: Omit<OperationSpec<R>, 'perform'>) {
    const connection = connectionOfRecord(record);
    this.#record = record;
    this.#spec = spec;
    this.#scope = new OperationScope(record, spec.operation, connection?.environment.asyncContext);
    this.context = new OperationContext(spec.operation, record, spec.args, connection, spec.options?.signal);
  }

  /**
   * Runs the operation when its turn comes: after the record's earlier queued operations, or, inside a queued operation of the same record,
   * after those that were started inside that one earlier.
   *
   * @throws HookRecursionError for an operation that would wait for itself.
   */
  async enter<T>(run: () => Promise<T>): Promise<T> {
    const state = stateOf(this.#record);
    state.queue ??= new OperationQueue<OperationScope>();
    if (this.#spec.options?.hooks !== false) this.#refuseRecursion();
    const queue = this.#queue(state.queue);
    if (queue && this.#scope.wouldDeadlock(queue)) {
      throw this.#recursion('two records whose hooks wait for each other');
    }
    this.#spec.admitted?.();
    if (!queue) return run();
    this.#scope.holdsQueue = true;
    return this.#scope.waitIn(queue, run);
  }

  /** The queue in which the operation waits for its turn; null when it does not wait. */
  #queue(own: OperationQueue<OperationScope>): OperationQueue<OperationScope> | null {
    if (!this.#spec.queued) return null;
    for (const scope of this.#scope.around()) if (scope.holdsQueue) return scope.inner;
    // Without an async context, this operation may have been started in the holder's hook; waiting for the holder would then never end.
    return !this.#scope.context && own.holder?.inHooks ? null : own;
  }

  /** Runs the before hooks. Returns the value of the first hook that vetoes the operation, else null. */
  async begin(): Promise<{ value: unknown } | null> {
    if (this.#spec.options?.hooks === false) return null;
    try {
      return await this.#inHooks(async () => {
        for (const hook of this.#beforeHooks()) {
          const value = await hook();
          if (value === undefined || value === null || value === this.#record) continue;
          this.#dispatch('veto', { resource: this.#record, operation: this.#spec.operation, value });
          this.#scope.active = false;
          return { value };
        }
        return null;
      });
    } catch (error) {
      this.#end(error);
      throw error;
    }
  }

  /**
   * Ends a successful operation: runs the after hooks, then dispatches the event. Resolves to the result, or to the value an after hook
   * replaced it with.
   *
   * @throws AfterHookError when an after hook failed.
   */
  async succeed(result: R): Promise<R> {
    this.context.result = result;
    const failures = await this.#runAfterHooks();
    const final = this.context.result as R;
    const { operation } = this.#spec;
    this.#scope.active = false;
    if (isOperationEvent(operation)) {
      const { context } = this;
      const resource = this.#record;
      if (operation === 'save') this.#dispatch('save', () => ({ resource, result: final, changes: context.changes, sent: context.sent }));
      else this.#dispatch(operation, { resource, result: final });
    }
    if (failures.length === 0) return final;
    const error = new AfterHookError(`${this.#description()} succeeded, but an after hook failed: ${messageOf(failures[0])}`, {
      cause: failures.length === 1 ? failures[0] : new AggregateError(failures, 'Several after hooks failed'),
      result: final,
    });
    this.#end(error);
    throw error;
  }

  /** Ends a failed operation: runs the after hooks, then rethrows the error. An error in an after hook is reported and never hides it. */
  async fail(error: unknown): Promise<never> {
    const final = this.#wrapped(error);
    this.context.error = final;
    for (const failure of await this.#runAfterHooks()) this.context.connection?.reportError(failure, this.#spec.operation);
    this.#end(final);
    throw final;
  }

  /** Runs a part of the operation in its scope, so that operations started inside are told apart from those of other tasks. */
  within<T>(task: () => Promise<T>): Promise<T> {
    return this.#scope.within(task);
  }

  #end(error: unknown): void {
    this.#scope.active = false;
    this.#dispatch('fail', { resource: this.#record, operation: this.#spec.operation, error });
  }

  #refuseRecursion(): void {
    const { operation } = this.#spec;
    for (const scope of this.#scope.around()) if (scope.operation === operation) throw this.#recursion('its own hook');
    const holder = this.#scope.context ? null : hooksRunning.get(this.#record);
    if (holder?.includes(operation)) throw this.#recursion('its own hook');
  }

  #recursion(where: string): HookRecursionError {
    return new HookRecursionError(
      `${this.#description()} was started inside ${where} and would never end. Remove the call, or make it with { hooks: false }.`,
    );
  }

  async #inHooks<T>(task: () => Promise<T>): Promise<T> {
    const running = hooksRunning.get(this.#record) ?? [];
    hooksRunning.set(this.#record, [...running, this.#spec.operation]);
    this.#scope.inHooks = true;
    try {
      return await this.within(task);
    } finally {
      this.#scope.inHooks = false;
      const left = hooksRunning.get(this.#record) ?? [];
      left.splice(left.indexOf(this.#spec.operation), 1);
      if (left.length === 0) hooksRunning.delete(this.#record);
    }
  }

  /** The connection's hooks, then decorated methods from base class to subclass, then the overridable method. */
  *#beforeHooks(): Generator<() => unknown> {
    const { operation, args } = this.#spec;
    for (const hook of this.context.connection?.hooksFor('before', operation) ?? []) yield () => hook(this.context);
    for (const name of decoratedHooks(this.#record, 'before', operation)) yield () => this.#call(name, this.context);
    yield () => this.#call(methodName('before', operation), ...args);
  }

  /** The after hooks, in the opposite order. */
  *#afterHooks(): Generator<() => unknown> {
    const { operation, args } = this.#spec;
    yield () => this.#call(methodName('after', operation), this.context.error ?? this.context.result, ...args);
    for (const name of decoratedHooks(this.#record, 'after', operation).toReversed()) yield () => this.#call(name, this.context);
    for (const hook of (this.context.connection?.hooksFor('after', operation) ?? []).reverse()) yield () => hook(this.context);
  }

  /** Calls every hook once, even after one has failed. Returns the errors they threw. */
  async #runAfterHooks(): Promise<unknown[]> {
    const failures: unknown[] = [];
    if (this.#spec.options?.hooks === false) return failures;
    await this.#inHooks(async () => {
      for (const hook of this.#afterHooks()) {
        try {
          const value = await hook();
          if (value !== undefined && value !== null && this.context.error === undefined) this.context.result = value;
        } catch (error) {
          failures.push(error);
        }
      }
    });
    return failures;
  }

  #call(name: string, ...args: unknown[]): unknown {
    const method: unknown = Reflect.get(this.#record, name);
    return typeof method === 'function' ? method.apply(this.#record, args) : undefined;
  }

  #wrapped(error: unknown): unknown {
    if (error instanceof RemoteRecordError || this.#spec.wrap === false) return error;
    return new ResourceError(`${this.#description()} failed: ${messageOf(error)}`, { cause: error });
  }

  #description(): string {
    return `${this.#spec.operation} of ${String(this.#record)}`;
  }

  #dispatch<K extends keyof RecordEvents>(event: K, payload: RecordEvents[K] | (() => RecordEvents[K])): void {
    dispatch(this.#record, event, payload);
  }
}

const operationEvents = ['save', 'clone', 'delete', 'refresh', 'run'] as const;

function isOperationEvent(operation: string): operation is (typeof operationEvents)[number] {
  return operationEvents.some((name) => name === operation);
}

function methodName(phase: 'before' | 'after', operation: string): string {
  return `${phase}${operation.charAt(0).toUpperCase()}${operation.slice(1)}`;
}
