import { type FieldMetadata, isLazy } from '../fields/metadata.js';
import { isUnread } from './accessor.js';
import type { Properties } from './assign.js';
import type { Sent } from './change-set.js';
import { changedFields, isChanged } from './dirty-check.js';
import { rehydrate } from './hydrate.js';
import { savedJson, stampDates } from './saved.js';
import { type RecordState, stateOf } from './slot.js';

/**
 * Merges the platform's response to a save into the saved state. Keys it lacks keep what was sent; a field edited since the request left
 * keeps the edit and stays changed.
 */
export function mergeResponse(record: object, sent: Sent, response: Record<string, unknown>): void {
  const state = stateOf(record);
  const saved: Record<string, unknown> = { ...state.extras, ...state.saved };
  for (const [field, value] of sent) {
    if (value !== undefined && !(field.property === 'id' && value === null)) saved[field.wire] = value;
    else delete saved[field.wire];
  }
  replaceUnless(record, state, { ...saved, ...response }, (field, before) => isEditedSince(record, state, field, { sent, before }));
  state.extras = null;
}

/** Replaces the saved state, dropping local edits, or keeping them on top of it. */
export function replaceSaved(record: object, saved: Record<string, unknown>, keepChanges: boolean): void {
  const state = stateOf(record);
  const edited = new Set(keepChanges ? changedFields(record) : []);
  replaceUnless(record, state, saved, (field) => edited.has(field));
}

/** Replaces the saved state, and the values of the fields that differ from it, but for those that keep their local value. */
function replaceUnless(
  record: object,
  state: RecordState,
  saved: Record<string, unknown>,
  keepsLocal: (field: FieldMetadata, before: RecordState['saved']) => boolean,
): void {
  const { fields } = state.metadata;
  const untouched = new Set(fields.filter((field) => isUnread(record, state, field)));
  const before = state.saved;
  state.saved = saved;
  stampDates(state);
  const differing = fields.filter((field) => !holds(record, state, field, untouched.has(field)));
  rehydrate(
    record,
    state,
    differing.filter((field) => untouched.has(field) || !keepsLocal(field, before)),
  );
}

/**
 * Whether a field needs nothing to be what the saved state says. A nested value that is already equal stays the same object: the caller
 * may hold it.
 */
function holds(record: object, state: RecordState, field: FieldMetadata, isUntouched: boolean): boolean {
  const json = savedJson(state, field);
  if (isUntouched) return isLazy(field.codec, json);
  const local = (record as Properties)[field.property];
  if (typeof local === 'object' && local !== null) return !isChanged(record, state, field);
  return local === json && !isLazy(field.codec, json);
}

/** Whether a field was edited after its value was taken for the request. */
function isEditedSince(
  record: object,
  state: RecordState,
  field: FieldMetadata,
  { sent, before }: { sent: Sent; before: RecordState['saved'] },
): boolean {
  if (!sent.has(field)) return isChanged(record, state, field, before);
  const wire = sent.get(field);
  const local = (record as Properties)[field.property];
  if (local === wire && (typeof local !== 'object' || local === null)) return false;
  if (field.property === 'id') return local !== wire;
  return wire === undefined ? local !== undefined : !field.codec.same(local, wire, undefined, record);
}
