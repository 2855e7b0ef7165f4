import type { BaseResource } from '../base-resource.js';
import { connectionOfRecord } from '../binding.js';
import { AfterHookError, HookRecursionError, RemoteRecordError, ResourceError } from '../errors/index.js';
import { dispatch } from '../events/dispatch.js';
import type { RecordEvents } from '../events/events.js';
import { messageOf } from '../state/describe.js';
import { shownChanges } from '../state/secrets.js';
import { stateOf } from '../state/slot.js';
import { OperationContext } from './context.js';
import { afterHooks, beforeHooks, type HookCalls } from './hook-calls.js';
import { Limit, type Limits } from './limit.js';
import { isRunning, OperationScope } from './operation-scope.js';
import { ownOperations } from './operations.js';
import { OperationQueue } from './queue.js';

/** Options of every operation with hooks. */
export interface HookOptions {
  /** False runs the operation without hooks, which also allows it inside the record's own hooks. Default: true. */
  hooks?: boolean | undefined;
  /** Aborts the operation with an AbortedError. */
  signal?: AbortSignal | undefined;
  /**
   * Values for the hooks, which find them in `context.state`: the entries of a Map, or the members of an object by their names. Nothing of
   * it is sent.
   */
  state?: ReadonlyMap<unknown, unknown> | Readonly<Record<string, unknown>> | undefined;
}

/** One kind of operation, as `operate` runs it. */
export interface OperationSpec<R> {
  /** The name, which hooks and events use. */
  operation: string;
  args: readonly unknown[];
  /** Signal and timeout (seconds) end the operation for its caller at any time; a hook that hangs then keeps its place in the queue. */
  options?: (HookOptions & Limits) | undefined;
  /** Whether it runs after the record's other queued operations. Operations that change the saved state are queued. */
  queued: boolean;
  /** Whether errors from outside this package's hierarchy become ResourceErrors with the original as cause. Default: true. */
  wrap?: boolean;
  /** Whether a method of the record carries it out, in which the same operation may be started as a part of this one. Default: false. */
  isMethod?: boolean;
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
export function operate<R>(record: BaseResource, spec: OperationSpec<R>): Promise<R> {
  const current = new Operation<R>(record, spec);
  return current.enter(async () => {
    const veto = await current.begin();
    if (veto) return veto.value as R;
    let result: R;
    try {
      result = await current.work(() => spec.perform(current.context));
    } catch (error) {
      return current.fail(error);
    }
    return current.succeed(result);
  });
}

/**
 * Whether the current call is made inside an operation of a record, but not inside its hooks.
 *
 * @param isSuper Whether it is a call of a method that another one overrides. Without an async context nothing else tells.
 */
export function isPerforming(record: object, operation: string, isSuper: boolean): boolean {
  const context = connectionOfRecord(record)?.environment.asyncContext;
  if (!context) return isSuper && isRunning(record, operation, false);
  for (const scope of new OperationScope(record, operation, context).around())
    if (scope.operation === operation && !scope.inHooks) return true;
  return false;
}

/** One operation on one record. Call `begin` once, then either `succeed` or `fail`. */
export class Operation<R = unknown> {
  readonly context: OperationContext;
  readonly #record: BaseResource;
  readonly #spec: Omit<OperationSpec<R>, 'perform'>;
  readonly #scope: OperationScope;
  /** Whether it is a part of the same operation around it, which has the hooks and the events. */
  readonly #isPart: boolean;
  /** Whether its end has been told. */
  #told = false;
  /** What its after hooks have thrown. */
  readonly #hookFailures: unknown[] = [];
  /** Ends it for the caller, while something may be in the way of its own end. */
  #hurry: (() => void) | undefined;

