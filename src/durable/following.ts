import {
  AbortedError,
  type BackOff,
  type BaseResource,
  OperationFailedError,
  OperationTimeoutError,
  type PollEvent,
  type ResourceClass,
  ResourceError,
  Result,
  Run,
  type Waitable,
} from '#front';
import { loadRecord, type RecordClass } from '../vendor.js';
import type { Claim } from './store.js';

/** How a run has ended. */
export interface End {
  readonly record: BaseResource;
  /** The record of an execution, or the result of a run. */
  readonly result: unknown;
  /** Why it failed; undefined when it succeeded. */
  readonly error: Error | undefined;
}

/** What one poll of a run has found: its end, or the milliseconds until the next poll. */
export type Found = { end: End } | { delayMs: number };

/** A poll has failed with an error that may pass. */
export class PollFailed extends Error {
  readonly delayMs: number;

  constructor(cause: Error, delayMs: number) {
    super(cause.message, { cause });
    this.delayMs = delayMs;
  }
}

type Work = (BaseResource & Waitable) | Run;

interface ClassStatics {
  resume?: (token: string) => Work;
  waitBackOff?: BackOff;
  runBackOff?: BackOff;
  responseClass?: new (raw: Record<string, unknown>) => Result;
}

/** The delays of classes that have none of their own, in seconds: those of the library. */
const backOffs = {
  wait: { initial: 2, factor: 1.01, max: 30, min: 0.01 },
  run: { initial: 0.5, factor: 1.1, max: 60, min: 0.2 },
};

/** The seconds after the poll with this number (0: after the start) until the next one. */
export function secondsAfter(target: ResourceClass, polls: number): number {
  const { waitBackOff, runBackOff } = target as ClassStatics;
  const isWork = typeof (target.prototype as { workState?: unknown }).workState === 'function';
  const { initial, factor, max, min } = isWork ? (waitBackOff ?? backOffs.wait) : (runBackOff ?? backOffs.run);
  return Math.max(min, Math.min(max, initial * factor ** polls));
}

/** Polls a run once, in a batch with those that are polled at the same time. @throws PollFailed, and errors that do not pass. */
export async function pollOnce(target: ResourceClass, claim: Claim, signal: AbortSignal): Promise<Found> {
  if (claim.token === null) return { end: endedAtOnce(target, claim) };
  const { resume } = target as ClassStatics;
  if (!resume) throw new ResourceError(`${target.name} has no resume(): its runs cannot be followed.`);
  const work = resume.call(target, claim.token);
  const record = 'resource' in work ? work.resource : work;
  if (claim.isCancelled && !(await cancelled(work, secondsAfter(target, claim.polls) * 1000)))
    return { end: { record, result: null, error: cancelledHere(claim) } };
  const isOver = claim.remainingMs !== null && claim.remainingMs <= 0;
  const found = await nextPoll(work, record, secondsAfter(target, claim.polls), signal).catch((error: unknown) => {
    // The deadline comes as well when the platform is not to be reached.
    if (isOver && error instanceof PollFailed) return { delayMs: error.delayMs };
    throw error;
  });
  if ('delayMs' in found && isOver) {
    const message = `The run ${claim.id} has not ended by its deadline. The work goes on at the platform.`;
    return { end: { record, result: null, error: new OperationTimeoutError(message, { result: record, token: claim.token }) } };
  }
  return found;
}

function endedAtOnce(target: ResourceClass, { id, result }: Claim): End {
  const { responseClass: ResultClass = Result } = target as ClassStatics;
  if (result === null) throw new ResourceError(`The run ${id} has neither a token nor a result.`);
  const raw = JSON.parse(result) as Record<string, unknown>;
  return { record: loadRecord(target as unknown as RecordClass<BaseResource>, {}), result: new ResultClass(raw), error: undefined };
}

/** Cancels work at the platform. False where that is impossible. @throws PollFailed with the milliseconds until it is tried again. */
async function cancelled(work: Work, delayMs: number): Promise<boolean> {
  const { cancel } = work as { cancel?: () => Promise<unknown> };
  if (typeof cancel !== 'function' || cancel === Run.prototype.cancel) return false;
  try {
    await cancel.call(work);
    return true;
  } catch (error) {
    // A refusal with a status is about this run: it may have ended already, which the poll finds out.
    if (error instanceof ResourceError && error.status !== undefined && error.status < 500) return true;
    if (error instanceof ResourceError && error.retryable) throw new PollFailed(error, delayMs);
    throw error;
  }
}

function cancelledHere({ id }: Claim): AbortedError {
  return new AbortedError(`The run ${id} was cancelled. The platform has no way to, so the work goes on there.`);
}

/** Makes one poll. The poll loop says when the next one would be, which heeds what the platform asks for. */
async function nextPoll(work: Work, record: BaseResource, waitTime: number, signal: AbortSignal): Promise<Found> {
  const stop = new AbortController();
  let failed: PollFailed | undefined;
  const unsubscribe = record.on('retry', ({ error, delayMs }) => {
    failed = new PollFailed(error, delayMs);
    stop.abort();
  });
  try {
    const polls = work.polls({ waitTime, timeout: Number.POSITIVE_INFINITY, signal: AbortSignal.any([signal, stop.signal]) });
    let last: PollEvent<BaseResource, unknown> | undefined;
    for await (const poll of polls as AsyncIterable<PollEvent<BaseResource, unknown>>) {
      last = poll;
      if (poll.nextDelayMs !== null) return { delayMs: poll.nextDelayMs };
    }
    return { end: { record, result: last?.result ?? record, error: undefined } };
  } catch (error) {
    if (failed && !signal.aborted) throw failed;
    if (!(error instanceof OperationFailedError)) throw error;
    return { end: { record, result: error.result ?? record, error } };
  } finally {
    unsubscribe();
  }
}
