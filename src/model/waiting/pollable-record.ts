import type { BaseResource } from '../base-resource.js';
import { OperationFailedError, ValidationError } from '../errors/index.js';
import { dispatch } from '../events/dispatch.js';
import { fetchRecord } from '../persistence/fetch.js';
import { refusalOr, validateLoad, validatesLoads } from '../persistence/validate.js';
import type { BackOff, BatchMember, BatchSource, Poll, Pollable, PollOptions } from '../ports/waiter.js';
import { sameAsJson } from '../state/compare.js';
import { asText } from '../state/describe.js';
import { replaceSaved } from '../state/merge.js';
import { stateOf } from '../state/slot.js';
import { batchSourceOf } from './batch.js';
import { recordToken } from './record-token.js';
import { type Outcome, outcomeOf, runStatusWords } from './status.js';
import type { WaitableRecord, WaitStatics, WorkState } from './waitable.js';

/** Starts at 2 seconds and grows by 1 % per poll up to 30 seconds. */
const slowingBackOff: BackOff = { initial: 2, factor: 1.01, max: 30, min: 0.01 };

/** Errors that ended all waits for a record and were dispatched as `fail` events. */
const dispatched = new WeakSet<object>();

/** Whether an error ended all waits for its record and was dispatched as a `fail` event. */
export function isDispatched(error: unknown): boolean {
  return error instanceof Error && dispatched.has(error);
}

/** Polls a record, alone or in a batch. A class, because there may be tens of thousands of instances. */
export class PollableRecord implements Pollable<WaitableRecord>, Omit<BatchMember<WaitableRecord>, 'source'> {
  readonly key: WaitableRecord;
  readonly id: string;
  readonly subject: string;
  readonly source: BatchSource | undefined;

  constructor(record: WaitableRecord) {
    this.key = record;
    this.id = asText(record.id);
    this.subject = String(record);
    this.source = batchSourceOf(record);
  }

  get backOff(): BackOff {
    return staticsOf(this.key).waitBackOff ?? slowingBackOff;
  }

  get batch(): BatchMember<WaitableRecord> | undefined {
    return this.source && (this as BatchMember<WaitableRecord>);
  }

  token(): string {
    return recordToken(this.key, null);
  }

  async poll(options: PollOptions): Promise<Poll<WaitableRecord>> {
    const read = this.ask();
    const { response, retryAfter } = await fetchRecord(this.key, { ...options, maxRetries: 0, timeoutCoversQueue: false });
    const subject = `poll of ${this.subject}: what the platform sent`;
    const found = validatesLoads(this.key.constructor) ? await refusalOr(validateLoad(this.key, response, subject), response) : response;
    const poll = read(found);
    poll.retryAfter = retryAfter;
    return poll;
  }

  ask(): (found: unknown) => Poll<WaitableRecord> {
    return reader(this.key);
  }

  async onEnd(error?: unknown): Promise<void> {
    const record = this.key;
    if (error instanceof Error) dispatched.add(error);
    if (error !== undefined) return dispatch(record, 'fail', { resource: record, operation: 'wait', error });
    const work = record.workState();
    if (outcomeIn(record, work) === 'failed')
      // Made only for a listener: errors are costly, and thousands may end at the same time.
      dispatch(record, 'fail', () => ({ resource: record, operation: 'wait', error: failureIn(record, work) }));
    else dispatch(record, 'complete', { resource: record, result: record });
  }
}

/** Hydrates the record from a poll's response, unless it was saved, refreshed or deleted while the poll was in flight. */
function reader(record: WaitableRecord): (response: unknown) => Poll<WaitableRecord> {
  const state = stateOf(record);
  const { saved } = state;
  return (response) => {
    const overtaken = state.saved !== saved || state.isDeleted;
    // The platform has sent what is not valid.
    if (!overtaken && response instanceof ValidationError) throw response;
    if (!overtaken && !sameAsJson(response, saved)) replaceSaved(record, response as Record<string, unknown>, true);
    const work = record.workState();
    const outcome = outcomeIn(record, work);
    return {
      state: record,
      final: outcome === 'succeeded' || outcome === 'failed',
      progress: work.progress,
      retryAfter: undefined,
      unknownStatus: outcome === 'unknown' ? statusIn(work) : undefined,
    };
  };
}

/** The error of a record whose work has failed; undefined when it has not failed. */
export function failureOf(record: WaitableRecord): OperationFailedError | undefined {
  const work = record.workState();
  return outcomeIn(record, work) === 'failed' ? failureIn(record, work) : undefined;
}

function failureIn(record: WaitableRecord, work: WorkState): OperationFailedError {
  const { status, reason = '' } = work;
  const message = `${String(record)} ${statusIn(work)}${reason === '' ? '' : `: ${asText(reason)}`}`;
  return new OperationFailedError(message, { result: record, reason, code: status });
}

function staticsOf(record: BaseResource): WaitStatics {
  return record.constructor as WaitStatics;
}

/** The status word. A status that is not a string is written as JSON, which makes it an unknown status. */
function statusIn({ status }: { status: unknown }): string {
  return asText(status);
}

function outcomeIn(record: WaitableRecord, work: WorkState): Outcome {
  return outcomeOf(statusIn(work), staticsOf(record).workStatusWords ?? runStatusWords);
}
