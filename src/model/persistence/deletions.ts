import { connectionOfRecord } from '../binding.js';
import { pathOf } from '../fields/effective-options.js';
import { stateOf } from '../state/slot.js';
import { isId } from '../support/ids.js';
import type { Deletions } from './deletion-log.js';

/** Where a walked record came from. */
export interface Origin {
  /** The search. */
  readonly source: object;
  /** Which page of the walk it was on, counted from 0. */
  readonly depth: number;
}

/** A record that is being deleted, or has been. */
export interface Deletion {
  readonly id: string;
  /** The path of its class. */
  readonly root: string;
  readonly origin: Origin | null;
}

/** The deletes on each connection, noted once somebody searches. */
export const logs = new WeakMap<object, Deletions>();

/** Notes which page of a search a record was on. */
export function noteOrigin(record: object, origin: Origin): void {
  stateOf(record).origin = origin;
}

/** Notes that a record, which still has its id, is deleted. */
export function noteDeleted(record: { id: unknown }): void {
  const deletion = deletionOf(record);
  if (deletion) logOf(record)?.add(deletion);
}

/** The deletes on a record's connection, where they are noted. */
export function logOf(record: object): Deletions | undefined {
  const connection = connectionOfRecord(record);
  return connection ? logs.get(connection) : undefined;
}

/** A record as one that is deleted; undefined for one without an id and where no deletes are noted. */
export function deletionOf(record: { id: unknown }): Deletion | undefined {
  if (!isId(record.id) || !logOf(record)) return undefined;
  return { id: String(record.id), root: pathOf(record.constructor), origin: stateOf(record).origin };
}
