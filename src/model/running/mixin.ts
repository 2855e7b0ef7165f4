import type { BaseResource } from '../base-resource.js';
import { ResourceError } from '../errors/index.js';
import type { PollEvent } from '../events/events.js';
import { pathOf } from '../fields/effective-options.js';
import { noteEmptyHooks } from '../hooks/empty-hooks.js';
import type { BackOff, WaitOptions } from '../ports/waiter.js';
import { isObject } from '../state/json.js';
import type { RecordClass } from '../state/slot.js';
import { checkOptions } from '../support/known-options.js';
import { type Adds, asBase, checkMixinBase, type RecordBase } from '../support/mixin.js';
import { part } from '../support/part.js';
import type { StatusWords } from '../waiting/status.js';
import { refuseFailure } from './failure.js';
import { type BaseRunParams, checkRunOptions, checkRunParams } from './params.js';
import type { ManyOutcome, ManyWork } from './pool.js';
import { isBlank, pendingAt, readStart, resultOf } from './response.js';
import { Result } from './result.js';
import { resumeRun } from './resume.js';
import { Run } from './run.js';
import { type ManyOptions, runMany } from './run-many.js';
import { runWaits, trackingOf } from './tracking.js';

const starting = part(() => import('./start.js'));

/** A class for the results of runs. */
export type ResultClass = new (raw: Record<string, unknown>) => Result;

/** The members of a record that can be run. */
export interface Runnable {
  /**
   * The type of the results of its runs, which no record has as a value. A class that sets `static responseClass` says it with
   * `declare readonly runResult: MyResult`; `run()`, `runAsync()`, `poll()`, their `Run` and the `poll` events are then typed so.
   */
  readonly runResult: Result;
  /**
   * Starts a run and waits for its end. All of `params` is sent, none of `options` is. The `timeout` counts from before the start.
   *
   * @throws ValidationError for invalid options, before any request; OperationFailedError with the platform's own text when the run failed;
   *   OperationTimeoutError after `options.timeout` seconds (default 300); AbortedError on abort.
   */
  run(params?: Readonly<Record<string, unknown>>, options?: BaseRunParams): Promise<this['runResult']>;
  /** Starts a run without waiting for its end. The wait options given here become the defaults of `run.wait()`. */
  runAsync(params?: Readonly<Record<string, unknown>>, options?: BaseRunParams): Promise<Run<this['runResult']>>;
  /**
   * Runs with many inputs, several at the same time, and yields the outcome of each:
   * `for await (const outcome of …) if (outcome.status === 'fulfilled') use(outcome.value)`. An input is read only when fewer than
   * `concurrency` runs (default 10) are in progress. Leaving the loop aborts the waits while the runs continue; `outcome.run` is the run,
   * once it has been started.
   *
   * @throws ValidationError for invalid options; AbortedError after the last outcome when the signal aborted before all inputs were read.
   */
  runMany(
    inputs: Iterable<Readonly<Record<string, unknown>>> | AsyncIterable<Readonly<Record<string, unknown>>>,
    options?: BaseRunParams & ManyOptions,
  ): AsyncGenerator<ManyOutcome<Readonly<Record<string, unknown>>, this['runResult'], Run<this['runResult']>>, void, void>;
  /** Polls a run once, by its URL. `timeout` is in seconds. @throws OperationFailedError when the run has failed. */
  poll(url: string, options?: { signal?: AbortSignal; timeout?: number }): Promise<this['runResult']>;
  /** Polls a run until its end, by its URL. @throws as `run` does. */
  syncPoll(url: string, options?: WaitOptions): Promise<this['runResult']>;
  /** Override to run code after every poll, the last one included. An error it throws ends the wait. */
  onPoll(result: unknown, event: PollEvent): unknown;
  /** Override to run code before a run. See `@Before` for what a returned value does. */
  beforeRun(...args: unknown[]): unknown;
  /** Override to run code after a run. Receives the result, or the error. A returned value replaces the result. */
  afterRun(resultOrError: unknown, ...args: unknown[]): unknown;
  /** Checks the parameters of a run before its hooks. Override for other kinds. Default: they must be an object. @throws ValidationError */
  checkRunParams(params: unknown): void;
  /** The body that starts a run, or a promise of it. */
  buildRunPayload(params: Readonly<Record<string, unknown>>, options: BaseRunParams): unknown;
  /** The path of the request that starts a run, relative to the base URL. */
  buildRunUrl(params: Readonly<Record<string, unknown>>): string;
  /** Makes a result from the response to a start. A result that has a `url` and is not completed is polled. */
  handleRunResponse(response: unknown, params: Readonly<Record<string, unknown>>): Result;
  /**
   * Makes a result from the response to a poll. `started` is the result of the start; undefined when another process started the run.
   * An error it throws for a response that is empty or not an object counts as transient, up to three times in a row.
   */
  handlePollResponse(response: unknown, started?: Result): Result;
}

