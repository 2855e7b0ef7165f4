import type { OperationContext } from './context.js';
import { emptyHooks } from './empty-hooks.js';
import { decoratedHooks } from './registry.js';

/** Calls to the hooks of an operation. Each is looked for when the one before it has ended. */
export type HookCalls = Generator<() => unknown, void, void>;

/** The before hooks of an operation: the connection's, then decorated methods from base class to subclass, then the overridable method. */
export function* beforeHooks(context: OperationContext): HookCalls {
  const { connection, operation, resource, args } = context;
  for (const hook of connection?.hooksFor('before', operation) ?? []) yield () => hook(context);
  for (const name of decoratedHooks(resource, 'before', operation)) yield* callOf(resource, name, context);
  yield* callOf(resource, methodName('before', operation), ...args);
}

/** The after hooks, in the opposite order. */
export function* afterHooks(context: OperationContext): HookCalls {
  const { connection, operation, resource, args } = context;
  yield* callOf(resource, methodName('after', operation), context.error ?? context.result, ...args);
  for (const name of decoratedHooks(resource, 'after', operation).toReversed()) yield* callOf(resource, name, context);
  for (const hook of (connection?.hooksFor('after', operation) ?? []).reverse()) yield () => hook(context);
}

/** The call to a method; none where there is no such method, or only the default one. */
function* callOf(record: object, name: string, ...args: unknown[]): HookCalls {
  const method = (record as Record<string, unknown>)[name];
  if (typeof method === 'function' && !emptyHooks.has(method)) yield () => method.apply(record, args);
}

function methodName(phase: 'before' | 'after', operation: string): string {
  return `${phase}${operation.charAt(0).toUpperCase()}${operation.slice(1)}`;
}
