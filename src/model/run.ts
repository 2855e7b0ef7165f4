import { announce } from './announce.js';
import type { BaseResource } from './base-resource.js';
import { requireConnection } from './binding.js';
import { follow } from './capabilities/follow.js';
import { OperationFailedError, ResourceError } from './errors/index.js';
import type { PollEvent } from './events.js';
import type { Operation } from './hooks/life-cycle.js';
import type { Result } from './result.js';
import type { BackOff, Look, Pollable, TokenData, WaitOptions } from './waiter.js';

/** How the runs of a record are looked at. */
export interface RunTracking<R extends Result> {
  readonly backOff: BackOff;
  /** Seconds a wait takes at the most unless the caller says otherwise. */
  readonly timeout: number;
  look(url: string, options: { signal: AbortSignal | undefined; timeout: number | undefined }): Promise<Look<R>>;
  /** Throws when a final result is a failure. */
  check(result: R): void;
}

/** A run that has been started. It is not thenable: returning one from an async function does not wait for it. */
export class Run<R extends Result = Result> {
  readonly resource: BaseResource;
  /** Where the run is polled; null when the start already gave the final result. */
  readonly url: string | null;
  /** The platform's id of the run, where its answer had one. */
  readonly id: string | null;
  readonly #tracking: RunTracking<R>;
  readonly #deadline: number | null;
  #operation: Operation<R> | null;
  #latest: R;

  constructor(
    resource: BaseResource,
    start: R,
    tracking: RunTracking<R>,
    operation: Operation<R> | null = null,
    deadline: number | null = null,
  ) {
    this.resource = resource;
    this.url = start.completed ? null : start.url;
    const id = start.get('requestId') ?? start.get('executionId') ?? start.get('id');
    this.id = typeof id === 'string' ? id : null;
    this.#latest = start;
    this.#tracking = tracking;
    this.#operation = operation;
    this.#deadline = deadline;
  }

  /** The platform's word of the latest look. */
  get status(): string {
    return this.#latest.status;
  }

  /** The latest look. */
  get result(): R {
    return this.#latest;
  }

  /**
   * Waits for the run to end. After hooks of the run are called when it does, once however many wait.
   *
   * @throws OperationFailedError when the run failed, OperationTimeoutError at the deadline, AbortedError on abort; after the last
   *   two the run goes on and can be waited for again.
   */
  async wait(options: WaitOptions = {}): Promise<R> {
    let failure: unknown;
    try {
      for await (const _poll of this.polls(options)) {
        // Each poll has been announced; only the end counts here.
      }
    } catch (error) {
      if (!(error instanceof OperationFailedError)) throw error;
      failure = error;
    }
    return this.#settle(failure);
  }

  /**
   * The polls of a wait, one by one. Leaving the loop stops polling; the run goes on.
   *
   * @throws what `wait()` throws, after the poll that showed it.
   */
  async *polls(options: WaitOptions = {}): AsyncGenerator<PollEvent, void, void> {
    if (this.url === null) return this.#tracking.check(this.#latest);
    for await (const { event, state } of follow(this.resource, this.#pollable(this.url), this.#withDeadline(options))) {
      this.#latest = state;
      yield event;
    }
    this.#tracking.check(this.#latest);
  }

  /**
   * Text with which `Class.resume(token)` goes on waiting, here or in another process. It holds no secrets.
   *
   * @param options.timeout Seconds from now until the deadline it carries. Default: none.
   * @throws ResourceError for a run that is polled at a foreign address or has already ended.
   */
  token(options: { timeout?: number } = {}): string {
    const { clock } = requireConnection(this.resource, 'make a token for').environment;
    return this.#token(options.timeout === undefined ? this.#deadline : clock.date() + options.timeout * 1000);
  }

  /** Not every platform can cancel a run; where it cannot, this says so. */
  cancel(): Promise<void> {
    return Promise.reject(
      new ResourceError(
        `The platform of ${this.resource.constructor.name} has no way to cancel a run. Abort the wait with its signal; the run goes on.`,
      ),
    );
  }

  #token(deadline: number | null): string {
    if (this.url === null) throw new ResourceError(`The run of ${String(this.resource)} has already ended; there is nothing to resume.`);
    const { baseUrl, waiter } = requireConnection(this.resource, 'make a token for').environment;
    const url = new URL(this.url, baseUrl);
    if (url.origin !== new URL(baseUrl).origin) {
      throw new ResourceError(
        `The run of ${String(this.resource)} is polled at ${url.origin}, not at the platform; a token cannot carry that.`,
      );
    }
    const data: TokenData = { class: this.resource.constructor.name, path: url.pathname + url.search, deadline };
    return waiter.writeToken(data);
  }

  #pollable(url: string): Pollable<R> {
    return {
      subject: `run of ${String(this.resource)}`,
      backOff: this.#tracking.backOff,
      look: (options) => this.#tracking.look(url, options),
      token: (deadline) => {
        try {
          return this.#token(deadline);
        } catch {
          return undefined; // polled at a foreign address: the error that carries the token does without
        }
      },
    };
  }

  #withDeadline(options: WaitOptions): WaitOptions {
    if (options.timeout !== undefined) return options;
    const { clock } = requireConnection(this.resource, 'wait for').environment;
    const left = this.#deadline === null ? this.#tracking.timeout : Math.max(0, (this.#deadline - clock.date()) / 1000);
    return { ...options, timeout: left };
  }

  async #settle(failure: unknown): Promise<R> {
    const operation = this.#operation;
    this.#operation = null;
    if (failure === undefined) {
      announce(this.resource, 'complete', { resource: this.resource, result: this.#latest });
      return operation ? operation.succeed(this.#latest) : this.#latest;
    }
    if (operation) return operation.fail(failure);
    announce(this.resource, 'fail', { resource: this.resource, operation: 'run', error: failure });
    throw failure;
  }
}