/** The statics of a class whose records can be run. */
export interface RunStatics {
  /** The last segment of the path that starts a run; '' for none. Default: 'run'. */
  runActionPath: string;
  /** The class of the result of a run. Default: Result. */
  responseClass: ResultClass;
  /** The delays between polls, in seconds. Default: 0.5, multiplied by 1.1 after each poll up to 60; never shorter than 0.2. */
  runBackOff?: BackOff;
  /** The default timeout of a wait, in seconds. Default: 300. */
  runTimeout?: number;
  /** The meaning of the platform's status words. Default: the words of both platforms. */
  runStatusWords?: StatusWords;
}

/** The static that resumes a run. */
export interface RunResume {
  /** Continues a run from its `token()`. @throws ValidationError for what is not a token of this class. */
  resume<R extends BaseResource>(this: RecordClass<R>, token: string): Run<RunResultOf<R>>;
}

/** The type of the results of a record's runs. */
export type RunResultOf<R> = R extends { readonly runResult: infer T extends Result } ? T : Result;

/** Adds `record.run(params)` and related members. @throws TypeError when the base is not a record class. */
export function RunnableResourceMixin<B extends RecordBase>(base: B): B & RunStatics & RunResume & Adds<Runnable> {
  checkMixinBase(base, 'RunnableResourceMixin');
  abstract class RunnableRecord extends asBase(base) implements Runnable {
    static runActionPath = 'run';
    static responseClass: ResultClass = Result;
    static runBackOff?: BackOff;
    static runTimeout?: number;
    static runStatusWords?: StatusWords;

    declare readonly runResult: Result;

    static resume<R extends BaseResource>(this: RecordClass<R>, token: string): Run {
      return resumeRun(this, token);
    }

    async run(params: Readonly<Record<string, unknown>> = {}, options: BaseRunParams = {}): Promise<Result> {
      return starting.use([params, options] as const, ({ runToEnd }, given) => runToEnd(this, ...given, options.state));
    }

    async runAsync(params: Readonly<Record<string, unknown>> = {}, options: BaseRunParams = {}): Promise<Run> {
      return starting.use([params, options] as const, ({ startRun }, given) => startRun(this, ...given, options.state));
    }

    runMany(
      inputs: Iterable<Readonly<Record<string, unknown>>> | AsyncIterable<Readonly<Record<string, unknown>>>,
      { concurrency, order, ...options }: BaseRunParams & ManyOptions = {},
    ): AsyncGenerator<ManyOutcome<Readonly<Record<string, unknown>>, Result, Run>, void, void> {
      this.requireId('run');
      checkOptions(this.constructor, 'run', options);
      checkRunOptions(options);
      const work: ManyWork<Readonly<Record<string, unknown>>, Result, Run> = (params, _index, signal, started) => {
        const onStart = (run: Run): unknown => {
          started(run);
          return options.onStart?.(run);
        };
        return this.run(params, { ...options, signal, onStart });
      };
      return runMany(inputs, work, { concurrency, order, signal: options.signal });
    }

    async poll(url: string, options: { signal?: AbortSignal; timeout?: number } = {}): Promise<Result> {
      checkOptions(this.constructor, 'poll', options);
      const { signal, timeout } = options;
      const { pollRun } = await runWaits();
      const { state } = await pollRun(this, url, { signal, timeout });
      refuseFailure(this, state);
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

    checkRunParams(params: unknown): void {
      checkRunParams(this, 'run', params);
    }

    buildRunPayload(params: Readonly<Record<string, unknown>>, _options: BaseRunParams): unknown {
      return params;
    }

    buildRunUrl(_params: Readonly<Record<string, unknown>>): string {
      const action = (this.constructor as unknown as RunStatics).runActionPath ?? 'run';
      return `${pathOf(this.constructor)}/${this.encodedId}${action === '' ? '' : `/${action}`}`;
    }

    handleRunResponse(response: unknown, _params: Readonly<Record<string, unknown>>): Result {
      return readStart(this, response);
    }

    handlePollResponse(response: unknown, _started?: Result): Result {
      if (!isObject(response) || isBlank(response)) {
        throw new ResourceError(`poll of a run of ${String(this)}: the response says nothing of the run.`);
      }
      return resultOf(this, response);
    }
  }
  noteEmptyHooks(RunnableRecord);
  return RunnableRecord as unknown as B & RunStatics & RunResume & Adds<Runnable>;
}
