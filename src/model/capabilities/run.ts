import type { BaseResource } from '../base-resource.js';
import { connectionOfClass, requireConnection } from '../binding.js';
import { OperationFailedError, RemoteRecordError, ValidationError } from '../errors/index.js';
import type { PollEvent, Progress } from '../events.js';
import { Operation } from '../hooks/life-cycle.js';
import type { BaseRunParams } from '../params.js';
import { Result } from '../result.js';
import { retryAfterOf } from '../retry-after.js';
import { Run, type RunTracking } from '../run.js';
import { entityOptions, pathOf } from '../settings.js';
import { isObject } from '../state/json.js';
import { loadRecord, type RecordClass } from '../state/record-state.js';
import { type Outcome, outcomeOf, runStatusWords, type StatusWords } from '../status.js';
import type { BackOff, Look, WaitOptions } from '../waiter.js';
import { type Adds, asBase, checkMixinBase, type RecordBase } from './mixin.js';
import { callOptions } from './save.js';

export type ResultClass = new (raw: Record<string, unknown>) => Result;

/** What a record that can be run has. */
export interface Runnable {
  /**
   * Starts a run and waits for its end. `params` go on the wire whole, `options` never do.
   *
   * @throws OperationFailedError with the platform's own words, OperationTimeoutError after `options.timeout` seconds (default 300).
   */
  run(params?: Readonly<Record<string, unknown>>, options?: BaseRunParams): Promise<Result>;
  /** Starts a run and does not wait: `run.wait()` does. */
  runAsync(params?: Readonly<Record<string, unknown>>, options?: BaseRunParams): Promise<Run>;
  /** One look at a run. @throws OperationFailedError when it has failed. */
  poll(url: string, options?: { signal?: AbortSignal; timeout?: number }): Promise<Result>;
  /** Polls until the end; see `run`. */
  syncPoll(url: string, options?: WaitOptions): Promise<Result>;
  /** Override to see each poll, the last one too. What it throws ends the wait. */
  onPoll(result: unknown, event: PollEvent): unknown;
  /** Override to take part in running; see `@BeforeRun` for what a returned value does. */
  beforeRun(...args: unknown[]): unknown;
  /** Override to take part after a run. Given the result, or the error. */
  afterRun(resultOrError: unknown, ...args: unknown[]): unknown;
  /** The body that starts a run, or a promise of it. */
  buildRunPayload(params: Readonly<Record<string, unknown>>, options: BaseRunParams): unknown;
  /** Where a run is started, relative to the base URL. */
  buildRunUrl(params: Readonly<Record<string, unknown>>): string;
  /** Makes the result of the platform's answer to a start; one with a `url` that is not completed is polled. */
  handleRunResponse(answer: unknown, params: Readonly<Record<string, unknown>>): Result;
  /** Makes the result of the platform's answer to a poll; `started` is what the start gave, where this process made it. */
  handlePollResponse(answer: unknown, started?: Result): Result;
}

export interface RunStatics {
  /** The last part of the address that starts a run. Default: 'run'; '' for none. */
  runActionPath?: string;
  /** What a run resolves to. Default: Result. */
  responseClass?: ResultClass;
  /** Delays between polls, in seconds. Default: 0.5, growing by 1.1 up to 60, never under 0.2. */
  runBackOff?: BackOff;
  /** Seconds a run is waited for unless the caller says otherwise. Default: 300. */
  runTimeout?: number;
  /** What the platform's status words mean. */
  runStatusWords?: StatusWords;
}

export interface RunResume {
  /** Goes on with a run from its `token()`. @throws ValidationError for what is not a token of this class. */
  resume<R extends BaseResource>(this: RecordClass<R>, token: string): Run;
}

const defaultBackOff: BackOff = { initial: 0.5, factor: 1.1, max: 60, min: 0.2 };
const defaultTimeout = 300;

