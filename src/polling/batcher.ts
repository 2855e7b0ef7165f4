import type { Clock } from '../model/ports/clock.js';
import type { BatchResponse, BatchSource, Poll, Pollable } from '../model/ports/waiter.js';
import { PollQueue } from './poll-queue.js';
import type { Schedule, ScheduledTask } from './schedule.js';
import { isTransient } from './transient-error.js';

/** How much later than due a poll may be sent, so that others join its batch: a fraction of its delay, and at most this many milliseconds. */
const alignment = { fraction: 0.16, maxMs: 250 };

/** The time limit of a poll, in seconds. */
const pollTimeout = 30;

/** The state of a poll that waits in the queue of single polls. */
export const queued = Symbol('queued');

/** Requests polls and receives their results. */
export interface PollRequester<S = unknown> {
  readonly pollable: Pollable<S>;
  /** Its poll in flight: in a batch, in the queue of single ones, or a single one with its abort controller. Written by the batcher. */
  inFlight: Batch | AbortController | typeof queued | undefined;
  /** Calls `task` in the async context of the wait. */
  inScope(task: () => void): void;
  /** @param retryAfter The `Retry-After` of the batch's response, in seconds. */
  pollSucceeded(poll: Poll<S>, retryAfter?: number): void;
  pollFailed(error: unknown): void;
}

/** Polls that are sent as one request. */
export interface Batch {
  readonly source: BatchSource;
  readonly requesters: Set<PollRequester>;
  /** Aborts the request. */
  readonly control: AbortController;
  /** Sends the batch. */
  readonly task: ScheduledTask;
}

/** Aligns polls of one source that are due at about the same time, and sends them as one request. */
export class Batcher {
  readonly #clock: Clock;
  readonly #schedule: Schedule;
  readonly #pending = new Map<BatchSource, Batch>();
  /** The number of poll loops of each source. */
  readonly #counts = new Map<BatchSource, number>();
  readonly #queue: PollQueue;

  /** @param concurrency The highest number of the connection's requests in flight. */
  constructor(clock: Clock, schedule: Schedule, concurrency?: number) {
    this.#clock = clock;
    this.#schedule = schedule;
    this.#queue = new PollQueue(concurrency);
  }

  /** Counts a poll loop that starts (1) or ends (-1). */
  countMember({ batch }: Pollable<unknown>, change: 1 | -1): void {
    if (!batch) return;
    const left = (this.#counts.get(batch.source) ?? 0) + change;
    if (left > 0) this.#counts.set(batch.source, left);
    else this.#counts.delete(batch.source);
  }

  /** The time at which a poll that is due after a delay is sent: later than due when others of its source may join it. Milliseconds. */
  alignDueTime({ batch }: Pollable<unknown>, due: number, delay: number): number {
    if (!batch || delay <= 0 || (this.#counts.get(batch.source) ?? 0) < 2) return due;
    let grid = alignment.maxMs; // only halved: delays vary, and the grids of different delays must share points in time
    while (grid > delay * alignment.fraction) grid /= 2;
    return Math.ceil(due / grid) * grid;
  }

  /** Makes one poll, together with those of its source that are due at the same time. */
  poll(requester: PollRequester): void {
    const member = requester.pollable.batch;
    if (!member) {
      this.#pollSingle(requester);
      return;
    }
    const batch = this.#batchFor(member.source);
    batch.requesters.add(requester);
    requester.inFlight = batch;
    if (batch.requesters.size >= member.source.maxSize) this.#send(batch);
  }

  /** Cancels the poll of a requester. The request is aborted when all its requesters have cancelled. */
  cancel(requester: PollRequester): void {
    const poll = requester.inFlight;
    requester.inFlight = undefined;
    if (poll instanceof AbortController) poll.abort();
    else if (typeof poll === 'object') this.#cancelInBatch(poll, requester);
  }

  #cancelInBatch(batch: Batch, requester: PollRequester): void {
    batch.requesters.delete(requester);
    if (batch.requesters.size > 0) return;
    if (this.#pending.get(batch.source) === batch) {
      this.#schedule.cancel(batch.task);
      this.#pending.delete(batch.source);
    }
    batch.control.abort();
  }

  #batchFor(source: BatchSource): Batch {
    const known = this.#pending.get(source);
    if (known) return known;
    const task = this.#schedule.at(this.#clock.now(), () => this.#send(batch));
    const batch: Batch = { source, requesters: new Set(), control: new AbortController(), task };
    this.#pending.set(source, batch);
    return batch;
  }

  #send(batch: Batch): void {
    this.#schedule.cancel(batch.task);
    this.#pending.delete(batch.source);
    void this.#pollBatch(batch);
  }

  async #pollBatch(batch: Batch): Promise<void> {
    const { source, requesters, control } = batch;
    const ids = new Set<string>();
    for (const { pollable } of requesters) ids.add(pollable.batch!.id);
    if (ids.size === 1) {
      for (const requester of requesters) this.#pollSingle(requester);
      return;
    }
    const asked: PollRequester[] = [];
    const readers: ((found: unknown) => Poll<unknown>)[] = [];
    let response: BatchResponse;
    try {
      for (const requester of requesters) {
        asked.push(requester);
        readers.push(requester.pollable.batch!.ask());
      }
      response = await source.poll([...ids], { timeout: pollTimeout, signal: control.signal });
    } catch (error) {
      // The platform may refuse the batch because of one of its members. Single polls find out which.
      for (const requester of requesters) isTransient(error) ? this.#fail(requester, error) : this.#pollSingle(requester);
      return;
    }
    // Some may have cancelled in the meantime, or do so when others get their results.
    for (let at = 0; at < asked.length; at++) if (asked[at]!.inFlight === batch) this.#read(asked[at]!, readers[at]!, response);
  }

  #read(requester: PollRequester, read: (found: unknown) => Poll<unknown>, { found, retryAfter }: BatchResponse): void {
    const { id } = requester.pollable.batch!;
    const item = found.get(id);
    if (item === undefined && !found.has(id)) {
      this.#pollSingle(requester);
      return;
    }
    let poll: Poll<unknown>;
    try {
      poll = read(item);
    } catch (error) {
      return void this.#fail(requester, error);
    }
    this.#succeed(requester, poll, retryAfter);
  }

  #pollSingle(requester: PollRequester): void {
    if (!requester.pollable.isRequest) {
      requester.inScope(() => void this.#startPoll(requester));
      return;
    }
    requester.inFlight = queued;
    this.#queue.add(() => {
      if (requester.inFlight !== queued) return false;
      requester.inScope(() => void this.#startPoll(requester, this.#queue));
      return true;
    });
  }

  /** @param queue The queue that the poll was in. */
  async #startPoll(requester: PollRequester, queue?: PollQueue): Promise<void> {
    const control = new AbortController();
    requester.inFlight = control;
    const { signal } = control;
    let poll: Poll<unknown>;
    try {
      poll = await requester.pollable.poll({ signal, timeout: pollTimeout });
    } catch (error) {
      if (!signal.aborted) this.#fail(requester, error);
      return;
    } finally {
      queue?.end();
    }
    if (!signal.aborted) this.#succeed(requester, poll);
  }

  #succeed(requester: PollRequester, poll: Poll<unknown>, retryAfter?: number): void {
    requester.inFlight = undefined;
    requester.pollSucceeded(poll, retryAfter);
  }

  #fail(requester: PollRequester, error: unknown): void {
    requester.inFlight = undefined;
    requester.pollFailed(error);
  }
}
