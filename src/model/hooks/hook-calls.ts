import type { OperationContext } from './context.js';
import { decoratedHooks } from './registry.js';

/** The before hooks of an operation: the connection's, then decorated methods from base class to subclass, then the overridable method. */
export function* beforeHooks(context: OperationContext): Generator<() => unknown, void, void> {
  const { connection, operation, resource, args } = context;
  for (const hook of connection?.hooksFor('before', operation) ?? []) yield () => hook(context);
  for (const name of decoratedHooks(resource, 'before', operation)) yield () => call(resource, name, context);
  yield () => call(resource, methodName('before', operation), ...args);
}

/** The after hooks, in the opposite order. */
export function* afterHooks(context: OperationContext): Generator<() => unknown, void, void> {
  const { connection, operation, resource, args } = context;
  yield () => call(resource, methodName('after', operation), context.error ?? context.result, ...args);
  for (const name of decoratedHooks(resource, 'after', operation).toReversed()) yield () => call(resource, name, context);
  for (const hook of (connection?.hooksFor('after', operation) ?? []).reverse()) yield () => hook(context);
}

function call(record: object, name: string, ...args: unknown[]): unknown {
  const method: unknown = Reflect.get(record, name);
  return typeof method === 'function' ? method.apply(record, args) : undefined;
}

function methodName(phase: 'before' | 'after', operation: string): string {
  return `${phase}${operation.charAt(0).toUpperCase()}${operation.slice(1)}`;
}
