import type { BaseResource } from '../base-resource.js';
import { ConfigurationError } from '../errors/index.js';
import { isRecord } from '../state/slot.js';
import { refuseStandardDecorator } from '../support/legacy-decorator.js';
import { isPerforming, operate } from './life-cycle.js';

type AsyncMethod = (...args: never[]) => Promise<unknown>;
type MethodDescriptor<M extends AsyncMethod> = TypedPropertyDescriptor<M>;

/** Options of `@withHooks`. */
export interface WithHooksOptions {
  /** Whether errors from outside this package's hierarchy become ResourceErrors with the original as cause. Default: true. */
  wrap?: boolean;
  /** The name of the operation, which its hooks and its event use. Default: the method's name. */
  operation?: string;
}

/**
 * Runs an async method of a record with the life cycle of `save`: `@withHooks async publish()` runs `@Before('publish')` methods and
 * `beforePublish()`, then the method, then `afterPublish()` and `@After('publish')` methods.
 *
 * @throws ConfigurationError on anything but a method.
 */
export function withHooks<M extends AsyncMethod>(target: object, name: string, descriptor: MethodDescriptor<M>): MethodDescriptor<M>;
export function withHooks(
  options: WithHooksOptions,
): <M extends AsyncMethod>(target: object, name: string, descriptor: MethodDescriptor<M>) => MethodDescriptor<M>;
export function withHooks(first: object, name?: string, descriptor?: MethodDescriptor<AsyncMethod>): unknown {
  refuseStandardDecorator('@withHooks', name);
  if (name !== undefined && descriptor !== undefined) return hooked(name, descriptor, {});
  return (_target: object, method: string, inner: MethodDescriptor<AsyncMethod>) => {
    refuseStandardDecorator('@withHooks', method);
    return hooked(method, inner, first as WithHooksOptions);
  };
}

function hooked(name: string, descriptor: MethodDescriptor<AsyncMethod>, options: WithHooksOptions): MethodDescriptor<AsyncMethod> {
  const method = descriptor.value as ((...args: unknown[]) => Promise<unknown>) | undefined;
  if (typeof method !== 'function') throw new ConfigurationError(`@withHooks on ${name}: only a method can be decorated with it.`);
  return {
    ...descriptor,
    async value(this: BaseResource, ...args: unknown[]): Promise<unknown> {
      if (!isRecord(this)) throw new ConfigurationError(`@withHooks ${name}() was called on ${String(this)}, which is not a record.`);
      const operation = options.operation ?? name;
      if (isPerforming(this, operation)) return method.apply(this, args); // super.method() is part of the enclosing operation
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
