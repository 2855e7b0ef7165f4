import type { BaseResource } from '../base-resource.js';
import { connectionOfRecord } from '../binding.js';
import { AfterHookError, HookRecursionError, RemoteRecordError, ResourceError } from '../errors/index.js';
import { dispatch } from '../events/dispatch.js';
import type { RecordEvents } from '../events/events.js';
import { stateOf } from '../state/slot.js';
import { OperationContext } from './context.js';
import { OperationScope } from './operation-scope.js';
import { ownOperations } from './operations.js';
import { OperationQueue } from './queue.js';
import { decoratedHooks } from './registry.js';

/** What every operation with hooks takes. */
export interface HookOptions {
  /** False runs the operation without hooks; it may then be started inside the record's own hooks. */
  hooks?: boolean | undefined;
  signal?: AbortSignal | undefined;
  /**
   * Values for the hooks, which find them in `context.state`: the entries of a Map, or the members of an object by their names. Nothing of
   * it is sent.
   */
  state?: ReadonlyMap<unknown, unknown> | Readonly<Record<string, unknown>> | undefined;
}

export interface OperationSpec<R> {
  operation: string;
  args: readonly unknown[];
  options?: HookOptions | undefined;
  /** Whether it waits for the record's other operations of this kind. Those that change the saved state do. */
  queued: boolean;
  /** Whether foreign errors become ResourceErrors. Default: true. */
  wrap?: boolean;
  /** Called at once when the operation may begin, before it waits for its turn. */
  admitted?: () => void;
  perform(context: OperationContext): Promise<R>;
}

/** Runs an operation through its whole life: before hooks, the operation, after hooks, events. */
export async function operate<R>(record: BaseResource, spec: OperationSpec<R>): Promise<R> {
  const life = new Operation<R>(record, spec);
  const run = async (): Promise<R> => {
    const veto = await life.begin();
    if (veto) return veto.value as R;
    let result: R;
    try {
      result = await life.within(() => spec.perform(life.context));
    } catch (error) {
      return life.fail(error);
    }
    return life.succeed(result);
  };
  return life.enter(run);
}

/** Whether the present call stands in an operation of a record, past its before hooks. */
export function isPerforming(record: object, operation: string): boolean {
  const context = connectionOfRecord(record)?.environment.asyncContext;
  for (const scope of new OperationScope(record, operation, context).around())
    if (scope.operation === operation && !scope.inHooks) return true;
  return false;
}

/** The operations whose hooks are running, for where no async context can tell what was started in them. */
const hooksRunning = new WeakMap<object, string[]>();

/** One operation on one record. `begin`, then either `succeed` or `fail`, once. */
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
    this.context = new OperationContext(spec.operation, record, spec.args, connection, spec.options?.signal, spec.options?.state);
  }

  /** Runs the operation when it is its turn: behind those before it, or behind those that the same operation around it has started. */
  async enter<T>(run: () => Promise<T>): Promise<T> {
    const state = stateOf(this.#record);
    state.queue ??= new OperationQueue<OperationScope>();
    if (this.#spec.options?.hooks !== false) this.#refuseRecursion();
    const queue = this.#queue(state.queue);
    if (queue && this.#scope.wouldWaitForEver(queue)) {
      throw this.#recursion('two records whose hooks wait for each other');
    }
    this.#spec.admitted?.();
    if (!queue) return run();
    this.#scope.holdsQueue = true;
    return this.#scope.waitIn(queue, run);
  }

  /** Where the operation waits for its turn; null when it need not. */
  #queue(own: OperationQueue<OperationScope>): OperationQueue<OperationScope> | null {
    if (!this.#spec.queued) return null;
    for (const scope of this.#scope.around()) if (scope.holdsQueue) return scope.inner;
    // Without an async context nobody can tell what was started in a hook; waiting for the hook's own operation would never end.
    return !this.#scope.context && own.holder?.inHooks ? null : own;
  }

  /** Before hooks. The first that returns a value of its own ends the operation with it. */
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

  /** The operation worked: after hooks, then its event. Resolves to the result, or to what an after hook put in its place. */
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
    const error = new AfterHookError(`${this.#what()} succeeded, but an after hook failed: ${messageOf(failures[0])}`, {
      cause: failures.length === 1 ? failures[0] : new AggregateError(failures, 'Several after hooks failed'),
      result: final,
    });
    this.#end(error);
    throw error;
  }

  /** The operation failed: after hooks see the error, then it goes on. What an after hook throws never hides it. */
  async fail(error: unknown): Promise<never> {
    const final = this.#wrapped(error);
    this.context.error = final;
    for (const failure of await this.#runAfterHooks()) this.context.connection?.reportError(failure, this.#spec.operation);
    this.#end(final);
    throw final;
  }

  /** Runs a part of the operation so that what is started inside can be told from what other tasks start. */
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
      `${this.#what()} was started inside ${where} and would never end. Leave it out, or call it with { hooks: false }.`,
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

  /** Connection, then base class to subclass, then the overridable method. */
  *#beforeHooks(): Generator<() => unknown> {
    const { operation, args } = this.#spec;
    for (const hook of this.context.connection?.hooksFor('before', operation) ?? []) yield () => hook(this.context);
    for (const name of decoratedHooks(this.#record, 'before', operation)) yield () => this.#call(name, this.context);
    yield () => this.#call(methodName('before', operation), ...args);
  }

  /** The opposite order. */
  *#afterHooks(): Generator<() => unknown> {
    const { operation, args } = this.#spec;
    yield () => this.#call(methodName('after', operation), this.context.error ?? this.context.result, ...args);
    for (const name of decoratedHooks(this.#record, 'after', operation).toReversed()) yield () => this.#call(name, this.context);
    for (const hook of (this.context.connection?.hooksFor('after', operation) ?? []).reverse()) yield () => hook(this.context);
  }

  /** Each hook once, whatever the others do; returns what they threw. */
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
    return new ResourceError(`${this.#what()} failed: ${messageOf(error)}`, { cause: error });
  }

  #what(): string {
    return `${this.#spec.operation} of ${String(this.#record)}`;
  }

  #dispatch<K extends keyof RecordEvents>(event: K, payload: RecordEvents[K] | (() => RecordEvents[K])): void {
    dispatch(this.#record, event, payload);
  }
}

function isOperationEvent(operation: string): operation is (typeof ownOperations)[number] {
  return ownOperations.some((name) => name === operation);
}

function methodName(phase: 'before' | 'after', operation: string): string {
  return `${phase}${operation.charAt(0).toUpperCase()}${operation.slice(1)}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
