import type { BaseResource } from '../base-resource.js';
import { connectionOfRecord } from '../binding.js';
import { AfterHookError, HookRecursionError, RemoteRecordError, ResourceError } from '../errors/index.js';
import { dispatch } from '../events/dispatch.js';
import type { RecordEvents } from '../events/events.js';
import { stateOf } from '../state/slot.js';
import { OperationContext } from './context.js';
import { afterHooks, beforeHooks } from './hook-calls.js';
import { Limit, type Limits } from './limit.js';
import { isMethodRunning, OperationScope } from './operation-scope.js';
import { OperationQueue } from './queue.js';

/** What every operation with hooks takes. */
export interface HookOptions {
  /** False runs the operation without hooks; it may then be started inside the record's own hooks. */
  hooks?: boolean | undefined;
  signal?: AbortSignal | undefined;
}

export interface OperationSpec<R> {
  operation: string;
  args: readonly unknown[];
  /** Signal and timeout (seconds) end the operation for its caller at any time; a hook that hangs then keeps its place in the queue. */
  options?: (HookOptions & Limits) | undefined;
  /** Whether it waits for the record's other operations of this kind. Those that change the saved state do. */
  queued: boolean;
  /** Whether foreign errors become ResourceErrors. Default: true. */
  wrap?: boolean;
  /** Whether a method of the record carries it out, in which the same operation may be started as a part of this one. Default: false. */
  isMethod?: boolean;
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
      result = await life.work(() => spec.perform(life.context));
    } catch (error) {
      return life.fail(error);
    }
    return life.succeed(result);
  };
  return life.enter(run);
}

/**
 * Whether the present call stands in an operation of a record, past its before hooks.
 *
 * @param isSuper Whether it is a call of a method that another one overrides. Without an async context nothing else tells.
 */
export function isPerforming(record: object, operation: string, isSuper: boolean): boolean {
  const context = connectionOfRecord(record)?.environment.asyncContext;
  if (!context) return isSuper && isMethodRunning(record, operation);
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
  /** Whether it is a part of the same operation around it, which has the hooks and the events. */
  readonly #isPart: boolean;
  /** Whether its end has been told. */
  #told = false;
  /** Ends it for the caller, while something may be in the way of its own end. */
  #hurry: (() => void) | undefined;

  constructor(record: BaseResource, spec: Omit<OperationSpec<R>, 'perform'>) {
    const connection = connectionOfRecord(record);
    this.#record = record;
    this.#spec = spec;
    this.#scope = new OperationScope(record, spec.operation, connection?.environment.asyncContext);
    const whole = this.#scope.partOf();
    this.#isPart = whole !== null;
    const { operation, args, options = {} } = spec;
    const newContext = (): OperationContext => {
      const limit = new Limit(options, connection?.environment.clock, () => this.#what());
      return new OperationContext(operation, record, args, connection, options.signal, limit);
    };
    this.context = whole ?? newContext();
  }

  /** Runs the operation when it is its turn: behind those before it, or behind those that the same operation around it has started. */
  async enter<T>(run: () => Promise<T>): Promise<T> {
    if (this.#isPart) {
      this.#spec.admitted?.();
      return run();
    }
    const state = stateOf(this.#record);
    state.queue ??= new OperationQueue<OperationScope>();
    if (this.#spec.options?.hooks !== false) this.#refuseRecursion();
    const queue = this.#queue(state.queue);
    if (queue && this.#scope.wouldWaitForEver(queue)) {
      throw this.#recursion('two records whose hooks wait for each other');
    }
    this.#spec.admitted?.();
    if (!queue) return this.#unlessOver(run, (begin) => begin());
    this.#scope.holdsQueue = true;
    return this.#unlessOver(run, (begin) => this.#scope.waitIn(queue, begin));
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
    const failure = new AfterHookError(`${this.#what()} succeeded, but its after hooks were not done: ${messageOf(limit.over)}`, {
      cause: limit.over,
      result,
    });
    this.#tell(failure);
    return failure;
  }

  /** Where the operation waits for its turn; null when it need not. */
  #queue(own: OperationQueue<OperationScope>): OperationQueue<OperationScope> | null {
    if (!this.#spec.queued) return null;
    for (const scope of this.#scope.around()) if (scope.holdsQueue) return scope.inner;
    // Without an async context nobody can tell what was started in a hook or a method; waiting for their own operation would never end.
    return !this.#scope.context && (own.holder?.inHooks || own.holder?.method) ? null : own;
  }

  /** Before hooks. The first that returns a value of its own ends the operation with it. */
  async begin(): Promise<{ value: unknown } | null> {
    if (this.#isSilent) return null;
    try {
      return await this.#inHooks(async () => {
        for (const hook of beforeHooks(this.context)) {
          const value = await hook();
          if (this.context.limit.over) throw this.context.limit.over;
          if (value === undefined || value === null || value === this.#record) continue;
          this.#dispatch('veto', { resource: this.#record, operation: this.#spec.operation, value });
          this.#scope.active = false;
          return { value };
        }
        return null;
      });
    } catch (error) {
      if (this.#told && error !== this.context.limit.over) this.context.connection?.reportError(error, this.#spec.operation);
      this.#end(error);
      throw error;
    }
  }

  /** The operation's own work. */
  work<T>(task: () => Promise<T>): Promise<T> {
    if (!this.#spec.isMethod) return this.within(task);
    this.context.limit.depart();
    return this.#scope.withinMethod(this.context, task);
  }

  /** The operation worked: after hooks, then its event. Resolves to the result, or to what an after hook put in its place. */
  async succeed(result: R): Promise<R> {
    if (this.#isPart) {
      this.#scope.active = false;
      return result;
    }
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
    if (this.#isPart) {
      this.#scope.active = false;
      throw error;
    }
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

  /** Each hook once, whatever the others do; returns what they threw. */
  async #runAfterHooks(): Promise<unknown[]> {
    const failures: unknown[] = [];
    if (this.#isSilent) return failures;
    const { limit } = this.context;
    limit.stage = 'ending';
    // Hooks that wait for nothing come to their end before the caller is told.
    if (limit.over && this.#hurry) limit.soon(this.#hurry);
    await this.#inHooks(async () => {
      for (const hook of afterHooks(this.context)) {
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

  get #isSilent(): boolean {
    return this.#isPart || this.#spec.options?.hooks === false;
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

const operationEvents = ['save', 'clone', 'delete', 'refresh', 'run'] as const;

function isOperationEvent(operation: string): operation is (typeof operationEvents)[number] {
  return operationEvents.some((name) => name === operation);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