/** Adds `record.run(params)` and what belongs to it. */
export function RunnableResourceMixin<B extends RecordBase>(base: B): B & RunStatics & RunResume & Adds<Runnable> {
  checkMixinBase(base, 'RunnableResourceMixin');
  abstract class RunnableRecord extends asBase(base) implements Runnable {
    static runActionPath?: string;
    static responseClass?: ResultClass;
    static runBackOff?: BackOff;
    static runTimeout?: number;
    static runStatusWords?: StatusWords;

    static resume<R extends BaseResource>(this: RecordClass<R>, token: string): Run {
      return resumeRun(this, token);
    }

    run(params: Readonly<Record<string, unknown>> = {}, options: BaseRunParams = {}): Promise<Result> {
      return runAndWait(this, params, options);
    }

    runAsync(params: Readonly<Record<string, unknown>> = {}, options: BaseRunParams = {}): Promise<Run> {
      return start(this, params, options);
    }

    async poll(url: string, options: { signal?: AbortSignal; timeout?: number } = {}): Promise<Result> {
      const { state } = await look(this, url, { signal: options.signal, timeout: options.timeout });
      check(this, state);
      return state;
    }

    syncPoll(url: string, options: WaitOptions = {}): Promise<Result> {
      return new Run(this, pendingAt(this, url), trackingOf(this)).wait(options);
    }

    onPoll(_result: unknown, _event: PollEvent): unknown {
      return undefined;
    }

    beforeRun(..._args: unknown[]): unknown {
      return undefined;
    }

    afterRun(_resultOrError: unknown, ..._args: unknown[]): unknown {
      return undefined;
    }

    buildRunPayload(params: Readonly<Record<string, unknown>>, _options: BaseRunParams): unknown {
      return params;
    }

    buildRunUrl(_params: Readonly<Record<string, unknown>>): string {
      const action = (this.constructor as RunStatics).runActionPath ?? 'run';
      return `${pathOf(this.constructor)}/${this.encodedId}${action === '' ? '' : `/${action}`}`;
    }

    handleRunResponse(answer: unknown, _params: Readonly<Record<string, unknown>>): Result {
      const raw = isObject(answer) ? answer : { status: 'SUCCESS', completed: true, data: answer };
      const pending = pendingUrl(this, raw);
      return pending === undefined
        ? resultOf(this, raw)
        : resultOf(this, { ...raw, status: statusOf(raw), completed: false, url: pending });
    }

    handlePollResponse(answer: unknown, _started?: Result): Result {
      return resultOf(this, isObject(answer) ? answer : { data: answer });
    }
  }
  return RunnableRecord as unknown as B & RunStatics & RunResume & Adds<Runnable>;
}

type RunnableRecord = BaseResource & Runnable;

function staticsOf(record: BaseResource): RunStatics {
  return record.constructor as RunStatics;
}

function resultOf(record: BaseResource, raw: Record<string, unknown>): Result {
  const Class = staticsOf(record).responseClass ?? Result;
  return new Class(raw);
}

function statusOf(raw: Record<string, unknown>): string {
  return typeof raw.status === 'string' ? raw.status : 'IN_PROGRESS';
}

/** Where a run that goes on is polled: its `data` while it is in progress, or its `url` while it is not completed. */
function pendingUrl(record: BaseResource, raw: Record<string, unknown>): string | undefined {
  const outcome = outcomeOf(statusOf(raw), staticsOf(record).runStatusWords ?? runStatusWords);
  if (outcome === 'failed' || outcome === 'succeeded') return undefined;
  if (typeof raw.data === 'string' && raw.data !== '') return raw.data;
  return typeof raw.url === 'string' && raw.url !== '' && raw.completed !== true ? raw.url : undefined;
}

function pendingAt(record: BaseResource, url: string): Result {
  return resultOf(record, { status: 'IN_PROGRESS', completed: false, url });
}

