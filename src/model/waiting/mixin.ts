import type { BaseResource } from '../base-resource.js';
import { requireConnection } from '../binding.js';
import type { PollEvent } from '../events/events.js';
import { noteEmptyHooks } from '../hooks/empty-hooks.js';
import type { Attributes } from '../persistence/attributes.js';
import type { Clock } from '../ports/clock.js';
import type { BackOff, Wait, WaitOptions } from '../ports/waiter.js';
import type { ManyOutcome, ManyWork } from '../running/pool.js';
import { type ManyOptions, runMany } from '../running/run-many.js';
import type { RecordClass } from '../state/slot.js';
import { checkOptions } from '../support/known-options.js';
import { type Adds, asBase, checkMixinBase, type RecordBase } from '../support/mixin.js';
import { part } from '../support/part.js';
import { noteWaited, noteWaiting, secondsLeft } from './deadlines.js';
import { resumeRecord, tokenOf } from './record-token.js';
import type { StatusWords } from './status.js';
import { checkProgressBar, checkWaitOptions } from './wait-options.js';
import type { RecordWaitOptions, Waitable, WaitableRecord, WaitResume, WaitStart, WaitStatics, WorkState } from './waitable.js';

const defaultTimeout = 300;

const waiting = part(() => import('./wait-record.js'));

/**
 * Adds `record.wait()` and related members to records that are themselves pieces of work.
 *
 * @throws TypeError when the base is not a record class.
 */
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
      checkOptions(this, 'wait', options);
      checkWaitOptions(options);
      const Class = this as unknown as new (attributes: Attributes<R>) => R & Waitable;
      const work: ManyWork<Attributes<R>, R, R> = async (input, _index, signal, started) => {
        const record = new Class(input);
        await checkProgressBar(record, options);
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
        const { followRecord, failWait, refuseFailure } = await waiting();
        // Awaited here: a function that did all three would keep another frame for each of thousands of waits.
        try {
          await followRecord(this, wait);
        } catch (error) {
          failWait(this, error);
        }
        if (throwOnFailure) refuseFailure(this);
      } finally {
        noteWaited(this, until);
      }
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
  noteEmptyHooks(WaitableRecord);
  return WaitableRecord as unknown as B & WaitStatics & WaitResume & WaitStart & Adds<Waitable>;
}

async function* pollsOf<R extends WaitableRecord>(record: R, options: RecordWaitOptions): AsyncGenerator<PollEvent<R>, void, void> {
  const { wait, throwOnFailure } = readOptions(record, options);
  const until = noteWaiting(record, options, clockOf(record));
  try {
    const { pollsOfRecord } = await waiting();
    yield* pollsOfRecord(record, wait, throwOnFailure);
  } finally {
    noteWaited(record, until);
  }
}

function readOptions(record: WaitableRecord, options: RecordWaitOptions): { wait: Wait; throwOnFailure: boolean } {
  record.requireId('wait for');
  // Those with a `since` were checked before the work was started.
  if ((options as Wait).since === undefined) checkOptions(record.constructor, 'wait', options);
  checkWaitOptions(options);
  const { throwOnFailure = true, waitTime, signal, showProgress, since } = options as RecordWaitOptions & Wait;
  return { wait: { timeout: timeoutOf(record, options), waitTime, signal, showProgress, since }, throwOnFailure };
}

function timeoutOf(record: WaitableRecord, { timeout }: WaitOptions): number {
  return timeout ?? secondsLeft(record, clockOf(record)) ?? (record.constructor as WaitStatics).waitTimeout ?? defaultTimeout;
}

function clockOf(record: BaseResource): Clock {
  return requireConnection(record, 'wait for').environment.clock;
}
