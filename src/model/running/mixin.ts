import type { BaseResource } from '../base-resource.js';
import type { PollEvent } from '../events/events.js';
import { pathOf } from '../fields/effective-options.js';
import { noteEmptyPollHook } from '../hooks/poll.js';
import type { BackOff, WaitOptions } from '../ports/waiter.js';
import { isObject } from '../state/json.js';
import type { RecordClass } from '../state/slot.js';
import { checkOptions } from '../support/known-options.js';
import { type Adds, asBase, checkMixinBase, type RecordBase } from '../support/mixin.js';
import type { StatusWords } from '../waiting/status.js';
import { refuseFailure } from './failure.js';
import { type BaseRunParams, checkRunOptions } from './params.js';
import { pendingAt, readStart, resultOf } from './response.js';
import { Result } from './result.js';
import { resumeRun } from './resume.js';
import { Run } from './run.js';
import { type ManyOptions, type ManyOutcome, type ManyWork, runMany } from './run-many.js';
import { runToEnd, startRun } from './start.js';
import { pollRun, trackingOf } from './tracking.js';

export type ResultClass = new (raw: Record<string, unknown>) => Result;

/** What a record that can be run has. */
export interface Runnable {
  /**
   * Starts a run and waits for its end. `params` go on the wire whole, `options` never do. The `timeout` counts from before the start.
   *
   * @throws ValidationError for options that make no sense, before any request, OperationFailedError with the platform's own words, OperationTimeoutError after `options.timeout` seconds (default 300).
   */
  run(params?: Readonly<Record<string, unknown>>, options?: BaseRunParams): Promise<Result>;
  /** Starts a run and does not wait: `run.wait()` does, for which the wait options given here are the defaults. */
  runAsync(params?: Readonly<Record<string, unknown>>, options?: BaseRunParams): Promise<Run>;
  /**
   * Runs with many inputs, several at the same time, and yields what became of each:
   * `for await (const outcome of …) if (outcome.status === 'fulfilled') use(outcome.value)`. Inputs are taken only when there is room;
   * leaving the loop ends the waits, and the runs go on: `outcome.run` is the run, once it has been started.
   *
   * @throws ValidationError for options that make no sense, AbortedError after the last outcome when the signal has kept inputs from
   *   being taken.
   */
  runMany(
    inputs: Iterable<Readonly<Record<string, unknown>>> | AsyncIterable<Readonly<Record<string, unknown>>>,
    options?: BaseRunParams & ManyOptions,
  ): AsyncGenerator<ManyOutcome<Readonly<Record<string, unknown>>, Result, Run>, void, void>;
  /** One poll of a run. @throws OperationFailedError when it has failed. */
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
  handleRunResponse(response: unknown, params: Readonly<Record<string, unknown>>): Result;
  /** Makes the result of the platform's answer to a poll; `started` is what the start gave, where this process made it. */
  handlePollResponse(response: unknown, started?: Result): Result;
}

export interface RunStatics {
  /** The last part of the address that starts a run. Default: 'run'; '' for none. */
  runActionPath: string;
  /** What a run resolves to. Default: Result. */
  responseClass: ResultClass;
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

/** Adds `record.run(params)` and what belongs to it. */
export function RunnableResourceMixin<B extends RecordBase>(base: B): B & RunStatics & RunResume & Adds<Runnable> {
  checkMixinBase(base, 'RunnableResourceMixin');
  abstract class RunnableRecord extends asBase(base) implements Runnable {
    static runActionPath = 'run';
    static responseClass: ResultClass = Result;
    static runBackOff?: BackOff;
    static runTimeout?: number;
    static runStatusWords?: StatusWords;

    static resume<R extends BaseResource>(this: RecordClass<R>, token: string): Run {
      return resumeRun(this, token);
    }

    run(params: Readonly<Record<string, unknown>> = {}, options: BaseRunParams = {}): Promise<Result> {
      return runToEnd(this, params, options);
    }

    runAsync(params: Readonly<Record<string, unknown>> = {}, options: BaseRunParams = {}): Promise<Run> {
      return startRun(this, params, options);
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
      const { state } = await pollRun(this, url, { signal: options.signal, timeout: options.timeout });
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
      return resultOf(this, isObject(response) ? response : { data: response });
    }
  }
  noteEmptyPollHook(RunnableRecord.prototype.onPoll);
  return RunnableRecord as unknown as B & RunStatics & RunResume & Adds<Runnable>;
}