/** The start's request, the result it gave, and the run it is. */
async function startRun(
  record: RunnableRecord,
  params: Readonly<Record<string, unknown>>,
  options: BaseRunParams,
  operation: Operation<Result>,
): Promise<Result> {
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
  check(record, started);
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

async function startWithRetries(
  record: RunnableRecord,
  params: Readonly<Record<string, unknown>>,
  options: BaseRunParams,
  operation: Operation<Result>,
): Promise<Result> {
  const { runRetries = 0, runRetryWait = 1, signal } = options;
  checkCount('runRetries', runRetries);
  for (let left = runRetries; ; left--) {
    try {
      return await startRun(record, params, options, operation);
    } catch (error) {
      if (left <= 0 || !(error instanceof RemoteRecordError) || !error.retryable) throw error;
      const { clock } = requireConnection(record, 'run').environment;
      await clock.sleep(Math.max(0, runRetryWait) * 1000, signal);
    }
  }
}

function checkCount(name: string, value: number): void {
  if (Number.isInteger(value) && value >= 0) return;
  const message = `must be a whole number from 0 (got ${value})`;
  throw new ValidationError(`${name} ${message}.`, { details: [{ field: name, message }] });
}

function operationOf(record: RunnableRecord, params: Readonly<Record<string, unknown>>, options: BaseRunParams): Operation<Result> {
  record.requireId('run');
  return new Operation<Result>(record, { operation: 'run', args: [params, options], options, queued: false });
}

/** Before hooks and start. The run carries the operation on, so that its after hooks come at its end. */
async function start(record: RunnableRecord, params: Readonly<Record<string, unknown>>, options: BaseRunParams): Promise<Run> {
  const operation = operationOf(record, params, options);
  return operation.enter(async () => {
    const veto = await operation.begin();
    if (veto) return veto.value as Run;
    try {
      const started = await operation.within(() => startWithRetries(record, params, options, operation));
      return new Run(record, started, trackingOf(record, started), operation);
    } catch (error) {
      return operation.fail(error);
    }
  });
}

async function runAndWait(record: RunnableRecord, params: Readonly<Record<string, unknown>>, options: BaseRunParams): Promise<Result> {
  const operation = operationOf(record, params, options);
  return operation.enter(async () => {
    const veto = await operation.begin();
    if (veto) return veto.value as Result;
    let result: Result;
    try {
      result = await operation.within(async () => {
        const started = await startWithRetries(record, params, options, operation);
        return new Run(record, started, trackingOf(record, started)).wait(options);
      });
    } catch (error) {
      return operation.fail(error);
    }
    return operation.succeed(result);
  });
}

function trackingOf(record: RunnableRecord, started?: Result): RunTracking<Result> {
  const statics = staticsOf(record);
  return {
    backOff: statics.runBackOff ?? defaultBackOff,
    timeout: statics.runTimeout ?? defaultTimeout,
    look: (url, options) => look(record, url, options, started),
    check: (result) => check(record, result),
  };
}

async function look(
  record: RunnableRecord,
  url: string,
  options: { signal: AbortSignal | undefined; timeout: number | undefined },
  started?: Result,
): Promise<Look<Result>> {
  const connection = requireConnection(record, 'poll');
  const { body, headers } = await connection.send(
    { method: 'GET', path: url, ...options, maxRetries: 0, attempt: `poll of a run of ${String(record)}` },
    record,
  );
  const result = record.handlePollResponse(body, started);
  const outcome = outcomeOfResult(record, result);
  return {
    state: result,
    final: outcome === 'succeeded' || outcome === 'failed',
    progress: progressOf(result),
    retryAfter: retryAfterOf(headers),
    ...(outcome === 'unknown' ? { unknownStatus: result.status } : {}),
  };
}

function outcomeOfResult(record: BaseResource, result: Result): Outcome {
  const outcome = outcomeOf(result.status, staticsOf(record).runStatusWords ?? runStatusWords);
  return result.completed && outcome !== 'failed' ? 'succeeded' : outcome;
}

function progressOf(result: Result): Progress | undefined {
  const progress = result.get('progress');
  if (typeof progress === 'number') return { fraction: progress > 1 ? progress / 100 : progress };
  return isObject(progress) ? (progress as Progress) : { message: result.status };
}

/** Refuses a result that is a failure, in the platform's own words. */
function check(record: BaseResource, result: Result): void {
  if (outcomeOfResult(record, result) !== 'failed') return;
  const reason = failureText(result.raw) ?? '';
  throw new OperationFailedError(reason === '' ? 'Operation failed' : `Operation failed: ${reason}`, {
    result,
    reason,
    code: (result.get('statusCode') as string | number | undefined) ?? result.status,
  });
}

const failureKeys = ['supplierError', 'supplier_error', 'error_message', 'errorMessage', 'error', 'message'] as const;

/** The first text among the members that platforms put the reason of a failure into, at the top or in `data`. */
export function failureText(raw: Readonly<Record<string, unknown>>): string | undefined {
  for (const key of failureKeys) {
    const said = raw[key];
    if (typeof said === 'string' && said.trim() !== '') return said;
    const inner = isObject(said) ? failureText(said) : undefined;
    if (inner !== undefined) return inner;
  }
  return isObject(raw.data) ? failureText(raw.data) : undefined;
}

function resumeRun(target: RecordClass<BaseResource>, token: string): Run {
  const connection = requireConnection(target, 'resume a run of');
  const { environment } = connection;
  const { path, deadline } = environment.waiter.readToken(token, (target as { name: string }).name);
  if (path === undefined) throw new ValidationError(`The token is not one of a run: it has no path.`);
  const record = loadRecord(target, {}, connectionOfClass(target)) as RunnableRecord;
  const url = new URL(path, new URL(environment.baseUrl).origin).href;
  return new Run(record, pendingAt(record, url), trackingOf(record), null, deadline);
}
