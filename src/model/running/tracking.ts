import type { BaseResource } from '../base-resource.js';
import { requireConnection } from '../binding.js';
import { entityOptions } from '../fields/effective-options.js';
import { type BackOff, defaultBackOff, type Poll, type PollOptions } from '../ports/waiter.js';
import { retryAfterOf } from '../support/retry-after.js';
import { refuseFailure } from './failure.js';
import type { Runnable } from './mixin.js';
import { outcomeOfResult, runName, staticsOf } from './response.js';
import type { Result } from './result.js';

export type RunnableRecord = BaseResource & Runnable;

/** How the runs of a record are polled. */
export interface RunTracking<R extends Result> {
  readonly backOff: BackOff;
  /** Seconds a wait takes at the most unless the caller says otherwise. */
  readonly timeout: number;
  poll(url: string, options: PollOptions): Promise<Poll<R>>;
  /** @throws OperationFailedError when a final result is a failure. */
  check(result: R): void;
}

const defaultTimeout = 300;

/**
 * @param started What the start gave, where this process made it.
 * @param apiKey The key that the run was started with, where that was not the connection's own.
 */
export function trackingOf(record: RunnableRecord, started?: Result, apiKey?: string): RunTracking<Result> {
  const { runBackOff = defaultBackOff, runTimeout = defaultTimeout } = staticsOf(record);
  return {
    backOff: runBackOff,
    timeout: runTimeout,
    poll: (url, options) => pollRun(record, url, { ...options, apiKey }, started),
    check: (result) => refuseFailure(record, result),
  };
}

/** One poll of a run, without repetitions. */
export async function pollRun(
  record: RunnableRecord,
  url: string,
  options: PollOptions & { apiKey?: string | undefined },
  started?: Result,
): Promise<Poll<Result>> {
  const connection = requireConnection(record, 'poll');
  const { body, headers } = await connection.send(
    {
      method: 'GET',
      path: url,
      ...options,
      maxRetries: 0,
      attempt: `poll of a ${runName(record, url)}`,
      decodeError: entityOptions(record.constructor).errors,
    },
    record,
  );
  const result = record.handlePollResponse(body, started);
  const outcome = outcomeOfResult(record, result);
  return {
    state: result,
    final: outcome === 'succeeded' || outcome === 'failed',
    progress: result.readProgress(),
    retryAfter: retryAfterOf(headers, connection.environment.clock.date()),
    ...(outcome === 'unknown' ? { unknownStatus: result.status } : {}),
  };
}
