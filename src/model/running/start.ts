import type { BaseResource } from '../base-resource.js';
import { requireConnection } from '../binding.js';
import {
  AbortedError,
  ConnectionError,
  OperationFailedError,
  RemoteRecordError,
  ResourceError,
  ServerError,
  TimeoutError,
} from '../errors/index.js';
import { entityOptions } from '../fields/effective-options.js';
import { toPlain } from '../fields/instances.js';
import { Operation } from '../hooks/life-cycle.js';
import { runKey } from '../persistence/idempotency.js';
import { callOptions, type TransportRequest } from '../ports/transport.js';
import type { Wait } from '../ports/waiter.js';
import { inJson, messageOf } from '../state/describe.js';
import { checkOptions } from '../support/known-options.js';
import { asGiven, membersOf } from '../support/members.js';
import { markPossibleEffect, mayHaveHadEffect } from '../support/possible-effect.js';
import { noteStarted, secondsToSend } from '../waiting/deadlines.js';
import { checkProgressBar } from '../waiting/wait-options.js';
import { refuseFailure } from './failure.js';
import { type BaseRunParams, checkRunOptions, userText } from './params.js';
import { outcomeOfResult } from './response.js';
import type { Result } from './result.js';
import { concludeRun, Run } from './run.js';
import { type RunnableRecord, trackingOf } from './tracking.js';

type Params = Readonly<Record<string, unknown>>;

type State = BaseRunParams['state'];

/**
 * Runs the before hooks and starts a run. The run carries the operation on, so the after hooks run at its end.
 *
 * @param state What the hooks share with the caller, who must see what they write to it: it is not copied.
 */
export async function startRun(record: RunnableRecord, inputs: Params, choices: BaseRunParams, state: State): Promise<Run> {
  const [params, options] = givenNow(inputs, choices, state);
  const operation = operationOf(record, params, options, undefined);
  const since = requireConnection(record, 'run').environment.clock.now();
  return operation.enter(async () => {
    await checkProgressBar(record, options);
    const veto = await operation.begin();
    return veto ? (veto.value as Run) : begin(record, params, options, operation, since);
  });
}

/**
 * Starts a run and waits for its end. The timeout counts from before the start; a wait that fails ends the operation.
 *
 * @param state As that of `startRun`.
 */
export async function runToEnd(record: RunnableRecord, inputs: Params, choices: BaseRunParams, state: State): Promise<Result> {
  const [params, options] = givenNow(inputs, choices, state);
  // A time of 0 is one poll, however long the start takes.
  const operation = operationOf(record, params, options, options.timeout || undefined);
  const since = requireConnection(record, 'run').environment.clock.now();
  return operation.enter(async () => {
    await checkProgressBar(record, options);
    const veto = await operation.begin();
    if (veto) return veto.value as Result;
    const run = await begin(record, params, options, operation, since);
    const wait: Wait = { since };
    return operation.within(() => run.wait(wait).catch((error: unknown) => concludeRun(run, error)));
  });
}

/** What a run is given, as it is now: hooks come before the request, and a caller may use the same object for the next run. */
function givenNow(params: Params, options: BaseRunParams, state: State): [Params, BaseRunParams] {
  const own = asGiven(options);
  return [asGiven(params), state === undefined ? own : { ...own, state }];
}

/** @param timeout Seconds that the before hooks may take. */
function operationOf(record: RunnableRecord, params: Params, options: BaseRunParams, timeout: number | undefined): Operation<Result> {
  record.requireId('run');
  checkOptions(record.constructor, 'run', options);
  record.checkRunParams(params);
  checkRunOptions(options);
  const { hooks, signal, state } = options;
  return new Operation<Result>(record, {
    operation: 'run',
    args: [params, options],
    options: { hooks, signal, state, timeout },
    queued: false,
  });
}

/** @param since The time from which the timeout counts, in milliseconds on the monotonic clock. */
async function begin(
  record: RunnableRecord,
  params: Params,
  options: BaseRunParams,
  operation: Operation<Result>,
  since: number,
): Promise<Run> {
  try {
    operation.context.limit.depart();
    operation.context.limit.dropTimeout();
    const started = await operation.within(() => postWithRetries(record, params, options, operation));
    const { timeout, waitTime, signal, showProgress, onStart } = options;
    const defaults = { timeout, waitTime, signal, showProgress };
    const run = new Run(record, started, trackingOf(record, started, options.apiKey), { operation, defaults });
    noteStarted(run, { timeout, since }, requireConnection(record, 'run').environment.clock);
    await callOnStart(record, run, onStart);
    return run;
  } catch (error) {
    return operation.fail(error);
  }
}

