import { requireConnection } from '../binding.js';
import { RemoteRecordError, ResourceError } from '../errors/index.js';
import { entityOptions } from '../fields/effective-options.js';
import { Operation } from '../hooks/life-cycle.js';
import { callOptions } from '../ports/transport.js';
import type { Wait } from '../ports/waiter.js';
import { checkOptions } from '../support/known-options.js';
import { noteStarted } from '../waiting/deadlines.js';
import { refuseFailure } from './failure.js';
import { type BaseRunParams, checkRunOptions } from './params.js';
import { refuseLost } from './response.js';
import type { Result } from './result.js';
import { concludeRun, Run } from './run.js';
import { type RunnableRecord, trackingOf } from './tracking.js';

type Params = Readonly<Record<string, unknown>>;

/** Before hooks and start. The run carries the operation on, so that its after hooks come at its end. */
export async function startRun(record: RunnableRecord, params: Params, options: BaseRunParams): Promise<Run> {
  const operation = operationOf(record, params, options);
  const since = requireConnection(record, 'run').environment.clock.now();
  return operation.enter(async () => {
    const veto = await operation.begin();
    return veto ? (veto.value as Run) : begin(record, params, options, operation, since);
  });
}

/** The same, and the wait for its end. The time limit counts from before the start; a wait that ends early ends the operation. */
export async function runToEnd(record: RunnableRecord, params: Params, options: BaseRunParams): Promise<Result> {
  const operation = operationOf(record, params, options);
  const since = requireConnection(record, 'run').environment.clock.now();
  return operation.enter(async () => {
    const veto = await operation.begin();
    if (veto) return veto.value as Result;
    const run = await begin(record, params, options, operation, since);
    const wait: Wait = { since };
    return operation.within(() => run.wait(wait).catch((error: unknown) => concludeRun(run, error)));
  });
}

function operationOf(record: RunnableRecord, params: Params, options: BaseRunParams): Operation<Result> {
  record.requireId('run');
  checkOptions(record.constructor, 'run', options);
  checkRunOptions(options);
  return new Operation<Result>(record, { operation: 'run', args: [params, options], options, queued: false });
}

/** @param since When the time of the run began, on the clock that never goes back. */
async function begin(
  record: RunnableRecord,
  params: Params,
  options: BaseRunParams,
  operation: Operation<Result>,
  since: number,
): Promise<Run> {
  try {
    const started = await operation.within(() => postWithRetries(record, params, options, operation));
    const { timeout, waitTime, signal, showProgress, onStart } = options;
    const defaults = { timeout, waitTime, signal, showProgress };
    const run = new Run(record, started, trackingOf(record, started, options.apiKey), { operation, defaults });
    noteStarted(run, { timeout, since }, requireConnection(record, 'run').environment.clock);
    await handOut(record, run, onStart);
    return run;
  } catch (error) {
    return operation.fail(error);
  }
}

/** Shows a run to whoever wants to know of it as soon as it has begun. */
async function handOut(record: RunnableRecord, run: Run, onStart: BaseRunParams['onStart']): Promise<void> {
  try {
    await onStart?.(run);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
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
  const deadline = clock.now() + timeout * 1000;
  for (let left = runRetries; ; left--) {
    try {
      return await post(record, params, options, operation);
    } catch (error) {
      if (left <= 0 || !(error instanceof RemoteRecordError) || !error.retryable) throw error;
      if (clock.now() + runRetryWait * 1000 > deadline) throw error;
      await waiter.sleep(runRetryWait, signal, `run of ${String(record)}, between two starts,`);
    }
  }
}

/** The request that starts a run, and the result it gave. */
async function post(record: RunnableRecord, params: Params, options: BaseRunParams, operation: Operation<Result>): Promise<Result> {
  const payload = await record.buildRunPayload(params, options);
  operation.context.payload = payload;
  operation.context.sent = true;
  const { body } = await requireConnection(record, 'run').send(
    {
      ...callOptions(options),
      timeout: undefined,
      headers: runHeaders(options),
      method: 'POST',
      path: record.buildRunUrl(params),
      body: payload,
      once: true,
      idempotencyKey: options.idempotencyKey,
      attempt: `run of ${String(record)}`,
      decodeError: entityOptions(record.constructor).errors,
    },
    record,
  );
  const started = record.handleRunResponse(body, params);
  refuseFailure(record, started);
  refuseLost(record, started);
  return started;
}

/** Who runs, and in which session: as headers, so that it never reaches whoever does the work. */
function runHeaders({ headers, identifier, sessionId }: BaseRunParams): Record<string, string> | undefined {
  const named = {
    ...headers,
    ...(identifier === undefined ? {} : { 'x-user-id': String(identifier) }),
    ...(sessionId === undefined ? {} : { 'x-session-id': String(sessionId) }),
  };
  return Object.keys(named).length > 0 ? named : undefined;
}
