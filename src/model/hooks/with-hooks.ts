import type { BaseResource } from '../base-resource.js';
import { ConfigurationError } from '../errors/index.js';
import { isRecord } from '../state/slot.js';
import { namesOf, unknownNames } from '../support/names.js';
import { isPerforming, operate } from './life-cycle.js';
import { noteOperation } from './operations.js';

type AsyncMethod = (...args: never[]) => Promise<unknown>;
type MethodDescriptor<M extends AsyncMethod> = TypedPropertyDescriptor<M>;

export interface WithHooksOptions {
  /** Whether errors from outside this package's hierarchy become ResourceErrors with the original as cause. Default: true. */
  wrap?: boolean;
  /** The operation whose hooks and event the method has. Default: the method's name. */
  operation?: string;
}

/**
 * Gives an async method of a record the life cycle of `save`: `@withHooks async publish()` runs `@Before('publish')` methods and
 * `beforePublish()`, then the method, then `afterPublish()` and `@After('publish')` methods.
 */
export function withHooks<M extends AsyncMethod>(target: object, name: string, descriptor: MethodDescriptor<M>): MethodDescriptor<M>;
export function withHooks(
  options: WithHooksOptions,
): <M extends AsyncMethod>(target: object, name: string, descriptor: MethodDescriptor<M>) => MethodDescriptor<M>;
export function withHooks(first: object, name?: string, descriptor?: MethodDescriptor<AsyncMethod>): unknown {
  if (name !== undefined && descriptor !== undefined) return hooked(name, descriptor, {});
  checkOptions(first);
  return (_target: object, method: string, inner: MethodDescriptor<AsyncMethod>) => hooked(method, inner, first as WithHooksOptions);
}

function checkOptions(options: object): void {
  const [problem] = unknownNames(options, namesOf<WithHooksOptions>({ wrap: true, operation: true }));
  if (problem) throw new ConfigurationError(`@withHooks: ${problem.field} ${problem.message}.`);
}

function hooked(name: string, descriptor: MethodDescriptor<AsyncMethod>, options: WithHooksOptions): MethodDescriptor<AsyncMethod> {
  const method = descriptor.value as ((...args: unknown[]) => Promise<unknown>) | undefined;
  if (typeof method !== 'function') throw new ConfigurationError(`@withHooks on ${name}: it belongs on a method.`);
  noteOperation(options.operation ?? name, name);
  return {
    ...descriptor,
    async value(this: BaseResource, ...args: unknown[]): Promise<unknown> {
      if (!isRecord(this)) throw new ConfigurationError(`@withHooks ${name}() was called on ${String(this)}, which is no record.`);
      const operation = options.operation ?? name;
      if (isPerforming(this, operation)) return method.apply(this, args); // super.method() is part of the operation around it
      return operate(this, {
        operation,
        args,
        queued: false,
        wrap: options.wrap ?? true,
        perform: async () => method.apply(this, args),
      });
    },
  };
}
