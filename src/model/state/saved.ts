import type { FieldMetadata } from '../fields/metadata.js';
import { copyValue } from './copy.js';
import { timeOf } from './instant.js';
import { copyJson, setKey } from './json.js';
import type { RecordState } from './slot.js';

type Saved = RecordState['saved'];

/** What a saved state says of a field; undefined where it says nothing. */
export function jsonOf(field: FieldMetadata, saved: Saved): unknown {
  return field.reads ? saved?.[field.wire] : undefined;
}

/** What the present saved state says of a field; undefined where it says nothing. */
export function savedJson(state: RecordState, field: FieldMetadata): unknown {
  return jsonOf(field, state.saved);
}

/** A field's value in a saved state, as a copy. Default: the present one. */
export function original(state: RecordState, field: FieldMetadata, saved: Saved = state.saved): unknown {
  const json = jsonOf(field, saved);
  if (json !== undefined) return field.codec.decode(json, saved, state.record);
  return copyValue(state.initial?.get(field.index));
}

/** All values of a saved state by property name, as copies. */
export function originals(state: RecordState, saved: Saved): Record<string, unknown> {
  return Object.fromEntries(state.metadata.fields.map((field) => [field.property, original(state, field, saved)]));
}

/** What the platform sent beside the fields, as a copy. */
export function unknownKeysOf(state: RecordState): Record<string, unknown> {
  if (!state.metadata.keepsUnknown) return {};
  const result: Record<string, unknown> = { ...state.extras };
  for (const key of Object.keys(state.saved ?? {})) {
    if (!state.metadata.wireNames.has(key)) setKey(result, key, copyJson(state.saved?.[key]));
  }
  return result;
}

/** Keeps the time stamps of the saved dates, so that an edit of a date is told without reading its text again. */
export function stampDates(state: RecordState): void {
  const { dates } = state.metadata;
  if (dates.length === 0) return;
  state.times = dates.map((field) => timeOf(savedJson(state, field)));
}
