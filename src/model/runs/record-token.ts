import type { BaseResource } from '../base-resource.js';
import { requireConnection } from '../binding.js';
import { ValidationError } from '../errors/index.js';
import { shapeOf } from '../fields/shape.js';
import { pathSegment } from '../ids.js';
import { checkSeconds } from '../quantities.js';
import { loadRecord, type RecordClass } from '../state/record-state.js';

/** Until when a record that was resumed is waited for, in milliseconds since 1970. */
const deadlines = new WeakMap<object, number>();

/** Until when a record that was resumed is to be waited for, in milliseconds since 1970; undefined where its token did not say. */
export function deadlineOf(record: BaseResource): number | undefined {
  return deadlines.get(record);
}

/** The token of a record, with the deadline the caller wants, else the one it was resumed with. */
export function tokenOf(record: BaseResource, { timeout }: { timeout?: number }): string {
  record.requireId('make a token for');
  checkSeconds('timeout', timeout);
  const { clock } = requireConnection(record, 'make a token for').environment;
  if (timeout === undefined) return recordToken(record, deadlines.get(record) ?? null);
  return recordToken(record, timeout === Number.POSITIVE_INFINITY ? null : clock.date() + timeout * 1000);
}

/** @param deadline In milliseconds since 1970; null for none. */
export function recordToken(record: BaseResource, deadline: number | null): string {
  const { waiter } = requireConnection(record, 'make a token for').environment;
  return waiter.writeToken({ class: record.constructor.name, id: String(record.id), deadline });
}

/** @throws ValidationError for what is not a token of a record of that class. */
export function resumeRecord<R extends BaseResource>(target: RecordClass<R>, token: string): R {
  const connection = requireConnection(target, 'resume');
  const { name } = target as { name: string };
  const { id, deadline } = connection.environment.waiter.readToken(token, name);
  if (id === undefined)
    throw new ValidationError(`${name}.resume: the token names no record. Pass the text that token() of a ${name} gave.`);
  pathSegment(id, `The id in a token of ${name}`);
  const record = loadRecord(target, { [shapeOf(target).id.wire]: id }, connection);
  if (deadline !== null) deadlines.set(record, deadline);
  return record;
}
