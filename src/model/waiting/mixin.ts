import type { BaseResource } from '../base-resource.js';
import { requireConnection } from '../binding.js';
import { dispatch } from '../events/dispatch.js';
import type { PollEvent } from '../events/events.js';
import { noteEmptyPollHook } from '../hooks/poll.js';
import type { Attributes } from '../persistence/attributes.js';
import type { Clock } from '../ports/clock.js';
import type { BackOff, Progress, Wait, WaitOptions } from '../ports/waiter.js';
import { type ManyOptions, type ManyOutcome, type ManyWork, runMany } from '../running/run-many.js';
import type { RecordClass } from '../state/slot.js';
import { type Adds, asBase, checkMixinBase, type RecordBase } from '../support/mixin.js';
import { noteWaited, noteWaiting, secondsLeft } from './deadlines.js';
import { follow, followToEnd } from './follow.js';
import { failureOf, isDispatched, PollableRecord, type WaitableRecord } from './pollable-record.js';
import { resumeRecord, tokenOf } from './record-token.js';
import type { StatusWords } from './status.js';
import { checkWaitOptions } from './wait-options.js';

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

const defaultTimeout = 300;

/** Adds `record.wait()` and what belongs to it, for records that are themselves what is waited for. */
export function WaitableResourceMixin<B extends RecordBase>(base: B): B & WaitStatics & WaitResume & WaitStart & Adds<Waitable> {
  checkMixinBase(base, 'WaitableResourceMixin');
  abstract class WaitableRecord extends asBase(base) implements Waitable {
    static waitBackOff?: BackOff;
    static waitTimeout?: number;
    static workStatusWords?: StatusWords;
    static waitIdsParam?: string;
    static waitSearchParams?: Readonly<Record<string, unknown>>;

    static resume<R extends BaseResource>(this: RecordClass<R>, token: string): R {
      return resumeRecord(this, token);
    }

    static runMany<R extends BaseResource>(
      this: RecordClass<R>,
      inputs: Iterable<Attributes<R>> | AsyncIterable<Attributes<R>>,
      { concurrency, order, ...options }: RecordWaitOptions & ManyOptions = {},
    ): AsyncGenerator<ManyOutcome<Attributes<R>, R, R>, void, void> {
      checkWaitOptions(options);
      const Class = this as unknown as new (attributes: Attributes<R>) => R & Waitable;
      const work: ManyWork<Attributes<R>, R, R> = async (input, _index, signal, started) => {
        const record = new Class(input);
        await record.save({}, { signal });
        started(record);
        return record.wait({ ...options, signal });
      };
      return runMany(inputs, work, { concurrency, order, signal: options.signal });
    }

    async wait(options: RecordWaitOptions = {}): Promise<this> {
      const { wait, throwOnFailure } = readOptions(this, options);
      const until = noteWaiting(this, options, clockOf(this));
      try {
        await followToEnd(this, new PollableRecord(this), wait);
      } catch (error) {
        giveUp(this, error);
      } finally {
        noteWaited(this, until);
      }
      if (throwOnFailure) refuseFailure(this);
      return this;
    }

    polls(options: RecordWaitOptions = {}): AsyncGenerator<PollEvent<this>, void, void> {
      return pollsOf(this, options);
    }

    poke(): void {
      requireConnection(this, 'poke').environment.waiter.poke(this);
    }

    token(options: { timeout?: number } = {}): string {
      return tokenOf(this, options);
    }

    onPoll(_result: unknown, _event: PollEvent): unknown {
      return undefined;
    }

    workState(): WorkState {
      const { status } = this as { status?: unknown };
      return { status: typeof status === 'string' ? status : 'unknown' };
    }
  }
  noteEmptyPollHook(WaitableRecord.prototype.onPoll);
  return WaitableRecord as unknown as B & WaitStatics & WaitResume & WaitStart & Adds<Waitable>;
}

async function* pollsOf<R extends WaitableRecord>(record: R, options: RecordWaitOptions): AsyncGenerator<PollEvent<R>, void, void> {
  const { wait, throwOnFailure } = readOptions(record, options);
  const until = noteWaiting(record, options, clockOf(record));
  try {
    for await (const event of follow(record, new PollableRecord(record), wait)) yield event as PollEvent<R>;
  } catch (error) {
    giveUp(record, error);
  } finally {
    noteWaited(record, until);
  }
  if (throwOnFailure) refuseFailure(record);
}

function readOptions(record: WaitableRecord, options: RecordWaitOptions): { wait: Wait; throwOnFailure: boolean } {
  record.requireId('wait for');
  checkWaitOptions(options);
  const { throwOnFailure = true, ...waiting } = options;
  return { wait: { ...waiting, timeout: timeoutOf(record, options) }, throwOnFailure };
}

/** One wait has ended before the work did. */
function giveUp(record: WaitableRecord, error: unknown): never {
  if (!isDispatched(error)) dispatch(record, 'fail', { resource: record, operation: 'wait', error });
  throw error;
}

function refuseFailure(record: WaitableRecord): void {
  const failure = failureOf(record);
  if (failure) throw failure;
}

function timeoutOf(record: WaitableRecord, { timeout }: WaitOptions): number {
  return timeout ?? secondsLeft(record, clockOf(record)) ?? (record.constructor as WaitStatics).waitTimeout ?? defaultTimeout;
}

function clockOf(record: BaseResource): Clock {
  return requireConnection(record, 'wait for').environment.clock;
}
