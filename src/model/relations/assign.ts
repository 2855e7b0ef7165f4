import { unbound } from '../binding.js';
import { ValidationError } from '../errors/index.js';
import type { RecordMetadata } from '../fields/metadata.js';
import { inJson } from '../state/describe.js';
import { isRecord, stateOf } from '../state/slot.js';
import { isId } from '../support/ids.js';
import type { Relation } from './declaration.js';
import { type LoadedValue, noteLoaded } from './loaded.js';
import { declaredTarget, type TargetClass } from './target.js';

/** Why a value cannot be assigned to a relation; undefined where it can. */
export function problemWithRelated(owner: object, metadata: RecordMetadata, relation: Relation, value: unknown): string | undefined {
  const { kind, key, name } = relation;
  if (kind !== 'belongsTo') return `cannot be assigned: the key is in the other ${kind === 'hasOne' ? 'record' : 'records'}; save it there`;
  if (metadata.byProperty.get(key!)?.readOnly) return `cannot be assigned: its key ${key} is read-only`;
  if (value === null) return undefined;
  const target = unbound(declaredTarget(owner, relation)) as TargetClass;
  if (!(value instanceof target) || !isRecord(value)) {
    const advice = typeof value === 'function' ? `; await it first: await record.${name}()` : '';
    return `must be a ${target.name} or null (got ${isRecord(value) ? String(value) : inJson(value)}${advice})`;
  }
  if (stateOf(value).isDeleted) return `cannot be ${String(value)}: it has been deleted`;
  return isId(value.id) ? undefined : `cannot be ${String(value)}: it has no id yet, so save it first`;
}

/**
 * Assigns a record to a relation: the field that is its key gets the record's id. Undefined changes nothing, as with fields that are given as
 * undefined.
 *
 * @throws ValidationError for what cannot be assigned.
 */
export function assignRelated(record: object, relation: Relation, value: unknown): void {
  if (value === undefined) return;
  const { metadata } = stateOf(record);
  const { name, key } = relation;
  const message = problemWithRelated(record.constructor, metadata, relation, value);
  if (message !== undefined)
    throw new ValidationError(`${metadata.className}.${name} ${message}.`, { details: [{ field: name, message }] });
  const id = value === null ? null : (value as { id: unknown }).id;
  (record as Record<string, unknown>)[key!] = id;
  if (id !== null) noteLoaded(record, relation, id, value as LoadedValue);
}
