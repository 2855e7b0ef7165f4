import type { BaseResource } from '../base-resource.js';
import { requireConnection } from '../binding.js';
import { ResourceError } from '../errors/index.js';
import { dispatch } from '../events/dispatch.js';
import type { PollEvent } from '../events/events.js';
import type { Operation } from '../hooks/life-cycle.js';
import type { Clock } from '../ports/clock.js';
import type { Wait, WaitOptions } from '../ports/waiter.js';
import { otherOptions, waitOptionNames } from '../support/known-options.js';
import { checkOptionNames } from '../support/names.js';
import { noteWaited, noteWaiting, secondsLeft, tokenDeadline } from '../waiting/deadlines.js';
import { follow, followToEnd, type RecordPollable } from '../waiting/follow.js';
import { checkWaitOptions } from '../waiting/wait-options.js';
import { runName } from './response.js';
import type { Result } from './result.js';
import { runToken } from './token.js';
import type { RunTracking } from './tracking.js';

/** Where a run comes from. */
interface RunOrigin<R extends Result> {
  /** The operation that its end ends; null for a run that was taken up again or is followed by its address. */
  operation?: Operation<R> | null;
  /** What waits take unless they say otherwise. */
  defaults?: WaitOptions;
}

/** `since` comes from the start of the run. */
const waitNames = [...waitOptionNames, 'since'];

let conclude: <R extends Result>(run: Run<R>, error: unknown) => Promise<R>;

/** Ends the operation of a run whose wait was given up; one that has ended already keeps its end. */
export function concludeRun<R extends Result>(run: Run<R>, error: unknown): Promise<R> {
  return conclude(run, error);
}

/** A run that has been started. It is not thenable: returning one from an async function does not wait for it. */
export class Run<R extends Result = Result> {
  readonly resource: BaseResource;
  /** Where the run is polled; null when the start already gave the final result. */
  readonly url: string | null;
  /** The platform's id of the run, where its answer had one. */
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

  /** The platform's word of the latest poll. */
  get status(): string {
    return this.#latest.status;
  }

  /** Whether the platform says that the run has ended, as of the latest poll. */
  get completed(): boolean {
    return this.#latest.completed;
  }

  /** The latest poll. */
  get result(): R {
    return this.#latest;
  }

  /**
   * Waits for the run to end. What was given to `runAsync` counts unless it is given here. Several waits share the polls and the end:
   * after hooks and events come once, and whoever waits later gets the same result.
   *
   * @throws OperationFailedError when the run failed, OperationTimeoutError at the deadline, AbortedError on abort; after the last
   *   two the run goes on and can be waited for again.
   */
  async wait(options: WaitOptions = {}): Promise<R> {
    checkOptionNames('wait for a run', options, waitNames);
    checkWaitOptions(options);
    if (this.url !== null && this.#end === null) {
      const until = noteWaiting(this, options, this.#clock);
      try {
        await followToEnd(this.resource, this.#pollable(this.url), this.#complete(options));
      } catch (error) {
        this.#giveUp(error);
      } finally {
        noteWaited(this, until);
      }
    }
    return this.#conclude();
  }

  /**
   * The polls of a wait, one by one. Leaving the loop stops polling; the run goes on. Walked to its end, it ends the run as `wait()` does.
   *
   * @throws what `wait()` throws, after the poll that showed it.
   */
  async *polls(options: WaitOptions = {}): AsyncGenerator<PollEvent, void, void> {
    checkOptionNames('wait for a run', options, waitNames);
    checkWaitOptions(options);
    if (this.url !== null && this.#end === null) {
      const until = noteWaiting(this, options, this.#clock);
      try {
        yield* follow(this.resource, this.#pollable(this.url), this.#complete(options));
      } catch (error) {
        this.#giveUp(error);
      } finally {
        noteWaited(this, until);
      }
    }
    await this.#conclude();
  }

  /** Makes the next poll come now, where someone waits; for when something else has told that there is news. */
  poke(): void {
    requireConnection(this.resource, 'poke a run of').environment.waiter.poke(this);
  }

  /**
   * Text with which `Class.resume(token)` goes on waiting, here or in another process. It holds no secrets.
   *
   * @param options.timeout Seconds from now until the deadline it carries. Default: the deadline the run was resumed with, else that
   *   of the `timeout` given to `runAsync`, else that of the `timeout` of a wait under way; none where that has passed.
   * @throws ResourceError for a run that has already ended, or whose address does not belong to the connection or carries a credential.
   */
  token(options: { timeout?: number } = {}): string {
    checkOptionNames('token of a run', options, otherOptions.token);
    const deadline = tokenDeadline(this, options.timeout, this.#clock);
    if (this.url === null) throw new ResourceError(`The run of ${String(this.resource)} has already ended; there is nothing to resume.`);
    return runToken(this.resource, this.url, deadline);
  }

  /** Not every platform can cancel a run; where it cannot, this says so. */
  cancel(): Promise<void> {
    return Promise.reject(
      new ResourceError(
        `The platform of ${this.resource.constructor.name} has no way to cancel a run. Abort the wait with its signal; the run goes on.`,
      ),
    );
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
          return undefined; // the error that carries the token does without
        }
      },
    };
  }

  /** The options with what this run says where they say nothing. */
  #complete({ timeout, waitTime, signal, showProgress, since }: Wait): Wait {
    const { defaults = {} } = this.#origin;
    return {
      timeout: timeout ?? defaults.timeout ?? secondsLeft(this, this.#clock) ?? this.#tracking.timeout,
      waitTime: waitTime ?? defaults.waitTime,
      signal: signal ?? defaults.signal,
      showProgress: showProgress ?? defaults.showProgress,
      since,
    };
  }

  /** One wait has ended: by itself, or because the run has, which its end tells. */
  #giveUp(error: unknown): void {
    if (this.#end === null) throw error;
  }

  #conclude(error?: unknown): Promise<R> {
    if (this.#end === null) {
      this.#end = this.#settle(error);
      this.#end.catch(() => undefined); // each wait throws it
    }
    return this.#end;
  }

  /** The end of the run and of its operation: `complete` or failure, after hooks, `run` or `fail`. */
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
