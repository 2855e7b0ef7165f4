import type { BaseResource } from '../base-resource.js';
import { type BackOff, defaultBackOff, type Poll, type PollOptions } from '../ports/waiter.js';
import { part } from '../support/part.js';
import { refuseFailure } from './failure.js';
import type { Runnable } from './mixin.js';
import { staticsOf } from './response.js';
import type { Result } from './result.js';

/** What waits for runs. It is loaded before a wait begins, since the time limit of a wait is about the platform. */
export const runWaits = part(() => import('./wait-run.js'));

export type RunnableRecord = BaseResource & Runnable;

/** Defines how the runs of a record are polled. */
export interface RunTracking<R extends Result> {
  readonly backOff: BackOff;
  /** The default timeout of a wait, in seconds. */
  readonly timeout: number;
  poll(url: string, options: PollOptions): Promise<Poll<R>>;
  /** @throws OperationFailedError when a final result is a failure. */
  check(result: R): void;
}

const defaultTimeout = 300;

/**
 * @param started The result of the start; undefined when another process started the run.
 * @param apiKey The key that the run was started with; undefined for the connection's own.
 */
export function trackingOf(record: RunnableRecord, started?: Result, apiKey?: string): RunTracking<Result> {
  const { runBackOff = defaultBackOff, runTimeout = defaultTimeout } = staticsOf(record);
  return {
    backOff: runBackOff,
    timeout: runTimeout,
    // Not async: that would take three more promises for each poll.
    poll: (url, { signal, timeout }) =>
      runWaits.use(undefined, ({ pollRun }) => pollRun(record, url, { signal, timeout, apiKey, timeoutCoversQueue: false }, started)),
    check: (result) => refuseFailure(record, result),
  };
}
