import type { BaseResource } from '../base-resource.js';
import { connectionOfRecord } from '../binding.js';
import { lastResponseOf } from '../calls/last-response.js';
import { entityOptions } from '../fields/effective-options.js';
import type { CallOptions, QueryValue } from '../ports/transport.js';
import { stateOf } from '../state/slot.js';
import { membersOf } from '../support/members.js';

type Headers = Readonly<Record<string, string>>;

/** A version of a record that is known here. */
export interface KnownVersion {
  /** Its JSON, as the class reads it. */
  readonly json: Record<string, unknown>;
  readonly tag: string;
  /** Where it came from; see `addressOf`. */
  readonly address: string;
}

/** Whether a class keeps the entity tags of its records. */
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

/**
 * Notes the entity tag of the response that the saved state came from.
 *
 * @param address Where it was asked for, if the response was all of the saved state.
 */
export function noteValidator(record: BaseResource, headers: Headers | undefined, address: string | null = null): void {
  const state = stateOf(record);
  state.validator = headers?.etag ?? null;
  state.address = address;
}

/** The same after a save: the response is the last one to a request of the record. */
export function noteSavedValidator(record: BaseResource): void {
  if (usesValidators(record)) noteValidator(record, lastResponseOf(record)?.headers);
}

/** The header that makes an update or a delete depend on the version that was loaded (RFC 9110 §13.1.1). */
export function precondition(record: BaseResource): Headers | undefined {
  const validator = usesValidators(record) ? validatorOf(record) : null;
  return validator === null ? undefined : { 'if-match': validator };
}

/**
 * The version of a record that a GET may be spared, where the platform still has it: one that a GET was answered with. What a save was
 * answered with, and what a list has, may be a part of the record, or more than it, although it has the tag of the record.
 */
export function knownVersion(record: BaseResource, connection: object): KnownVersion | undefined {
  const { saved, address } = stateOf(record);
  const tag = usesValidators(record) ? validatorOf(record) : null;
  if (saved === null || address === null || tag === null || connectionOfRecord(record) !== connection) return undefined;
  return { json: saved, tag, address };
}

/**
 * What says of two GETs on one connection that they ask for the same: entity tags of other addresses cannot be compared (RFC 9110 §8.8.3).
 * Null where a key of the caller's own may show another view of the record.
 */
export function addressOf(path: string, { query, apiKey }: Pick<CallOptions, 'query' | 'apiKey'>): string | null {
  const given = Object.entries<QueryValue>(membersOf(query) ?? {}).filter(([, value]) => value !== undefined);
  return apiKey === undefined ? JSON.stringify([path, ...given]) : null;
}

/** Whether the caller asks for something else than a version that is known here. */
export function hasOwnCondition({ headers }: Pick<CallOptions, 'headers'>): boolean {
  return Object.keys(membersOf(headers) ?? {}).some((name) => name.toLowerCase() === 'if-none-match');
}
