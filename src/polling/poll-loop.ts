import { AsyncResource } from 'node:async_hooks';
import { AbortedError, OperationTimeoutError, ResourceError } from '../model/errors/index.js';
import type { Clock } from '../model/ports/clock.js';
import { defaultBackOff, type Poll, type Pollable, type TimedPoll, type Wait } from '../model/ports/waiter.js';
import { BackOffDelays } from './back-off.js';
import type { Batcher, PollRequester } from './batcher.js';
import { FinalStateSubscription, type PollSource, type Subscription, PollSubscription, type PollOutcome } from './subscription.js';
import type { ScheduledTask, Schedule } from './schedule.js';
import { isTransient, retryAfterOfError } from './transient-error.js';

/** Seconds before the next poll, whatever a Retry-After says. */
const minRetryAfter = 0.2;

/** Milliseconds a poll has beyond a deadline to be answered: the last poll of a wait is often made just then, or even later. */
const gracePeriod = 5000;

/** What all waits of a connection share. */
export interface PollContext {
  readonly clock: Clock;
  readonly schedule: Schedule;
  readonly batcher: Batcher;
  /** Nobody can join a watch any more. */
  forget(watch: PollLoop<unknown>): void;
}

/**
 * The polls of one thing, for all who wait for it. They go on as long as someone wants the next one, and are repeated here alone when
 * they fail; the transport does not. Between two polls it is no more than an alarm: there may be tens of thousands.
 */
export class PollLoop<S> implements ScheduledTask, PollRequester<S>, PollSource<S> {
  at = 0;
  index = -1;
  readonly pollable: Pollable<S>;
  readonly #tools: PollContext;
  readonly #delays: BackOffDelays;
  readonly #started: number;
  readonly #followers = new Set<Subscription<S>>();
  /** Where the first wait was started: polls and hooks run there, whoever's timer or request has brought them about. */
  readonly #origin = new AsyncResource('Wait');
  /** What the latest poll found. */
  #state: S | undefined;
  #attempt = 0;
  /** When the next poll is to come. */
  #due: number;
  #polling = false;
  /** When the poll that is under way was begun. */
  #begun = 0;
  /** Whether the poll that is under way has been answered, and only hooks are to be waited for. */
  #answered = false;
  #poked = false;
  /** Whether everyone has left. */
  #stopped = false;
  #ended = false;

  constructor(tools: PollContext, pollable: Pollable<S>, waitTime: number | undefined) {
    this.#tools = tools;
    this.pollable = pollable;
    this.#delays = new BackOffDelays(pollable.backOff ?? defaultBackOff, waitTime);
    this.#started = tools.clock.now();
    this.#due = this.#started;
    tools.batcher.countMember(pollable, 1);
  }

