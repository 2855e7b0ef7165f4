import { announce } from '../announce.js';
import type { BaseResource } from '../base-resource.js';
import { requireConnection } from '../binding.js';
import { ResourceError } from '../errors/index.js';
import type { PollEvent } from '../events.js';
import { decoratedHooks } from '../hooks/registry.js';
import type { Pollable, WaitOptions } from '../waiter.js';

/**
 * Waits for something of a record, and lets the record take part: each look is given to its `onPoll()`, to its `@OnPoll()` methods
 * and to the listeners of `poll` and `progress`. What one of the hooks throws ends the wait.
 */
export async function* follow<S>(
  record: BaseResource,
  pollable: Pollable<S>,
  options: WaitOptions,
): AsyncGenerator<{ event: PollEvent; state: S; final: boolean }, void, void> {
  const connection = requireConnection(record, 'wait for');
  const { waiter, progressBar } = connection.environment;
  const bar = options.showProgress ? await progressBar?.(pollable.subject) : null;
  const ticks = waiter.polls(pollable, {
    ...options,
    onFailedLook: ({ error, attempt, delayMs }) => announce(record, 'retry', { resource: record, error, attempt, delayMs }),
  });
  let warned = false;
  try {
    for await (const { state, final, progress, unknownStatus, attempt, elapsedMs, nextDelayMs } of ticks) {
      if (unknownStatus !== undefined && !warned) {
        connection.reportError(
          new ResourceError(`${pollable.subject}: the status "${unknownStatus}" is unknown; it counts as going on.`),
          'poll',
        );
        warned = true;
      }
      const event: PollEvent = { resource: record, result: state, attempt, elapsedMs, nextDelayMs, progress };
      await callPollHooks(record, event);
      announce(record, 'poll', event);
      if (progress) {
        bar?.show(progress);
        announce(record, 'progress', { resource: record, ...progress });
      }
      yield { event, state, final };
    }
  } finally {
    bar?.end();
  }
}

async function callPollHooks(record: BaseResource, event: PollEvent): Promise<void> {
  const { onPoll } = record as { onPoll?: (result: unknown, event: PollEvent) => unknown };
  for (const name of decoratedHooks(record, 'before', 'poll')) {
    const method: unknown = Reflect.get(record, name);
    if (typeof method === 'function') await method.call(record, event);
  }
  await onPoll?.call(record, event.result, event);
}
