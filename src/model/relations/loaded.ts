import type { BaseResource } from '../base-resource.js';
import { isRecord, stateOf } from '../state/slot.js';
import { isId } from '../support/ids.js';
import type { Relation } from './declaration.js';

/** What is at the other side of a relation. */
export type LoadedValue = BaseResource | null | readonly BaseResource[];

interface Loaded {
  /** The key that it was loaded by. */
  readonly key: string;
  /** Undefined where it has to be loaded again. */
  readonly value: LoadedValue | undefined;
  /** When it was asked for, or assigned. */
  readonly since: number;
}

let moments = 0;

/** A moment after all moments before. */
export function now(): number {
  return ++moments;
}

/** Kept beside the records: a record has no room for it that tools would not see. */
const loaded = new WeakMap<object, Map<string, Loaded>>();

/** What a relation is found by: the key of a record that belongs to another, else the id of the record; undefined and null where there is none. */
export function keyOf(record: object, { kind, key }: Relation): unknown {
  return (record as Record<string, unknown>)[kind === 'belongsTo' ? key! : 'id'];
}

/**
 * Notes what was loaded by a key, or, with undefined, that it has to be loaded again.
 *
 * @param since When it was asked for: what has been assigned or asked for since is not replaced.
 */
export function noteLoaded(record: object, { name }: Relation, key: unknown, value: LoadedValue | undefined, since = now()): void {
  const own = loaded.get(record) ?? new Map<string, Loaded>();
  const before = own.get(name);
  if (before?.key === String(key) && before.since > since) return;
  loaded.set(record, own.set(name, { key: String(key), value, since }));
}

/** What has been loaded by the present key; null where a key says that there is none; undefined where nothing has been loaded. */
export function loadedOf(record: object, relation: Relation): LoadedValue | undefined {
  const key = keyOf(record, relation);
  if (!isId(key)) return relation.kind === 'belongsTo' && key !== undefined ? null : undefined;
  const found = loaded.get(record)?.get(relation.name);
  if (found?.key !== String(key)) return undefined;
  const { value } = found;
  if (Array.isArray(value)) return value.filter((each) => !stateOf(each).isDeleted);
  return isRecord(value) && stateOf(value).isDeleted ? undefined : value;
}
