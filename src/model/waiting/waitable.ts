import type { BaseResource } from '../base-resource.js';
import type { PollEvent } from '../events/events.js';
import type { Attributes } from '../persistence/attributes.js';
import type { BackOff, Progress, WaitOptions } from '../ports/waiter.js';
import type { ManyOutcome } from '../running/pool.js';
import type { ManyOptions } from '../running/run-many.js';
import type { RecordClass } from '../state/slot.js';
import type { StatusWords } from './status.js';

/** The state of a record's work. */
export interface WorkState {
  /** The platform's status word. */
  status: string;
  /** How far the work is, where the platform says so. */
  progress?: Progress | undefined;
  /** The reason of a failure, in the platform's own text. */
  reason?: string | undefined;
}

/** Options of `record.wait()`. */
export interface RecordWaitOptions extends WaitOptions {
  /** Whether failed work rejects the wait. If false, the wait resolves to the record; `fail` is dispatched either way. Default: true. */
  throwOnFailure?: boolean | undefined;
}

/** The members of a record that is itself a piece of work, such as an execution. */
export interface Waitable {
  /**
   * Waits for the work to end. The record is updated at every poll and keeps its local edits. Several waits for one record share the polls.
   *
   * @throws OperationFailedError when the work failed or was cancelled, OperationTimeoutError after `timeout` seconds (default 300),
   *   AbortedError on abort, ValidationError when a poll finds a record that is not valid and the class is validated when it is loaded. After
   *   the last three the work continues and can be waited for again.
   */
  wait(options?: RecordWaitOptions): Promise<this>;
  /** Waits and yields every poll. Leaving the loop stops polling while the work continues. @throws as `wait()` does. */
  polls(options?: RecordWaitOptions): AsyncGenerator<PollEvent<this>, void, void>;
  /** Polls now if there is a wait for the record, for example when a webhook has reported a change. */
  poke(): void;
  /**
   * A string with which `Class.resume(token)` continues waiting, here or in another process. It contains no secrets.
   *
   * @param options.timeout Seconds from now until the token's deadline. Default: the deadline the record was resumed with, else that of the
   *   `timeout` its work was started with, else the latest of the waits in progress; a deadline that has passed is left out.
   * @throws ValidationError when the record is deleted or has no id, and for a timeout that is not a duration in seconds.
   */
  token(options?: { timeout?: number }): string;
  /** Override to run code after every poll, the last one included. An error it throws ends the wait. */
  onPoll(result: unknown, event: PollEvent): unknown;
  /** The state of the record's work. Default: its `status`. Override for a platform that reports it elsewhere. */
  workState(): WorkState;
}

/** The statics of a class whose records are waited for. */
export interface WaitStatics {
  /** The delays between polls, in seconds. Default: 2, multiplied by 1.01 after each poll up to 30. */
  waitBackOff?: BackOff;
  /** The default timeout of a wait, in seconds. Default: 300. */
  waitTimeout?: number;
  /** The meaning of the platform's status words. Default: the words of both platforms. */
  workStatusWords?: StatusWords;
  /** The search parameter that accepts several ids, which allows polls of many records to be batched. Default: none. */
  waitIdsParam?: string;
  /** Further parameters of such a search. */
  waitSearchParams?: Readonly<Record<string, unknown>>;
}

/** The static that creates records and waits for their work. */
export interface WaitStart {
  /**
   * Creates a record for each of many inputs and waits for its work, several at the same time, and yields the outcome of each:
   * `for await (const outcome of …) if (outcome.status === 'fulfilled') use(outcome.value)`. An input is read only when fewer than
   * `concurrency` records (default 10) are in progress. Leaving the loop aborts the waits while the work continues; `outcome.run` is the
   * record, once it has been created.
   *
   * @throws ValidationError for invalid options; AbortedError after the last outcome when the signal aborted before all inputs were read.
   */
  runMany<R extends BaseResource>(
    this: RecordClass<R>,
    inputs: Iterable<Attributes<R>> | AsyncIterable<Attributes<R>>,
    options?: RecordWaitOptions & ManyOptions,
  ): AsyncGenerator<ManyOutcome<Attributes<R>, R, R>, void, void>;
}

/** The static that resumes the wait for a record. */
export interface WaitResume {
  /** Makes a record from its `token()`, ready to be waited for. @throws ValidationError for what is not a token of this class. */
  resume<R extends BaseResource>(this: RecordClass<R>, token: string): R;
}

export type WaitableRecord = BaseResource & Waitable;
