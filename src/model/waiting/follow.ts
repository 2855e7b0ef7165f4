import type { BaseResource } from '../base-resource.js';
import { requireConnection } from '../binding.js';
import { ResourceError } from '../errors/index.js';
import { dispatch } from '../events/dispatch.js';
import type { PollEvent } from '../events/events.js';
import { callPollHooks, refuseInPollHook } from '../hooks/poll.js';
import type { BackOff, BatchMember, FailedPoll, Poll, Pollable, PollOptions, Progress, TimedPoll, Wait } from '../ports/waiter.js';

/** A pollable that belongs to a record: the record itself, or one of its runs. */
export interface RecordPollable<S> extends Pollable<S> {
  /** The run that is polled, where it is not the record itself. */
  readonly run?: PollEvent['run'];
}

/**
 * Waits for a pollable of a record and yields every poll. Each poll is passed to the record's `@OnPoll()` methods and `onPoll()` and to the
 * listeners of `poll` and `progress`, once regardless of the number of waits. An error in one of the hooks ends all waits.
 *
 * @throws HookRecursionError inside those hooks, because the next poll waits for them.
 */
export async function* follow<S>(record: BaseResource, pollable: RecordPollable<S>, options: Wait): AsyncGenerator<PollEvent, void, void> {
  refuseInPollHook(record, pollable);
  const { waiter, progressBar } = requireConnection(record, 'wait for').environment;
  const polls = waiter.polls(new Observed(record, pollable), options);
  const bar = options.showProgress ? await progressBar?.(pollable.subject) : null;
  try {
    for await (const poll of polls) {
      if (poll.progress) bar?.show(poll.progress);
      yield eventOf(record, pollable, poll);
    }
  } finally {
    bar?.end();
  }
}

/** Waits in the same way without yielding polls. */
export function followToEnd<S>(record: BaseResource, pollable: RecordPollable<S>, options: Wait): Promise<unknown> {
  if (options.showProgress) return drain(follow(record, pollable, options)); // the bar shows them
  refuseInPollHook(record, pollable);
  const { waiter } = requireConnection(record, 'wait for').environment;
  return waiter.wait(new Observed(record, pollable), options);
}

async function drain(polls: AsyncIterable<unknown>): Promise<void> {
  for await (const _poll of polls);
}

/** A pollable that calls its record's poll hooks and dispatches events. A class, because there may be tens of thousands of instances. */
class Observed<S> implements Pollable<S> {
  readonly #record: BaseResource;
  readonly #pollable: RecordPollable<S>;
  /** Whether an unknown status has been reported. */
  #warned = false;
  #progress: Progress | undefined;

  constructor(record: BaseResource, pollable: RecordPollable<S>) {
    this.#record = record;
    this.#pollable = pollable;
  }

  get key(): object {
    return this.#pollable.key ?? this.#pollable;
  }

  get subject(): string {
    return this.#pollable.subject;
  }

  get backOff(): BackOff | undefined {
    return this.#pollable.backOff;
  }

  /** Records and their runs are polled through their connection. */
  get isRequest(): boolean {
    return true;
  }

  get batch(): BatchMember<S> | undefined {
    return this.#pollable.batch;
  }

  poll(options: PollOptions): Promise<Poll<S>> {
    return this.#pollable.poll(options);
  }

  token(): string | undefined {
    return this.#pollable.token?.();
  }

  onPoll(poll: TimedPoll<S>): Promise<void> | undefined {
    const before = this.#pollable.onPoll?.(poll);
    return before ? before.then(() => this.#publish(poll)) : this.#publish(poll);
  }

  onRetry({ error, attempt, delayMs }: FailedPoll): void {
    dispatch(this.#record, 'retry', { resource: this.#record, error, attempt, delayMs });
  }

  async onEnd(error?: unknown): Promise<void> {
    await this.#pollable.onEnd?.(error);
  }

  #publish(poll: TimedPoll<S>): Promise<void> | undefined {
    const { unknownStatus } = poll;
    if (unknownStatus !== undefined && !this.#warned) {
      this.#warned = true;
      const error = new ResourceError(`${this.subject}: the status "${unknownStatus}" is unknown; the work counts as still running.`);
      requireConnection(this.#record, 'wait for').reportError(error, 'poll');
    }
    const event = eventOf(this.#record, this.#pollable, poll);
    const hooks = callPollHooks(this.#record, this.key, event);
    if (hooks) return hooks.then(() => this.#dispatch(event));
    this.#dispatch(event);
    return undefined;
  }

  #dispatch(event: PollEvent): void {
    const record = this.#record;
    const { progress, run } = event;
    dispatch(record, 'poll', event);
    if (progress && same(progress, this.#progress)) return;
    this.#progress = progress;
    if (progress) dispatch(record, 'progress', { resource: record, ...progress, ...(run && { run }) });
  }
}

function eventOf<S>(record: BaseResource, { run }: RecordPollable<S>, poll: TimedPoll<S>): PollEvent {
  const { state, attempt, elapsedMs, nextDelayMs, progress } = poll;
  const event: PollEvent = { resource: record, result: state, attempt, elapsedMs, nextDelayMs, progress };
  if (run) event.run = run;
  return event;
}

function same(one: Progress, other: Progress | undefined): boolean {
  return one.fraction === other?.fraction && one.step === other?.step && one.steps === other?.steps && one.message === other?.message;
}