/** Passes a run that has just been started to the caller's `onStart`. */
async function callOnStart(record: RunnableRecord, run: Run, onStart: BaseRunParams['onStart']): Promise<void> {
  try {
    await onStart?.(run);
  } catch (cause) {
    const reason = messageOf(cause);
    throw new ResourceError(`run of ${String(record)}: it was started and goes on at the platform, but onStart failed: ${reason}`, {
      cause,
      outcome: 'unknown',
    });
  }
}

async function postWithRetries(
  record: RunnableRecord,
  params: Params,
  options: BaseRunParams,
  operation: Operation<Result>,
): Promise<Result> {
  const { runRetries = 0, runRetryWait = 1, signal, timeout = Number.POSITIVE_INFINITY } = options;
  const { clock, waiter } = requireConnection(record, 'run').environment;
  const since = clock.now();
  const deadline = since + timeout * 1000;
  const idempotencyKey = runKey(record, options.idempotencyKey);
  const ownKey = idempotencyKey !== options.idempotencyKey;
  let sentBefore = false;
  for (let left = runRetries; ; left--) {
    try {
      const within = secondsToSend({ timeout, since }, clock);
      return await post(record, params, { ...options, idempotencyKey }, operation, { sendWithin: within, ownKey, sentBefore });
    } catch (error) {
      sentBefore ||= mayHaveHadEffect(error);
      const isOver = left <= 0 || clock.now() + runRetryWait * 1000 > deadline;
      if (isOver || !isRepeatable(error, ownKey)) {
        // A failure that the platform reports is that of the run itself.
        if (sentBefore && !(error instanceof OperationFailedError)) markPossibleEffect(error);
        throw error;
      }
    }
    const subject = `run of ${String(record)}, between two starts,`;
    await waiter.sleep(runRetryWait, signal, subject).catch((error: Error) => {
      if (!sentBefore) throw error;
      markPossibleEffect(error);
      throw ownKey ? new AbortedError(error.message, { cause: error, outcome: 'unknown' }) : error;
    });
  }
}

/** Whether a start that failed may be sent again. Under a key of its own, that is so when the response was lost. */
function isRepeatable(error: unknown, ownKey: boolean): boolean {
  if (!(error instanceof RemoteRecordError)) return false;
  const isLost = error instanceof ConnectionError || error instanceof TimeoutError || error instanceof ServerError;
  return error.retryable || (ownKey && isLost && error.outcome === 'unknown');
}

/** Sends the request that starts a run, and reads its result. @param sending What it is sent with besides. */
async function post(
  record: RunnableRecord,
  params: Params,
  options: BaseRunParams,
  operation: Operation<Result>,
  sending: Pick<TransportRequest, 'sendWithin' | 'ownKey' | 'sentBefore'>,
): Promise<Result> {
  const payload = await record.buildRunPayload(toPlain(params, requireConnection(record, 'run').environment.transform), options);
  operation.context.payload = payload;
  operation.context.sent = true;
  const { body } = await requireConnection(record, 'run').send(
    { ...startRequest(record, record.buildRunUrl(params), payload, options, 'run'), timeout: undefined, ...sending },
    record,
  );
  const started = record.handleRunResponse(body, params);
  refuseFailure(record, started);
  refuseLost(record, started);
  return started;
}

/** The request that starts a run, or a stream of one. */
export function startRequest(
  record: BaseResource,
  path: string,
  body: unknown,
  options: BaseRunParams,
  operation: 'run' | 'stream',
): TransportRequest {
  return {
    ...callOptions(options),
    headers: runHeaders(options),
    method: 'POST',
    path,
    body,
    once: true,
    idempotencyKey: options.idempotencyKey,
    attempt: `${operation} of ${String(record)}`,
    decodeError: entityOptions(record.constructor).errors,
  };
}

/** The headers of a start. The user and the session are sent as headers so that they are not passed to the work itself. */
function runHeaders({
  headers,
  ...options
}: Pick<BaseRunParams, 'headers' | 'identifier' | 'sessionId'>): Record<string, string> | undefined {
  const identifier = userText('identifier', options.identifier);
  const sessionId = userText('sessionId', options.sessionId);
  const named = {
    ...membersOf(headers),
    ...(identifier === undefined ? {} : { 'x-user-id': identifier }),
    ...(sessionId === undefined ? {} : { 'x-session-id': sessionId }),
  };
  return Object.keys(named).length > 0 ? named : undefined;
}

/** @throws ResourceError when a run is in progress but there is no URL to poll. */
function refuseLost(record: BaseResource, started: Result): void {
  const outcome = outcomeOfResult(record, started);
  if (outcome === 'succeeded' || outcome === 'failed' || started.url !== null) return;
  throw new ResourceError(
    `run of ${String(record)}: the platform took it, but its answer says neither that it has ended nor where to ask for its end: ` +
      `${inJson(started.raw, 300)}. If that is how the platform answers, override handleRunResponse().`,
    { outcome: 'unknown' },
  );
}
