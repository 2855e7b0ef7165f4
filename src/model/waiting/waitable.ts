import type { BaseResource } from '../base-resource.js';
import type { PollEvent } from '../events/events.js';
import type { Attributes } from '../persistence/attributes.js';
import type { BackOff, Progress, WaitOptions } from '../ports/waiter.js';
import type { ManyOptions, ManyOutcome } from '../running/run-many.js';
import type { RecordClass } from '../state/slot.js';
import type { StatusWords } from './status.js';

/** What a record says about its own work. */
export interface WorkState {
  /** The platform's status word. */
  status: string;
  progress?: Progress | undefined;
  /** Why it failed, in the platform's words. */
  reason?: string | undefined;
}

export interface RecordWaitOptions extends WaitOptions {
  /** False resolves to the record however its work ended; the event `fail` tells of a failure all the same. Default: true. */
  throwOnFailure?: boolean | undefined;
}

/** What a record that is itself a piece of work, such as an execution, has. */
export interface Waitable {
  /**
   * Waits for the work to end; the record is updated at every poll, local edits are kept. Several waits for one record share the polls.
   *
   * @throws OperationFailedError when it failed or was cancelled, OperationTimeoutError after `timeout` seconds, AbortedError on abort;
   *   after the last two the work goes on and can be waited for again.
   */
  wait(options?: RecordWaitOptions): Promise<this>;
  /** The polls of a wait, one by one. Leaving the loop stops polling; the work goes on. @throws what `wait()` throws. */
  polls(options?: RecordWaitOptions): AsyncGenerator<PollEvent<this>, void, void>;
  /** Makes the next poll come now, where someone waits; for when something else has told that there is news. */
  poke(): void;
  /**
   * Text with which `Class.resume(token)` goes on waiting, here or in another process. It holds no secrets.
   *
   * @param options.timeout Seconds from now until the deadline it carries. Default: the deadline the record was resumed with, else that
   *   of the `timeout` its work was started with, else that of the `timeout` of a wait under way; none where that has passed.
   */
  token(options?: { timeout?: number }): string;
  /** Override to see each poll, the last one too. What it throws ends the wait. */
  onPoll(result: unknown, event: PollEvent): unknown;
  /** What the record says about its work. Default: its `status`. */
  workState(): WorkState;
}

export interface WaitStatics {
  /** Delays between polls, in seconds. Default: 2, growing by 1.01 up to 30. */
  waitBackOff?: BackOff;
  /** Seconds the work is waited for unless the caller says otherwise. Default: 300. */
  waitTimeout?: number;
  /** What the platform's status words mean. */
  workStatusWords?: StatusWords;
  /** The search parameter that takes several ids: polls of many records at about the same time then go out together. */
  waitIdsParam?: string;
  /** What such a search is given beside the ids. */
  waitSearchParams?: Readonly<Record<string, unknown>>;
}

export interface WaitStart {
  /**
   * Creates a record for each of many inputs and waits for its work, several at the same time, and yields what became of each:
   * `for await (const outcome of …) if (outcome.status === 'fulfilled') use(outcome.value)`. Inputs are taken only when there is room;
   * leaving the loop ends the waits, and the work goes on: `outcome.run` is the record, once it has been created.
   *
   * @throws ValidationError for options that make no sense, AbortedError after the last outcome when the signal has kept inputs from
   *   being taken.
   */
  runMany<R extends BaseResource>(
    this: RecordClass<R>,
    inputs: Iterable<Attributes<R>> | AsyncIterable<Attributes<R>>,
    options?: RecordWaitOptions & ManyOptions,
  ): AsyncGenerator<ManyOutcome<Attributes<R>, R, R>, void, void>;
}

export interface WaitResume {
  /** A record from its `token()`, ready to be waited for. @throws ValidationError for what is not a token of this class. */
  resume<R extends BaseResource>(this: RecordClass<R>, token: string): R;
}

export type WaitableRecord = BaseResource & Waitable;
