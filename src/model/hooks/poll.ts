import type { BaseResource } from '../base-resource.js';
import { requireConnection } from '../binding.js';
import { HookRecursionError } from '../errors/index.js';
import type { PollEvent } from '../events/events.js';
import type { Pollable } from '../ports/waiter.js';
import { emptyHooks, type PollHook } from './empty-hooks.js';
import { OperationScope } from './operation-scope.js';
import { decoratedHooks } from './registry.js';

/** The operation name of the scopes of poll hooks. */
const operation = 'poll';

/** The keys whose poll hooks are running. Detects recursion when there is no async context. */
const running = new WeakSet<object>();

/**
 * Calls a record's `@OnPoll()` methods and its `onPoll()` with a poll.
 *
 * @param key The key of the wait. A wait for the same key started inside would never end and is refused.
 * @returns undefined when there is nothing to call, to save a promise per poll: most records have no poll hooks.
 */
export function callPollHooks(record: BaseResource, key: object, event: PollEvent): Promise<void> | undefined {
  const { onPoll } = record as { onPoll?: PollHook };
  const names = decoratedHooks(record, 'before', operation);
  const own = onPoll && !emptyHooks.has(onPoll) ? onPoll : undefined;
  if (names.length === 0 && !own) return undefined;
  const scope = new OperationScope(key, operation, requireConnection(record, 'wait for').environment.asyncContext);
  running.add(key);
  const calls = scope.within(async () => {
    for (const name of names) {
      const method: unknown = Reflect.get(record, name);
      if (typeof method === 'function') await method.call(record, event);
    }
    await own?.call(record, event.result, event);
  });
  return calls.finally(() => {
    scope.active = false;
    running.delete(key);
  });
}

/** @throws HookRecursionError when a wait is started inside the poll hooks of the same wait. */
export function refuseInPollHook(record: BaseResource, pollable: Pollable<unknown>): void {
  const { key = pollable, subject } = pollable;
  const { asyncContext } = requireConnection(record, 'wait for').environment;
  const around = asyncContext
    ? new OperationScope(key, 'wait', asyncContext).around().some((scope) => scope.operation === operation)
    : running.has(key);
  if (!around) return;
  throw new HookRecursionError(
    `A wait for ${subject} was started inside its own onPoll, which the next poll waits for: it would never end. Remove the call.`,
  );
}
