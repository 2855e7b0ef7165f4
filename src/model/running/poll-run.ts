import { requireConnection } from '../binding.js';
import { snippetOf, unexpectedResponse } from '../errors/unexpected-response.js';
import { entityOptions } from '../fields/effective-options.js';
import type { OwnCallOptions, TransportResponse } from '../ports/transport.js';
import type { Poll } from '../ports/waiter.js';
import { isObject } from '../state/json.js';
import { retryAfterOf } from '../support/retry-after.js';
import { isBlank, outcomeOfResult, pendingAt, runName } from './response.js';
import type { Result } from './result.js';
import type { RunnableRecord } from './tracking.js';

/** Polls a run once, without retries. @throws APIError for a response that says nothing about a run. */
export async function pollRun(record: RunnableRecord, url: string, options: OwnCallOptions, started?: Result): Promise<Poll<Result>> {
  const connection = requireConnection(record, 'poll');
  const attempt = `poll of a ${runName(record, url)}`;
  const { errors: decodeError } = entityOptions(record.constructor);
  const response = await connection.send({ method: 'GET', path: url, ...options, maxRetries: 0, attempt, decodeError }, record);
  const { headers } = response;
  const result = readPoll(record, url, response, attempt, started);
  const outcome = outcomeOfResult(record, result);
  return {
    state: result,
    final: outcome === 'succeeded' || outcome === 'failed',
    progress: result.readProgress(),
    retryAfter: retryAfterOf(headers, connection.environment.clock.date()),
    unknownStatus: outcome === 'unknown' ? result.status : undefined,
  };
}

/**
 * What a response to a poll means. Where it says nothing, a class may know that the run goes on, but not that it has ended: that is what
 * a proxy in between looks like, too. Nor does it count what the class throws for want of anything to read.
 */
function readPoll(record: RunnableRecord, url: string, response: TransportResponse, attempt: string, started?: Result): Result {
  const { status, body } = response;
  const unexpected = () =>
    unexpectedResponse(`${attempt}: the platform answered with ${snippetOf(body)}, not with the state of a run.`, status);
  let result: Result;
  try {
    result = record.handlePollResponse(body, started);
  } catch (error) {
    if (isObject(body) && !isBlank(body)) throw error;
    // An empty 202 or 204 is how some platforms say that a run goes on (RFC 9110 §15.3.3).
    if (body === undefined && status !== 200) return pendingAt(record, url);
    throw unexpected();
  }
  const outcome = outcomeOfResult(record, result);
  if (status === 200 && isBlank(body) && (outcome === 'succeeded' || outcome === 'failed')) throw unexpected();
  return result;
}
