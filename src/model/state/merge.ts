import type { FieldMetadata } from '../fields/metadata.js';
import { changedFields, fieldToJson, isChanged } from './change-set.js';
import { isUnread, type Properties, placeSaved } from './hydrate.js';
import { type RecordState, stateOf } from './slot.js';

/** What each field was when a request left, as JSON; a field that nobody had touched is not in it. */
export type Marks = Map<FieldMetadata, unknown>;

/** Notes the fields' values, so that edits made while a request is under way can be told from those it carries. */
export function markFields(record: object): Marks {
  const state = stateOf(record);
  const marks: Marks = new Map();
  for (const field of state.metadata.fields) {
    if (field.sends && !isUnread(record, state, field)) marks.set(field, fieldToJson(record, state, field));
  }
  return marks;
}

/**
 * Takes over the platform's answer to a save. Keys it lacks keep what was sent; a field edited since the request left keeps the
 * edit and stays changed.
 */
export function mergeResponse(record: object, marks: Marks, response: Record<string, unknown>): void {
  const state = stateOf(record);
  const saved: Record<string, unknown> = { ...state.extras, ...state.saved };
  for (const [field, value] of marks) {
    if (value !== undefined && !(field.property === 'id' && value === null)) saved[field.wire] = value;
    else delete saved[field.wire];
  }
  takeOver(record, state, { ...saved, ...response }, (field) => editedSince(record, state, field, marks));
  state.extras = null;
}

/** Replaces the saved state, dropping local edits, or keeping them on top of it. */
export function replaceSaved(record: object, saved: Record<string, unknown>, keepChanges: boolean): void {
  const state = stateOf(record);
  const edited = new Set(keepChanges ? changedFields(record) : []);
  takeOver(record, state, saved, (field) => edited.has(field));
}

function takeOver(record: object, state: RecordState, saved: Record<string, unknown>, keepsLocal: (field: FieldMetadata) => boolean): void {
  const kept = new Map<FieldMetadata, unknown>();
  for (const field of state.metadata.fields) {
    if (!isUnread(record, state, field)) kept.set(field, (record as Properties)[field.property]);
  }
  const local = new Set([...kept.keys()].filter(keepsLocal));
  state.saved = saved;
  // A nested value that is already what the platform says stays the same object: the caller may hold it.
  const stays = (field: FieldMetadata): boolean =>
    local.has(field) || (kept.has(field) && typeof kept.get(field) === 'object' && !isChanged(record, state, field));
  placeSaved(
    record,
    state,
    state.metadata.fields.filter((field) => !stays(field)),
  );
}

function editedSince(record: object, state: RecordState, field: FieldMetadata, marks: Marks): boolean {
  if (!marks.has(field)) return field.sends && !isUnread(record, state, field) && isChanged(record, state, field);
  const mark = marks.get(field);
  const local = (record as Properties)[field.property];
  if (field.property === 'id') return local !== mark;
  return mark === undefined ? local !== undefined : !field.codec.same(local, mark);
}
