import type { BaseResource } from '../base-resource.js';
import { requireConnection } from '../binding.js';
import { ResourceError } from '../errors/index.js';
import { dispatch } from '../events/dispatch.js';
import type { PollEvent } from '../events/events.js';
import type { Operation } from '../hooks/life-cycle.js';
import type { Clock } from '../ports/clock.js';
import type { Wait, WaitOptions } from '../ports/waiter.js';
import { asyncDispose } from '../support/dispose.js';
import { otherOptions, waitOptionNames } from '../support/known-options.js';
import { checkOptionNames } from '../support/names.js';
import { noteWaited, noteWaiting, secondsLeft, tokenDeadline } from '../waiting/deadlines.js';
import type { RecordPollable } from '../waiting/follow.js';
import { checkWaitOptions } from '../waiting/wait-options.js';
import { runName } from './response.js';
import type { Result } from './result.js';
import { runToken } from './token.js';
import { type RunTracking, runWaits } from './tracking.js';

/** The origin of a run. */
interface RunOrigin<R extends Result> {
  /** The operation that ends with the run; null for a run that was resumed or is polled by its URL. */
  operation?: Operation<R> | null;
  /** The default options of waits. */
  defaults?: WaitOptions;
}

/** `since` comes from the start of the run. */
const waitNames = [...waitOptionNames, 'since'];

let conclude: <R extends Result>(run: Run<R>, error: unknown) => Promise<R>;

/** Ends a run's operation with the error of its wait. A run that has already ended keeps its own end. */
export function concludeRun<R extends Result>(run: Run<R>, error: unknown): Promise<R> {
  return conclude(run, error);
}

/** A run that has been started. It is not thenable: returning one from an async function does not wait for it. */
export class Run<R extends Result = Result> {
  /** The record that is run. */
  readonly resource: BaseResource;
  /** The URL at which the run is polled; null when the start already gave the final result. */
  readonly url: string | null;
  /** The platform's id of the run; null when the response to the start had none. */
  readonly id: string | null;
  readonly #tracking: RunTracking<R>;
  readonly #origin: RunOrigin<R>;
  #latest: R;
  #end: Promise<R> | null = null;

  static {
    conclude = (run, error) => run.#conclude(error);
  }

  constructor(resource: BaseResource, start: R, tracking: RunTracking<R>, origin: RunOrigin<R> = {}) {
    this.resource = resource;
    this.url = start.completed ? null : start.url;
    const id = start.get('requestId') ?? start.get('executionId') ?? start.get('id');
    this.id = typeof id === 'string' ? id : null;
    this.#latest = start;
    this.#tracking = tracking;
    this.#origin = origin;
  }

  /** The platform's status word in the latest poll. */
  get status(): string {
    return this.#latest.status;
  }

  /** Whether the latest poll, or the start, reported that the run has completed. */
  get completed(): boolean {
    return this.#latest.completed;
  }

  /** The result of the latest poll, or of the start before the first poll. */
  get result(): R {
    return this.#latest;
  }

