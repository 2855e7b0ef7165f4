import { AbortedError, OperationTimeoutError, ResourceError } from '../model/errors/index.js';
import type { Clock } from '../model/ports/clock.js';
import { defaultBackOff, type Poll, type Pollable, type TimedPoll, type Wait } from '../model/ports/waiter.js';
import type { AsyncScope } from './async-scope.js';
import { BackOffDelays } from './back-off.js';
import type { Batcher, PollRequester } from './batcher.js';
import { FinalStateSubscription } from './final-state-subscription.js';
import { excluding, forEach, including, type OneOrMany } from './one-or-many.js';
import { PollSubscription } from './poll-subscription.js';
import type { Schedule, ScheduledTask } from './schedule.js';
import type { PollOutcome, PollSource, Subscription } from './subscription.js';
import { isTransient, isUnexpectedResponse, retryAfterOfError } from './transient-error.js';

/** The shortest delay that a `Retry-After` can ask for, in seconds. */
const minRetryAfter = 0.2;

/** How many unexpected responses in a row are repeated. */
const maxUnexpected = 3;

/** Milliseconds that a poll may continue beyond a deadline: the last poll of a wait is often sent at the deadline or later. */
const gracePeriod = 5000;

/** What all poll loops of a connection share. */
export interface PollContext {
  readonly clock: Clock;
  readonly schedule: Schedule;
  readonly batcher: Batcher;
  /** The async context of the caller. */
  createScope(): AsyncScope;
  /** Called when no wait can subscribe to the loop any more. */
  forget(loop: PollLoop<unknown>): void;
}

/**
 * Polls one pollable for all its waits, as long as one of them wants the next poll. A poll that fails with a transient error, or gets an
 * unexpected response up to three times in a row, is repeated here and not by the transport as well. Between two polls the loop is only a scheduled task, since there may be tens of thousands.
 */
export class PollLoop<S> implements ScheduledTask, PollRequester<S>, PollSource<S> {
  at = 0;
  index = -1;
  inFlight: PollRequester['inFlight'];
  readonly pollable: Pollable<S>;
  readonly #context: PollContext;
  readonly #delays: BackOffDelays;
  readonly #started: number;
  #subscriptions: OneOrMany<Subscription<S>>;
  /** The async context of the first wait. Polls and hooks run in it, whichever timer or request causes them. */
  readonly #origin: AsyncScope;
  /** The state of the latest poll. */
  #state: S | undefined;
  #attempt = 0;
  /** The number of unexpected responses in a row. */
  #unexpected = 0;
  /** When the next poll is due. */
  #due: number;
  /** Whether a poll is in flight or its hooks are running. */
  #polling = false;
  /** When the poll in flight was started. */
  #pollStarted = 0;
  /** Whether the poll in flight has got its response, so that only its hooks are running. */
  #responded = false;
  #poked = false;
  /** Whether all waits have unsubscribed. */
  #stopped = false;
  #ended = false;

  constructor(context: PollContext, pollable: Pollable<S>, waitTime: number | undefined) {
    this.#context = context;
    this.#origin = context.createScope();
    this.pollable = pollable;
    this.#delays = new BackOffDelays(pollable.backOff ?? defaultBackOff, waitTime);
    this.#started = context.clock.now();
    this.#due = this.#started;
    context.batcher.countMember(pollable, 1);
  }

