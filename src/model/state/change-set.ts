import { ValidationError } from '../errors/index.js';
import type { FieldMetadata } from '../fields/metadata.js';
import { copyValue } from './copy.js';
import { isUnread, type Properties, placeSaved, savedJson, unknownKeysOf } from './hydrate.js';
import { copyJson, sameAsJson } from './json.js';
import { type RecordState, stateOf } from './slot.js';

/** What one field was and is. */
export interface Change<V = unknown> {
  from: V;
  to: V;
}

/** Every field counts but those that are never sent; the saved state of an unread value is the value. */
export function isChanged(record: object, state: RecordState, field: FieldMetadata): boolean {
  if (!field.sends) return false;
  const saved = savedJson(state, field);
  const lazy = field.codec.lazy(saved);
  if (lazy && isUnread(record, state, field)) return false;
  const local = (record as Properties)[field.property];
  if (local === saved && !lazy) return false;
  if (saved === undefined) return !isInitial(state, field, local);
  if (field.equals && isPresent(local) && isPresent(saved)) return !field.equals(local, field.codec.decode(saved, state.saved));
  return !field.codec.same(local, saved, state.saved);
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** Whether a value that the platform has not sent is what the class itself makes of that. */
function isInitial(state: RecordState, field: FieldMetadata, local: unknown): boolean {
  if (local === undefined && state.saved === null) return true;
  if (field.property === 'id' && local === null) return true;
  if (sameAsJson(local, state.initial?.get(field))) return true;
  return state.saved !== null && field.codec.lazy(undefined) && field.codec.same(local, undefined, state.saved);
}

export function isModified(record: object): boolean {
  const state = stateOf(record);
  if (state.saved === null) return true;
  for (const field of state.metadata.fields) if (isChanged(record, state, field)) return true;
  return false;
}

export function changedFields(record: object): FieldMetadata[] {
  const state = stateOf(record);
  return state.metadata.fields.filter((field) => isChanged(record, state, field));
}

/** The changed fields by property name, as copies. */
export function changes(record: object): Record<string, Change> {
  const state = stateOf(record);
  const result: Record<string, Change> = {};
  for (const field of changedFields(record)) {
    result[field.property] = {
      from: original(state, field),
      to: field.codec.copy((record as Properties)[field.property], savedJson(state, field)),
    };
  }
  return result;
}

/** A field's value in a saved state, as a copy. Default: the present one. */
export function original(state: RecordState, field: FieldMetadata, saved: RecordState['saved'] = state.saved): unknown {
  const json = saved === null || !field.reads ? undefined : saved[field.wire];
  if (json !== undefined) return field.codec.decode(json, saved);
  return copyValue(state.initial?.get(field));
}

/** All values of a saved state by property name, as copies. */
export function originals(record: object, saved: RecordState['saved']): Properties {
  const state = stateOf(record);
  return Object.fromEntries(state.metadata.fields.map((field) => [field.property, original(state, field, saved)]));
}

/** The field of that name. */
export function fieldNamed(state: RecordState, name: string, operation: string): FieldMetadata {
  const field = state.metadata.byProperty.get(name);
  if (field) return field;
  throw new ValidationError(
    `${operation}('${name}'): ${state.metadata.className} has no such field; it has ${[...state.metadata.byProperty.keys()].join(', ')}.`,
    {
      details: [{ field: name, message: 'is not a field' }],
    },
  );
}

/** Puts the saved values back into the named fields, or into all; returns the properties that had changed. */
export function revert(record: object, names: readonly string[]): string[] {
  const state = stateOf(record);
  const fields = names.length === 0 ? state.metadata.fields : names.map((name) => fieldNamed(state, name, 'revert'));
  const changed = fields.filter((field) => isChanged(record, state, field));
  placeSaved(record, state, changed);
  return changed.map((field) => field.property);
}

/** One field as JSON: the platform's own text while it is untouched. */
export function fieldToJson(record: object, state: RecordState, field: FieldMetadata): unknown {
  const saved = savedJson(state, field);
  if (isUnread(record, state, field)) return copyJson(saved);
  return field.codec.encode((record as Properties)[field.property], field.property, saved, state.saved ?? undefined);
}

/** Records that are being written: one inside itself would never end. */
const writing = new WeakSet<object>();

/** The record with the keys of the wire, those without a field included. */
export function toDict(record: object): Record<string, unknown> {
  const state = stateOf(record);
  if (writing.has(record)) throw new ValidationError(`${String(record)} contains itself, which JSON cannot carry.`);
  writing.add(record);
  try {
    const result: Record<string, unknown> = {};
    for (const field of state.metadata.fields) {
      if (!field.sends || Object.hasOwn(result, field.wire)) continue;
      const json = fieldToJson(record, state, field);
      if (json !== undefined) result[field.wire] = json;
    }
    return { ...result, ...unknownKeysOf(state) };
  } finally {
    writing.delete(record);
  }
}
