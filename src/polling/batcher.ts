import type { Clock } from '../model/ports/clock.js';
import type { BatchResponse, BatchSource, Poll, Pollable } from '../model/ports/waiter.js';
import type { ScheduledTask, Schedule } from './schedule.js';
import { isTransient } from './transient-error.js';

/** A poll may be this much later than it is due, so that others can go out with it: a part of its delay, and milliseconds. */
const alignment = { part: 0.16, most: 250 };

/** Seconds a poll may take. */
const pollTimeout = 30;

/** Who polls, and is told what came of it. */
export interface PollRequester<S = unknown> {
  readonly pollable: Pollable<S>;
  /** @param retryAfter Seconds that the answer to many polls asked to wait. */
  pollSucceeded(poll: Poll<S>, retryAfter?: number): void;
  pollFailed(error: unknown): void;
}

/** Polls that go out together. */
interface Batch {
  readonly source: BatchSource;
  readonly requesters: Set<PollRequester>;
  /** Ends the request, once there is one. */
  readonly control: AbortController;
  readonly alarm: ScheduledTask;
}

/** Lets polls of one kind that are due at about the same time come in one moment, and go out as one request. */
export class Batcher {
  readonly #clock: Clock;
  readonly #schedule: Schedule;
  readonly #collecting = new Map<BatchSource, Batch>();
  /** The polls that are under way: together with others, or alone. */
  readonly #polling = new Map<PollRequester, Batch | AbortController>();
  /** How many things of each kind are being watched. */
  readonly #counts = new Map<BatchSource, number>();

  constructor(clock: Clock, schedule: Schedule) {
    this.#clock = clock;
    this.#schedule = schedule;
  }

  /** Notes that a thing is watched from now on, or not any more. */
  countMember({ batch }: Pollable<unknown>, change: 1 | -1): void {
    if (!batch) return;
    const left = (this.#counts.get(batch.source) ?? 0) + change;
    if (left > 0) this.#counts.set(batch.source, left);
    else this.#counts.delete(batch.source);
  }

  /** When a poll is to come that is due after a pause, so that it meets others of its kind where there are any. */
  alignDueTime({ batch }: Pollable<unknown>, due: number, pause: number): number {
    if (!batch || pause <= 0 || (this.#counts.get(batch.source) ?? 0) < 2) return due;
    let grid = alignment.most; // halved, not cut to measure: delays stray, and their grids must have moments in common
    while (grid > pause * alignment.part) grid /= 2;
    return Math.ceil(due / grid) * grid;
  }

  /** One poll, with those of its kind that come in the same moment. */
  poll(requester: PollRequester): void {
    const member = requester.pollable.batch;
    if (!member) return void this.#alone(requester);
    const batch = this.#batchFor(member.source);
    batch.requesters.add(requester);
    this.#polling.set(requester, batch);
    if (batch.requesters.size >= member.source.maxSize) this.#send(batch);
  }

  /** Someone does not want the answer any more; when nobody does, there is no need for the request either. */
  cancel(requester: PollRequester): void {
    const poll = this.#polling.get(requester);
    this.#polling.delete(requester);
    if (poll instanceof AbortController) poll.abort();
    else if (poll) this.#leaveBatch(poll, requester);
  }

  #leaveBatch(batch: Batch, requester: PollRequester): void {
    batch.requesters.delete(requester);
    if (batch.requesters.size > 0) return;
    if (this.#collecting.get(batch.source) === batch) {
      this.#schedule.cancel(batch.alarm);
      this.#collecting.delete(batch.source);
    }
    batch.control.abort();
  }

  #batchFor(source: BatchSource): Batch {
    const known = this.#collecting.get(source);
    if (known) return known;
    const alarm = this.#schedule.at(this.#clock.now(), () => this.#send(batch));
    const batch: Batch = { source, requesters: new Set(), control: new AbortController(), alarm };
    this.#collecting.set(source, batch);
    return batch;
  }

  #send(batch: Batch): void {
    this.#schedule.cancel(batch.alarm);
    this.#collecting.delete(batch.source);
    void this.#together(batch);
  }

  async #together({ source, requesters, control }: Batch): Promise<void> {
    const ids = new Set<string>();
    for (const { pollable } of requesters) ids.add(pollable.batch!.id);
    if (ids.size === 1) {
      for (const requester of requesters) void this.#alone(requester);
      return;
    }
    const readers = new Map<PollRequester, (found: unknown) => Poll<unknown>>();
    let response: BatchResponse;
    try {
      for (const requester of requesters) readers.set(requester, requester.pollable.batch!.ask());
      response = await source.poll([...ids], { timeout: pollTimeout, signal: control.signal });
    } catch (error) {
      // What the platform has against a list may be about one of them only.
      for (const requester of requesters) isTransient(error) ? this.#fail(requester, error) : void this.#alone(requester);
      return;
    }
    for (const requester of requesters) this.#read(requester, readers.get(requester)!, response);
  }

  #read(requester: PollRequester, read: (found: unknown) => Poll<unknown>, { found, retryAfter }: BatchResponse): void {
    const { id } = requester.pollable.batch!;
    if (!found.has(id)) return void this.#alone(requester);
    let poll: Poll<unknown>;
    try {
      poll = read(found.get(id));
    } catch (error) {
      return void this.#fail(requester, error);
    }
    this.#tell(requester, poll, retryAfter);
  }

  async #alone(requester: PollRequester): Promise<void> {
    const control = new AbortController();
    this.#polling.set(requester, control);
    const { signal } = control;
    let poll: Poll<unknown>;
    try {
      poll = await requester.pollable.poll({ signal, timeout: pollTimeout });
    } catch (error) {
      if (!signal.aborted) this.#fail(requester, error);
      return;
    }
    if (!signal.aborted) this.#tell(requester, poll);
  }

  #tell(requester: PollRequester, poll: Poll<unknown>, retryAfter?: number): void {
    this.#polling.delete(requester);
    requester.pollSucceeded(poll, retryAfter);
  }

  #fail(requester: PollRequester, error: unknown): void {
    this.#polling.delete(requester);
    requester.pollFailed(error);
  }
}