  /** Yields each poll from now on. @throws OperationTimeoutError, AbortedError, or the error that ended the polls. */
  polls(options: Wait): AsyncGenerator<TimedPoll<S>, void, void> {
    return new PollSubscription(this, options, this.#context.clock.now()).polls();
  }

  /** Resolves to the final state. Rejects with the errors that `polls()` throws. */
  finalState(options: Wait): Promise<S> {
    return new FinalStateSubscription(this, options, this.#context.clock.now()).result();
  }

  /** Makes the next poll due now. */
  poke(): void {
    this.#poked = true;
    this.requestPoll();
  }

  /** Ends all waits. */
  abandon(): void {
    forEach(this.#subscriptions, (subscription) => subscription.fail(this.abortError()));
  }

  run(): void {
    if (this.#polling) this.#timeOutSubscriptions();
    else this.requestPoll();
  }

  inScope(task: () => void): void {
    this.#origin.runInAsyncScope(task);
  }

  pollSucceeded(poll: Poll<S>, batchRetryAfter?: number): void {
    this.#origin.runInAsyncScope(() => this.#handlePoll(poll, batchRetryAfter));
  }

  pollFailed(error: unknown): void {
    this.#origin.runInAsyncScope(() => this.#handleError(error));
  }

  subscribe(subscription: Subscription<S>): void {
    this.#subscriptions = including(this.#subscriptions, subscription);
  }

  unsubscribe(subscription: Subscription<S>): void {
    this.#subscriptions = excluding(this.#subscriptions, subscription);
    if (this.#subscriptions === undefined && !this.#stopped) this.#stop();
  }

  /** Polls if a subscription wants a poll and it is due; otherwise schedules the loop for that time. */
  requestPoll(): void {
    if (this.#stopped || this.#ended) return;
    if (this.#polling) return void this.#scheduleTimeout();
    const { clock, schedule } = this.#context;
    const now = clock.now();
    const due = this.#poked ? now : this.#due;
    const deadline = this.#earliestDeadline();
    if (deadline === undefined) return void schedule.cancel(this);
    const until = Math.min(deadline, due);
    if (until - now >= 1) schedule.set(this, until);
    else this.#poll(now);
  }

  timeoutError(seconds: number, { error, timedOut }: PollOutcome<S>): OperationTimeoutError {
    const { subject } = this.pollable;
    const last = timedOut ? 'its last poll got no response' : `it was still ${statusOf(this.#state)}`;
    const status = error ? `its last poll failed: ${error.message}` : last;
    const token = this.pollable.token?.();
    const advice = token === undefined ? 'wait again' : "wait again, or resume with the error's token";
    return new OperationTimeoutError(
      `${subject}: the wait timed out after ${seconds} seconds; ${status}. The work goes on at the platform: ${advice}.`,
      { result: this.#state, token, ...(error ? { cause: error } : {}) },
    );
  }

  abortError(signal?: AbortSignal): AbortedError {
    return new AbortedError(`The wait for ${this.pollable.subject} was aborted. The work goes on at the platform.`, {
      cause: signal?.reason,
    });
  }

  /** The earliest deadline, from a time on, of the subscriptions that want the next poll; undefined where there is none. */
  #earliestDeadline(from = Number.NEGATIVE_INFINITY): number | undefined {
    const all = this.#subscriptions;
    if (!(all instanceof Set)) return all?.wantsPoll && all.deadline >= from ? all.deadline : undefined;
    let earliest: number | undefined;
    for (const { wantsPoll, deadline } of all) if (wantsPoll && deadline >= from) earliest = Math.min(earliest ?? deadline, deadline);
    return earliest;
  }

  #poll(now: number): void {
    this.#polling = true;
    this.#pollStarted = now;
    this.#poked = false;
    this.#attempt++;
    this.#context.batcher.poll(this);
    this.#scheduleTimeout();
  }

  #handlePoll(result: Poll<S>, batchRetryAfter?: number): void {
    this.#noteResponse();
    if (typeof result !== 'object' || result === null) return void this.#fail(this.#invalidPollError(result));
    const { state, final, failure, progress, retryAfter = batchRetryAfter, unknownStatus } = result;
    this.#unexpected = 0;
    const at = this.#context.clock.now();
    const nextDelayMs = final ? null : this.#planNextPoll(at, retryAfter);
    const elapsedMs = at - this.#started;
    // Listed one by one: an object made with spread has a hidden class of its own, and thousands are made in a second.
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
    let handled: Promise<void> | void;
    try {
      handled = this.pollable.onPoll?.(poll);
    } catch (error) {
      return void this.#fail(error);
    }
    if (handled || final) void this.#publishAfter({ at, poll }, handled);
    else this.#publish({ at, poll });
  }

  #handleError(error: unknown): void {
    this.#noteResponse();
    this.#unexpected = isUnexpectedResponse(error) ? this.#unexpected + 1 : 0;
    const isTolerated = isUnexpectedResponse(error) && this.#unexpected <= maxUnexpected;
    if (!isTolerated && !isTransient(error)) return void this.#fail(error);
    const { clock } = this.#context;
    const at = clock.now();
    // A Retry-After of 0 after a failure is ignored: it is also what a date becomes when the platform's clock is behind.
    const delayMs = this.#planNextPoll(at, retryAfterOfError(error, clock.date()) || undefined);
    try {
      if (delayMs !== null) this.pollable.onRetry?.({ error, attempt: this.#attempt, delayMs });
    } catch (thrown) {
      return void this.#fail(thrown);
    }
    this.#publish({ at, error });
  }

  #invalidPollError(result: unknown): ResourceError {
    return new ResourceError(`${this.pollable.subject}: a poll returned ${String(result)}; it must return an object { state, final }.`);
  }

  #noteResponse(): void {
    this.#responded = true;
    this.#context.schedule.cancel(this);
  }

  /** Schedules the end of the grace period of the subscription that has the earliest deadline, for the poll in flight. */
  #scheduleTimeout(): void {
    const { schedule } = this.#context;
    const end = this.#responseDeadline(this.#responded ? undefined : this.#earliestDeadline());
    if (end === Number.POSITIVE_INFINITY) schedule.cancel(this);
    else schedule.set(this, end);
  }

  /** How long a subscription with a deadline waits for the poll in flight. */
  #responseDeadline(deadline = Number.POSITIVE_INFINITY): number {
    return Math.max(deadline, this.#pollStarted) + gracePeriod;
  }

  /** Ends the waits whose grace period is over. */
  #timeOutSubscriptions(): void {
    const at = this.#context.clock.now();
    forEach(this.#subscriptions, (subscription) => {
      const { wantsPoll, deadline } = subscription;
      if (wantsPoll && this.#responseDeadline(deadline) - at < 1) subscription.deliver({ at, timedOut: true });
    });
    this.#scheduleTimeout();
  }

  /**
   * Sets the time of the next poll. Returns the milliseconds until then; null when every wait ends before.
   *
   * @param retryAfter The platform's `Retry-After`, in seconds.
   */
  #planNextPoll(now: number, retryAfter: number | undefined): number | null {
    const { min } = this.pollable.backOff ?? defaultBackOff;
    const { clock, batcher } = this.#context;
    const isValid = retryAfter !== undefined && retryAfter >= 0;
    const delay = isValid ? Math.max(retryAfter, min, minRetryAfter) * 1000 : this.#delays.next(clock);
    this.#due = batcher.alignDueTime(this.pollable, now + delay, delay);
    const deadline = this.#earliestDeadline(now + 1);
    return deadline === undefined ? null : Math.min(this.#due, deadline) - now;
  }

  /** Publishes the outcome when the hooks have finished, and ends the loop after a final poll. */
  async #publishAfter(outcome: PollOutcome<S>, handled: Promise<void> | void): Promise<void> {
    try {
      await handled;
      if (outcome.poll?.final) await this.#end(outcome.poll.failure);
    } catch (error) {
      return this.#fail(error);
    }
    this.#publish(outcome);
  }

  #publish(outcome: PollOutcome<S>): void {
    this.#polling = false;
    this.#responded = false;
    forEach(this.#subscriptions, (subscription) => subscription.deliver(outcome));
    this.requestPoll();
  }

  /** Ends the loop and all its waits with an error. */
  async #fail(error: unknown): Promise<void> {
    let reason = error;
    try {
      await this.#end(error);
    } catch (thrown) {
      reason = thrown;
    }
    forEach(this.#subscriptions, (subscription) => subscription.fail(reason));
  }

  async #end(error?: unknown): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    this.#context.forget(this);
    if (!this.#stopped) await this.pollable.onEnd?.(error);
  }

  #stop(): void {
    this.#stopped = true;
    const { batcher, schedule } = this.#context;
    batcher.countMember(this.pollable, -1);
    batcher.cancel(this);
    schedule.cancel(this);
    this.#context.forget(this);
  }
}

function statusOf(state: unknown): string {
  const status = typeof state === 'object' && state !== null && 'status' in state ? state.status : undefined;
  return typeof status === 'string' ? status : 'running';
}
