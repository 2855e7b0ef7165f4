import { dispatch } from '../events/dispatch.js';
import type { PollEvent } from '../events/events.js';
import type { Wait } from '../ports/waiter.js';
import { follow, followToEnd } from './follow.js';
import { failureOf, isDispatched, PollableRecord } from './pollable-record.js';
import type { WaitableRecord } from './waitable.js';

/** Waits until a record has reached a final state. */
export function followRecord(record: WaitableRecord, wait: Wait): Promise<unknown> {
  return followToEnd(record, new PollableRecord(record), wait);
}

/** Waits in the same way and yields every poll. */
export async function* pollsOfRecord<R extends WaitableRecord>(
  record: R,
  wait: Wait,
  throwOnFailure: boolean,
): AsyncGenerator<PollEvent<R>, void, void> {
  try {
    for await (const event of follow(record, new PollableRecord(record), wait)) yield event as PollEvent<R>;
  } catch (error) {
    failWait(record, error);
  }
  if (throwOnFailure) refuseFailure(record);
}

/** Dispatches `fail` for the error of a wait, unless it has been dispatched as the end of all waits, and rethrows it. */
export function failWait(record: WaitableRecord, error: unknown): never {
  if (!isDispatched(error)) dispatch(record, 'fail', { resource: record, operation: 'wait', error });
  throw error;
}

/** @throws the error of a record whose work has failed. */
export function refuseFailure(record: WaitableRecord): void {
  const failure = failureOf(record);
  if (failure) throw failure;
}
