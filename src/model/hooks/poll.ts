import type { BaseResource } from '../base-resource.js';
import { requireConnection } from '../binding.js';
import { HookRecursionError } from '../errors/index.js';
import type { PollEvent } from '../events/events.js';
import type { Pollable } from '../ports/waiter.js';
import { OperationScope } from './operation-scope.js';
import { decoratedHooks } from './registry.js';

type PollHook = (result: unknown, event: PollEvent) => unknown;

/** What the scopes of poll hooks are called; they stand around whatever the hooks start. */
const operation = 'poll';

/** What poll hooks are running for, for where no async context can tell what was started in them. */
const running = new WeakSet<object>();

/** The `onPoll()` that do nothing, which need not be called. */
const empty = new WeakSet<object>();

/** Notes that an `onPoll()` is there to be overridden, and does nothing itself. */
export function noteEmptyPollHook(hook: PollHook): void {
  empty.add(hook);
}

/**
 * Gives a poll to a record's `@OnPoll()` methods and to its `onPoll()`.
 *
 * @param key What is waited for. A wait for it started inside would never end, and is refused.
 * @returns undefined when there is nothing to be called; most records have nothing, and there may be very many.
 */
export function callPollHooks(record: BaseResource, key: object, event: PollEvent): Promise<void> | undefined {
  const { onPoll } = record as { onPoll?: PollHook };
  const names = decoratedHooks(record, 'before', operation);
  const own = onPoll && !empty.has(onPoll) ? onPoll : undefined;
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

/** @throws HookRecursionError inside the poll hooks of what is to be waited for. */
export function refuseInPollHook(record: BaseResource, pollable: Pollable<unknown>): void {
  const { key = pollable, subject } = pollable;
  const { asyncContext } = requireConnection(record, 'wait for').environment;
  const around = asyncContext
    ? [...new OperationScope(key, 'wait', asyncContext).around()].some((scope) => scope.operation === operation)
    : running.has(key);
  if (!around) return;
  throw new HookRecursionError(
    `A wait for ${subject} was started inside its own onPoll, which the next poll waits for: it would never end. Leave it out.`,
  );
}
