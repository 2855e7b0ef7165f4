import type { BaseResource } from '../base-resource.js';
import { requireConnection } from '../binding.js';
import { ValidationError } from '../errors/index.js';
import { metadataOf } from '../fields/compile.js';
import { loadRecord } from '../state/construction.js';
import { asText } from '../state/describe.js';
import { type RecordClass } from '../state/slot.js';
import { pathSegment } from '../support/ids.js';
import { otherOptions } from '../support/known-options.js';
import { checkOptionNames } from '../support/names.js';
import { noteResumed, tokenDeadline } from './deadlines.js';

/** Makes the token of a record, with the deadline that `tokenDeadline` gives for the timeout, in seconds. */
export function tokenOf(record: BaseResource, options: { timeout?: number }): string {
  checkOptionNames(`token of ${record.constructor.name}`, options, otherOptions.token);
  record.requireId('make a token for');
  const { clock } = requireConnection(record, 'make a token for').environment;
  return recordToken(record, tokenDeadline(record, options.timeout, clock));
}

/** Makes the token of a record. @param deadline In milliseconds since 1970; null for none. */
export function recordToken(record: BaseResource, deadline: number | null): string {
  const { waiter } = requireConnection(record, 'make a token for').environment;
  return waiter.writeToken({ class: record.constructor.name, id: asText(record.id), deadline });
}

/** Makes a record from its token, without a request. @throws ValidationError for what is not a token of a record of this class. */
export function resumeRecord<R extends BaseResource>(target: RecordClass<R>, token: string): R {
  const connection = requireConnection(target, 'resume');
  const { name } = target as { name: string };
  const { id, deadline } = connection.environment.waiter.readToken(token, name);
  if (id === undefined)
    throw new ValidationError(`${name}.resume: the token is not for a record. Pass the string that token() of a ${name} returned.`);
  pathSegment(id, `The id in a token of ${name}`);
  const record = loadRecord(target, { [metadataOf(target).id.wire]: id }, connection);
  noteResumed(record, deadline);
  return record;
}