  /**
   * Waits for the run to end. Options default to those given to `runAsync`. Several waits share the polls and the end: after hooks run and
   * events are dispatched once, and later waits get the same result.
   *
   * @throws OperationFailedError when the run failed, OperationTimeoutError at the deadline, AbortedError on abort. After the last two the
   *   run continues and can be waited for again.
   */
  async wait(options: WaitOptions = {}): Promise<R> {
    checkOptionNames('wait for a run', options, waitNames);
    checkWaitOptions(options);
    if (this.url !== null && this.#end === null) {
      const until = noteWaiting(this, options, this.#clock);
      try {
        const pollable = this.#pollable(this.url);
        await runWaits.use(options, ({ followToEnd }, given) => followToEnd(this.resource, pollable, this.#withDefaults(given)));
      } catch (error) {
        this.#rethrowUnlessEnded(error);
      } finally {
        noteWaited(this, until);
      }
    }
    return this.#conclude();
  }

  /**
   * Waits and yields every poll, the last one included. Leaving the loop stops polling while the run continues; iterating to the end ends
   * the run as `wait()` does.
   *
   * @throws as `wait()` does, after the poll that showed the failure.
   */
  async *polls(options: WaitOptions = {}): AsyncGenerator<PollEvent<BaseResource, R>, void, void> {
    checkOptionNames('wait for a run', options, waitNames);
    checkWaitOptions(options);
    if (this.url !== null && this.#end === null) {
      const until = noteWaiting(this, options, this.#clock);
      try {
        const pollable = this.#pollable(this.url);
        const polls = runWaits.use(options, ({ follow }, given) => follow(this.resource, pollable, this.#withDefaults(given)));
        // Where they are at hand, the wait begins at once, so that it can be stopped at once.
        yield* (polls instanceof Promise ? await polls : polls) as AsyncGenerator<PollEvent<BaseResource, R>, void, void>;
      } catch (error) {
        this.#rethrowUnlessEnded(error);
      } finally {
        noteWaited(this, until);
      }
    }
    await this.#conclude();
  }

  /** Polls now if there is a wait for the run, for example when a webhook has reported a change. */
  poke(): void {
    requireConnection(this.resource, 'poke a run of').environment.waiter.poke(this);
  }

  /**
   * A string with which `Class.resume(token)` continues waiting, here or in another process. It contains no secrets.
   *
   * @param options.timeout Seconds from now until the token's deadline. Default: the deadline the run was resumed with, else that of the
   *   `timeout` given to `runAsync`, else the latest of the waits in progress; a deadline that has passed is left out.
   * @throws ResourceError for a run whose start already gave the final result, and for a URL outside the connection's own origins or with a
   *   credential; ValidationError for a timeout that is not a duration in seconds.
   */
  token(options: { timeout?: number } = {}): string {
    checkOptionNames('token of a run', options, otherOptions.token);
    const deadline = tokenDeadline(this, options.timeout, this.#clock);
    if (this.url === null) throw new ResourceError(`The run of ${String(this.resource)} has already ended; there is nothing to resume.`);
    return runToken(this.resource, this.url, deadline);
  }

  /** Cancels the run. Subclasses implement it for platforms that can. @throws ResourceError, here always: the platform has no way to. */
  cancel(): Promise<void> {
    return Promise.reject(
      new ResourceError(
        `The platform of ${this.resource.constructor.name} has no way to cancel a run. Abort the wait with its signal; the run continues.`,
      ),
    );
  }

  /** Ends the waits for the run in this process, which reject with an AbortedError, at the end of a block with `await using`. The run continues. */
  async [asyncDispose](): Promise<void> {
    const { waiter } = requireConnection(this.resource, 'stop waiting for a run of').environment;
    runWaits.afterAll(() => waiter.stop(this));
  }

  get #clock(): Clock {
    return requireConnection(this.resource, 'wait for').environment.clock;
  }

  #pollable(url: string): RecordPollable<R> {
    return {
      key: this,
      run: this as unknown as Run,
      subject: runName(this.resource, url),
      backOff: this.#tracking.backOff,
      poll: (options) => this.#tracking.poll(url, options),
      onPoll: ({ state }) => {
        this.#latest = state;
      },
      onEnd: async (error) => {
        await this.#conclude(error).catch(() => undefined); // each wait throws it
      },
      token: () => {
        try {
          return runToken(this.resource, url, null);
        } catch {
          return undefined; // the timeout error then has no token
        }
      },
    };
  }

  /** The options of a wait, with the run's defaults. */
  #withDefaults({ timeout, waitTime, signal, showProgress, since }: Wait): Wait {
    const { defaults = {} } = this.#origin;
    return {
      timeout: timeout ?? defaults.timeout ?? secondsLeft(this, this.#clock) ?? this.#tracking.timeout,
      waitTime: waitTime ?? defaults.waitTime,
      signal: signal ?? defaults.signal,
      showProgress: showProgress ?? defaults.showProgress,
      since,
    };
  }

  /** Rethrows the error of a wait, unless the run itself has ended: then `#conclude` gives the outcome. */
  #rethrowUnlessEnded(error: unknown): void {
    if (this.#end === null) throw error;
  }

  #conclude(error?: unknown): Promise<R> {
    if (this.#end === null) {
      this.#end = this.#settle(error);
      this.#end.catch(() => undefined); // each wait throws it
    }
    return this.#end;
  }

  /** Ends the run and its operation: dispatches `complete` if it succeeded, runs the after hooks, and dispatches `run` or `fail`. */
  async #settle(error: unknown): Promise<R> {
    const { operation } = this.#origin;
    const { resource } = this;
    try {
      if (error !== undefined) throw error;
      this.#tracking.check(this.#latest);
    } catch (failure) {
      if (operation) return operation.fail(failure);
      dispatch(resource, 'fail', { resource, operation: 'run', error: failure });
      throw failure;
    }
    dispatch(resource, 'complete', { resource, result: this.#latest });
    return operation ? operation.succeed(this.#latest) : this.#latest;
  }
}
