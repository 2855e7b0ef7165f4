import type { BaseResource } from '../base-resource.js';
import { ConfigurationError } from '../errors/index.js';
import { isObject } from '../state/json.js';
import { isRecord } from '../state/slot.js';
import { decoratedMember, type RecordMethodContext } from '../support/decoration.js';
import { namesOf, unknownNames } from '../support/names.js';
import { type HookOptions, isPerforming, type OperationSpec, operate } from './life-cycle.js';
import { noteOperation, ownOperations } from './operations.js';

type AsyncMethod = (...args: never[]) => Promise<unknown>;
type MethodDescriptor<M extends AsyncMethod> = TypedPropertyDescriptor<M>;

/** `@withHooks` on a method, as a legacy or as a standard decorator. */
export interface WithHooksDecorator {
  <M extends AsyncMethod>(target: object, name: string, descriptor: MethodDescriptor<M>): MethodDescriptor<M>;
  <M extends AsyncMethod>(method: M, context: RecordMethodContext): M;
}

/** The operations that wait for each other: a method that carries one out is queued as well. */
const queuedOperations: readonly string[] = ['save', 'delete', 'refresh'];

/** Options of `@withHooks`. */
export interface WithHooksOptions {
  /** Whether errors from outside this package's hierarchy become ResourceErrors with the original as cause. Default: true. */
  wrap?: boolean;
  /** The name of the operation: that of its hooks, and of its event if it is save, clone, delete, refresh or run. Default: the method's name. */
  operation?: string;
}

/**
 * Runs an async method of a record with the life cycle of `save`: `@withHooks async publish()` runs `@Before('publish')` methods and
 * `beforePublish()`, then the method, then `afterPublish()` and `@After('publish')` methods. The method it overrides, called with `super`, is
 * part of the same operation: `@withHooks override async save(…)` runs the hooks of `save` once.
 *
 * @throws ConfigurationError on anything but a method of records.
 */
export function withHooks<M extends AsyncMethod>(target: object, name: string, descriptor: MethodDescriptor<M>): MethodDescriptor<M>;
export function withHooks<M extends AsyncMethod>(method: M, context: RecordMethodContext): M;
export function withHooks(options: WithHooksOptions): WithHooksDecorator;
export function withHooks(first: object, second?: unknown, third?: MethodDescriptor<AsyncMethod>): unknown {
  if (second !== undefined) return decorate({}, first, second, third);
  checkOptions(first);
  return (target: unknown, name: unknown, descriptor?: MethodDescriptor<AsyncMethod>) => decorate(first, target, name, descriptor);
}

function decorate(
  options: WithHooksOptions,
  first: unknown,
  second: unknown,
  descriptor: MethodDescriptor<AsyncMethod> | undefined,
): unknown {
  const { name, title, kind } = decoratedMember('@withHooks', first, second);
  const method = kind === undefined ? descriptor?.value : first;
  if (typeof method !== 'function' || (kind !== undefined && kind !== 'method'))
    throw new ConfigurationError(`@withHooks on ${title}: only a method can be decorated with it.`);
  const value = hooked(name, method as LooseMethod, options);
  return kind === undefined ? { ...descriptor, value } : value;
}

function checkOptions(options: object): void {
  const [problem] = unknownNames(options, namesOf<WithHooksOptions>({ wrap: true, operation: true }));
  if (problem) throw new ConfigurationError(`@withHooks: ${problem.field} ${problem.message}.`);
}

type LooseMethod = (...args: unknown[]) => Promise<unknown>;

function hooked(name: string, method: LooseMethod, options: WithHooksOptions): LooseMethod {
  noteOperation(options.operation ?? name, name);
  async function value(this: BaseResource, ...args: unknown[]): Promise<unknown> {
    if (!isRecord(this)) throw new ConfigurationError(`@withHooks ${name}() was called on ${String(this)}, which is not a record.`);
    const operation = options.operation ?? name;
    const isSuper = Reflect.get(this, name) !== value;
    if (isPerforming(this, operation, isSuper)) return method.apply(this, args); // super.method() is part of the enclosing operation
    return operate(this, {
      operation,
      args,
      options: optionsIn(args, operation),
      queued: queuedOperations.includes(operation),
      isMethod: true,
      wrap: options.wrap ?? true,
      perform: async () => method.apply(this, args),
    });
  }
  return value;
}

/** What the options among the arguments, by convention the last one, say of hooks, their state and limits. */
function optionsIn(args: readonly unknown[], operation: string): OperationSpec<unknown>['options'] {
  const last = args.at(-1);
  if (!isObject(last)) return {};
  const { hooks, signal, timeout, state } = last;
  return {
    ...(hooks === false && { hooks }),
    ...(signal instanceof AbortSignal && { signal }),
    // Elsewhere a member of that name may be anything.
    ...(typeof state === 'object' &&
      state !== null &&
      ownOperations.some((each) => each === operation) && { state: state as HookOptions['state'] }),
    // Elsewhere a timeout may be that of a wait.
    ...(typeof timeout === 'number' && queuedOperations.includes(operation) && { timeout }),
  };
}