  constructor(record: BaseResource, spec: Omit<OperationSpec<R>, 'perform'>) {
    const connection = connectionOfRecord(record);
    this.#record = record;
    this.#spec = spec;
    this.#scope = new OperationScope(record, spec.operation, connection?.environment.asyncContext);
    const whole = this.#scope.partOf() as OperationContext | null;
    this.#isPart = whole !== null;
    const { operation, args, options = {} } = spec;
    const newContext = (): OperationContext => {
      const limit = new Limit(options, connection?.environment.clock, () => this.#description());
      return new OperationContext(operation, record, args, connection, options.signal, limit, options.state);
    };
    this.context = whole ?? newContext();
  }

  /**
   * Runs the operation when its turn comes: after the record's earlier queued operations, or, inside a queued operation of the same record,
   * after those that were started inside that one earlier.
   *
   * @throws HookRecursionError for an operation that would wait for itself.
   */
  enter<T>(run: () => Promise<T>): Promise<T> {
    if (this.#isPart) {
      this.#spec.admitted?.();
      return run();
    }
    const state = stateOf(this.#record);
    state.queue ??= new OperationQueue<OperationScope>();
    if (this.#spec.options?.hooks !== false) this.#refuseRecursion();
    const queue = this.#queue(state.queue);
    if (queue && this.#scope.wouldDeadlock(queue)) {
      throw this.#recursion('two records whose hooks wait for each other');
    }
    this.#spec.admitted?.();
    this.#scope.holdsQueue = queue !== null;
    return this.#unlessOver(run, (begin) => (queue ? this.#scope.waitIn(queue, begin) : begin()));
  }

  /** The operation, or its end by signal or time, whichever comes first. What has not been begun by then is never begun. */
  #unlessOver<T>(run: () => Promise<T>, start: (begin: () => Promise<T>) => Promise<T>): Promise<T> {
    const { limit } = this.context;
    if (limit.isNone) return start(run);
    return new Promise<T>((resolve, reject) => {
      this.#hurry = () => {
        if (limit.stage === 'waiting') this.#tell(limit.over);
        if (limit.stage !== 'working') reject(this.#atLimit());
        this.#scope.stopWaiting();
      };
      const forget = limit.onEnd(this.#hurry);
      const begin = async (): Promise<T> => {
        if (limit.over) throw limit.over;
        return run();
      };
      // Where it is over already, nothing is waited for.
      const work = limit.over ? Promise.reject(limit.over) : start(begin);
      work.then(resolve, reject).finally(forget);
    });
  }

  /** What the caller is told when the operation's time is over and its hooks are not done. */
  #atLimit(): unknown {
    const { limit, error, result } = this.context;
    if (limit.stage === 'waiting' || error !== undefined) return error ?? limit.over;
    const failure = new AfterHookError(`${this.#description()} succeeded, but its after hooks were not done: ${messageOf(limit.over)}`, {
      cause: limit.over,
      result,
    });
    this.#tell(failure);
    return failure;
  }

  /** The queue in which the operation waits for its turn; null when it does not wait. */
  #queue(own: OperationQueue<OperationScope>): OperationQueue<OperationScope> | null {
    if (!this.#spec.queued) return null;
    for (const scope of this.#scope.around()) if (scope.holdsQueue) return scope.inner;
    // Without an async context, this operation may have been started in the holder's hook or method; waiting for the holder would then
    // never end.
    return !this.#scope.context && (own.holder?.inHooks || own.holder?.method) ? null : own;
  }

  /** Runs the before hooks. Resolves to the value of the first that vetoes the operation. */
  async begin(): Promise<{ value: unknown } | undefined> {
    if (this.#isSilent) return undefined;
    try {
      return await this.#callHooks(beforeHooks(this.context), async (hook) => {
        const value = await hook();
        if (this.context.limit.over) throw this.context.limit.over;
        if ((value ?? this.#record) === this.#record) return undefined;
        this.#dispatch('veto', { resource: this.#record, operation: this.#spec.operation, value });
        this.#scope.active = false;
        return { value };
      });
    } catch (error) {
      if (this.#told && error !== this.context.limit.over) this.context.connection?.reportError(error, this.#spec.operation);
      this.#end(error);
      throw error;
    }
  }

  /** Does the work of the operation. */
  work<T>(task: () => Promise<T>): Promise<T> {
    if (!this.#spec.isMethod) return this.within(task);
    this.context.limit.depart();
    return this.#scope.withinMethod(this.context, task);
  }

  /**
   * Ends a successful operation: runs the after hooks, then dispatches the event. Gives the result, or the value an after hook replaced it
   * with: a promise of it where there are hooks.
   *
   * @throws AfterHookError when an after hook failed.
   */
  succeed(result: R): R | Promise<R> {
    if (this.#isPart) {
      this.#scope.active = false;
      return result;
    }
    this.context.result = result;
    const hooks = this.#runAfterHooks();
    return hooks ? hooks.then(() => this.#succeeded()) : this.#succeeded();
  }

  #succeeded(): R {
    const failures = this.#hookFailures;
    const { context } = this;
    const final = context.result as R;
    const resource = this.#record;
    const event = ownOperations.find((each) => each === this.#spec.operation);
    this.#scope.active = false;
    if (event === 'save')
      this.#dispatch(event, () => ({ resource, result: final, changes: shownChanges(resource, context.changes), sent: context.sent }));
    else if (event) this.#dispatch(event, { resource, result: final });
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
    if (this.#isPart) {
      this.#scope.active = false;
      throw error;
    }
    const final = this.#wrapped(error);
    this.context.error = final;
    await this.#runAfterHooks();
    for (const failure of this.#hookFailures) this.context.connection?.reportError(failure, this.#spec.operation);
    this.#end(final);
    throw final;
  }

  /** Runs a part of the operation in its scope, so that operations started inside are told apart from those of other tasks. */
  within<T>(task: () => Promise<T>): Promise<T> {
    return this.#scope.within(task);
  }

  #end(error: unknown): void {
    this.#scope.active = false;
    this.#tell(error);
  }

  /** Dispatches the failure of the operation, once. */
  #tell(error: unknown): void {
    if (this.#told) return;
    this.#told = true;
    this.#dispatch('fail', { resource: this.#record, operation: this.#spec.operation, error });
  }

  #refuseRecursion(): void {
    const { operation } = this.#spec;
    const isInside = this.#scope.around().some((scope) => scope.operation === operation);
    if (isInside || (!this.#scope.context && isRunning(this.#record, operation, true))) throw this.#recursion('its own hook');
  }

  #recursion(where: string): HookRecursionError {
    return new HookRecursionError(
      `${this.#description()} was started inside ${where} and would never end. Remove the call, or make it with { hooks: false }.`,
    );
  }

  /** Calls hooks one after the other, until `call` resolves to something. Most operations have none, and then there is nothing to wait for. */
  #callHooks<T>(hooks: HookCalls, call: (hook: () => unknown) => Promise<T | undefined>): Promise<T | undefined> | undefined {
    let next = hooks.next();
    if (next.done) return undefined;
    return this.#scope.withinHooks(async () => {
      let found: T | undefined;
      for (; !(next.done || found); next = hooks.next()) found = await call(next.value);
      return found;
    });
  }

  /** Calls every hook once, even after one has failed. */
  #runAfterHooks(): Promise<void> | undefined {
    if (this.#isSilent) return undefined;
    const { limit } = this.context;
    limit.stage = 'ending';
    // Hooks that wait for nothing come to their end before the caller is told.
    if (limit.over && this.#hurry) limit.soon(this.#hurry);
    return this.#callHooks<void>(afterHooks(this.context), async (hook) => {
      try {
        const value = await hook();
        if (value !== undefined && value !== null && this.context.error === undefined) this.context.result = value;
      } catch (error) {
        this.#hookFailures.push(error);
      }
    });
  }

  get #isSilent(): boolean {
    return this.#isPart || this.#spec.options?.hooks === false;
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