  /** Each poll from now on. @throws OperationTimeoutError, AbortedError, and what ended the polls. */
  polls(options: Wait): AsyncGenerator<TimedPoll<S>, void, void> {
    return new PollSubscription(this, options, this.#tools.clock.now()).polls();
  }

  /** Resolves to the final state. Rejects as `polls()` throws. */
  finalState(options: Wait): Promise<S> {
    return new FinalStateSubscription(this, options, this.#tools.clock.now()).result();
  }

  /** Makes the next poll come now. */
  poke(): void {
    this.#poked = true;
    this.requestPoll();
  }

  run(): void {
    if (this.#polling) this.#giveUp();
    else this.requestPoll();
  }

  pollSucceeded(poll: Poll<S>, batchRetryAfter?: number): void {
    this.#origin.runInAsyncScope(this.#found, this, poll, batchRetryAfter);
  }

  pollFailed(error: unknown): void {
    this.#origin.runInAsyncScope(this.#failed, this, error);
  }

  subscribe(follower: Subscription<S>): void {
    this.#followers.add(follower);
  }

  unsubscribe(follower: Subscription<S>): void {
    if (this.#followers.delete(follower) && this.#followers.size === 0) this.#stop();
  }

  /** Polls when it is time, for who is there to see it; else sees to it that the alarm rings then. */
  requestPoll(): void {
    if (this.#stopped || this.#ended) return;
    if (this.#polling) return void this.#limit();
    const { clock, schedule } = this.#tools;
    const now = clock.now();
    const due = this.#poked ? now : this.#due;
    let until = Number.POSITIVE_INFINITY;
    for (const { wantsPoll, deadline } of this.#followers) if (wantsPoll) until = Math.min(until, deadline, due);
    if (until === Number.POSITIVE_INFINITY) schedule.cancel(this);
    else if (until - now >= 1) schedule.set(this, until);
    else this.#poll();
  }

  #found(found: Poll<S>, batchRetryAfter?: number): void {
    this.#answer();
    if (typeof found !== 'object' || found === null) return void this.#break(this.#noPoll(found));
    const { state, final, failure, progress, retryAfter = batchRetryAfter, unknownStatus } = found;
    const at = this.#tools.clock.now();
    const nextDelayMs = final ? null : this.#plan(at, retryAfter);
    const elapsedMs = at - this.#started;
    // Member by member: spread, each would get a hidden class of its own, and there are thousands in a second.
    const poll: TimedPoll<S> = {
      state,
      final,
      failure,
      progress,
      retryAfter,
      unknownStatus,
      attempt: this.#attempt,
      elapsedMs,
      nextDelayMs,
    };
    this.#state = state;
    let seen: Promise<void> | void;
    try {
      seen = this.pollable.onPoll?.(poll);
    } catch (error) {
      return void this.#break(error);
    }
    if (seen || final) void this.#finish({ at, poll }, seen);
    else this.#publish({ at, poll });
  }

  #failed(error: unknown): void {
    this.#answer();
    if (!isTransient(error)) return void this.#break(error);
    const { clock } = this.#tools;
    const at = clock.now();
    // After a failure, a Retry-After of no time, as one with a date of a clock that is behind, says nothing.
    const delayMs = this.#plan(at, retryAfterOfError(error, clock.date()) || undefined);
    try {
      if (delayMs !== null) this.pollable.onRetry?.({ error, attempt: this.#attempt, delayMs });
    } catch (thrown) {
      return void this.#break(thrown);
    }
    this.#publish({ at, error });
  }

  timeoutError(seconds: number, { error, timedOut }: PollOutcome<S>): OperationTimeoutError {
    const { subject } = this.pollable;
    const last = timedOut ? 'its last poll was not answered' : `it was still ${statusOf(this.#state)}`;
    const seen = error ? `its last poll failed: ${error.message}` : last;
    const token = this.pollable.token?.();
    const advice = token === undefined ? 'wait again' : "wait again, or resume with the error's token";
    return new OperationTimeoutError(
      `${subject}: the wait timed out after ${seconds} seconds; ${seen}. The work goes on at the platform: ${advice}.`,
      { result: this.#state, token, ...(error ? { cause: error } : {}) },
    );
  }

  abortError(signal: AbortSignal): AbortedError {
    return new AbortedError(`The wait for ${this.pollable.subject} was aborted. The work goes on at the platform.`, {
      cause: signal.reason,
    });
  }

  #noPoll(given: unknown): ResourceError {
    return new ResourceError(`${this.pollable.subject}: a poll gave ${String(given)}; it must give an object { state, final }.`);
  }

  #poll(): void {
    const { batcher } = this.#tools;
    this.#polling = true;
    this.#begun = this.#tools.clock.now();
    this.#poked = false;
    this.#attempt++;
    this.#origin.runInAsyncScope(() => batcher.poll(this));
    this.#limit();
  }

  #answer(): void {
    this.#answered = true;
    this.#tools.schedule.cancel(this);
  }

  /** Sees to it that nobody waits much longer for the poll that is under way than its deadline. */
  #limit(): void {
    let first = Number.POSITIVE_INFINITY;
    for (const follower of this.#followers) first = Math.min(first, this.#patienceOf(follower));
    const { schedule } = this.#tools;
    if (this.#answered || first === Number.POSITIVE_INFINITY) schedule.cancel(this);
    else schedule.set(this, first);
  }

  /** Until when someone waits for the poll that is under way. */
  #patienceOf({ wantsPoll, deadline }: Subscription<S>): number {
    return wantsPoll ? Math.max(deadline, this.#begun) + gracePeriod : Number.POSITIVE_INFINITY;
  }

  /** Ends the waits that cannot wait for the answer any longer. */
  #giveUp(): void {
    const at = this.#tools.clock.now();
    for (const follower of this.#followers) if (this.#patienceOf(follower) - at < 1) follower.deliver({ at, timedOut: true });
    this.#limit();
  }

  /**
   * Decides on the pause before the next poll. Returns the milliseconds until then; null when nobody waits that long.
   *
   * @param retryAfter Seconds that the platform asked to wait.
   */
  #plan(now: number, retryAfter: number | undefined): number | null {
    const { min } = this.pollable.backOff ?? defaultBackOff;
    const { clock, batcher } = this.#tools;
    const isAsked = retryAfter !== undefined && retryAfter >= 0;
    const pause = isAsked ? Math.max(retryAfter, min, minRetryAfter) * 1000 : this.#delays.next(clock);
    this.#due = batcher.alignDueTime(this.pollable, now + pause, pause);
    let next: number | null = null;
    for (const { wantsPoll, deadline } of this.#followers) {
      if (wantsPoll && deadline - now >= 1) next = Math.min(next ?? this.#due - now, deadline - now);
    }
    return next;
  }

  /** Goes on when what was called has done its part. */
  async #finish(step: PollOutcome<S>, seen: Promise<void> | void): Promise<void> {
    try {
      await seen;
      if (step.poll?.final) await this.#end(step.poll.failure);
    } catch (error) {
      return this.#break(error);
    }
    this.#publish(step);
  }

  #publish(step: PollOutcome<S>): void {
    this.#polling = false;
    this.#answered = false;
    for (const follower of this.#followers) follower.deliver(step);
    this.requestPoll();
  }

  /** What was waited for is over, or can be waited for no longer. */
  async #break(error: unknown): Promise<void> {
    let reason = error;
    try {
      await this.#end(error);
    } catch (thrown) {
      reason = thrown;
    }
    for (const follower of this.#followers) follower.fail(reason);
  }

  async #end(error?: unknown): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    this.#tools.forget(this);
    if (!this.#stopped) await this.pollable.onEnd?.(error);
  }

  #stop(): void {
    this.#stopped = true;
    const { batcher, schedule } = this.#tools;
    batcher.countMember(this.pollable, -1);
    batcher.cancel(this);
    schedule.cancel(this);
    this.#tools.forget(this);
  }
}

function statusOf(state: unknown): string {
  const status = typeof state === 'object' && state !== null && 'status' in state ? state.status : undefined;
  return typeof status === 'string' ? status : 'going on';
}
