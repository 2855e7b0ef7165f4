import type { BaseResource } from '../base-resource.js';
import { lastResponseOf } from '../calls/last-response.js';
import { entityOptions } from '../fields/effective-options.js';
import { stateOf } from '../state/slot.js';

/** Whether the versions of a class's records are told apart by entity tags. */
export function usesValidators(record: BaseResource): boolean {
  return entityOptions(record.constructor).concurrency !== undefined;
}

/** The entity tag (RFC 9110 §8.8.3) of the saved state; null where it is not known. */
export function validatorOf(record: BaseResource): string | null {
  const { concurrency } = entityOptions(record.constructor);
  const { saved, validator } = stateOf(record);
  const inBody = typeof concurrency === 'object' ? saved?.[concurrency.etagKey] : undefined;
  return typeof inBody === 'string' && inBody !== '' ? inBody : validator;
}

/** Notes the entity tag of the response that the saved state came from. */
export function noteValidator(record: BaseResource, headers: Readonly<Record<string, string>> | undefined): void {
  stateOf(record).validator = headers?.etag ?? null;
}

/** The same after a save: the response is the last one to a request of the record. */
export function noteSavedValidator(record: BaseResource): void {
  if (usesValidators(record)) noteValidator(record, lastResponseOf(record)?.headers);
}

/** The header that makes an update or a delete depend on the version that was loaded (RFC 9110 §13.1.1). */
export function precondition(record: BaseResource): Readonly<Record<string, string>> | undefined {
  const validator = usesValidators(record) ? validatorOf(record) : null;
  return validator === null ? undefined : { 'if-match': validator };
}

/** The header with which a request for the record is answered only if it has changed (RFC 9110 §13.1.2). */
export function ifChanged(record: BaseResource): Readonly<Record<string, string>> | undefined {
  const validator = usesValidators(record) && stateOf(record).saved ? validatorOf(record) : null;
  return validator === null ? undefined : { 'if-none-match': validator };
}
