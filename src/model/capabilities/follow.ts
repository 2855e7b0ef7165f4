import { announce } from '../announce.js';
import type { BaseResource } from '../base-resource.js';
import { requireConnection } from '../binding.js';
import { ResourceError } from '../errors/index.js';
import type { PollEvent, Progress } from '../events.js';
import { decoratedHooks } from '../hooks/registry.js';
import type { Pollable, Tick, Wait } from '../waiter.js';

/**
 * Waits for something of a record, and lets the record take part: each look is given to its `onPoll()`, to its `@OnPoll()` methods
 * and to the listeners of `poll` and `progress`, once however many wait. What one of the hooks throws ends all waits.
 */
export async function* follow<S>(record: BaseResource, pollable: Pollable<S>, options: Wait): AsyncGenerator<PollEvent, void, void> {
  const { waiter, progressBar } = requireConnection(record, 'wait for').environment;
  const ticks = waiter.polls({ ...pollable, ...observing(record, pollable) }, options);
  const bar = options.showProgress ? await progressBar?.(pollable.subject) : null;
  try {
    for await (const tick of ticks) {
      if (tick.progress) bar?.show(tick.progress);
      yield eventOf(record, tick);
    }
  } finally {
    bar?.end();
  }
}

/** The same without the looks in between, for when nobody but the record is to see them. */
export async function followToEnd<S>(record: BaseResource, pollable: Pollable<S>, options: Wait): Promise<void> {
  if (options.showProgress) {
    for await (const _event of follow(record, pollable, options)) {
      // The bar has shown it.
    }
    return;
  }
  const { waiter } = requireConnection(record, 'wait for').environment;
  await waiter.wait({ ...pollable, ...observing(record, pollable) }, options);
}

function observing<S>(record: BaseResource, { subject, saw }: Pollable<S>): Pick<Pollable<S>, 'saw' | 'missed'> {
  let warned = false;
  let before: Progress | undefined;
  return {
    missed: ({ error, attempt, delayMs }) => announce(record, 'retry', { resource: record, error, attempt, delayMs }),
    saw: async (tick) => {
      await saw?.(tick);
      const { unknownStatus, progress } = tick;
      if (unknownStatus !== undefined && !warned) {
        warned = true;
        const error = new ResourceError(`${subject}: the status "${unknownStatus}" is unknown; it counts as going on.`);
        requireConnection(record, 'wait for').reportError(error, 'poll');
      }
      const event = eventOf(record, tick);
      await callPollHooks(record, event);
      announce(record, 'poll', event);
      if (progress && !same(progress, before)) announce(record, 'progress', { resource: record, ...progress });
      before = progress;
    },
  };
}

function eventOf<S>(record: BaseResource, { state, attempt, elapsedMs, nextDelayMs, progress }: Tick<S>): PollEvent {
  return { resource: record, result: state, attempt, elapsedMs, nextDelayMs, progress };
}

function same(one: Progress, other: Progress | undefined): boolean {
  return (['fraction', 'step', 'steps', 'message'] as const).every((key) => one[key] === other?.[key]);
}

async function callPollHooks(record: BaseResource, event: PollEvent): Promise<void> {
  const { onPoll } = record as { onPoll?: (result: unknown, event: PollEvent) => unknown };
  for (const name of decoratedHooks(record, 'before', 'poll')) {
    const method: unknown = Reflect.get(record, name);
    if (typeof method === 'function') await method.call(record, event);
  }
  await onPoll?.call(record, event.result, event);
}
