import type { FieldMetadata } from '../fields/metadata.js';
import { initialValue } from './initial.js';
import { copyJson, setKey } from './json.js';
import type { RecordState } from './slot.js';
import { inField } from './walk.js';

type Saved = RecordState['saved'];

/** A field's JSON in a saved state; undefined when it is absent. */
export function jsonOf(field: FieldMetadata, saved: Saved): unknown {
  return field.reads ? saved?.[field.wire] : undefined;
}

/** A field's JSON in the current saved state; undefined when it is absent. */
export function savedJson(state: RecordState, field: FieldMetadata): unknown {
  return jsonOf(field, state.saved);
}

/** A field's value in a saved state, as a copy. Default: the current saved state. */
export function original(state: RecordState, field: FieldMetadata, saved: Saved = state.saved): unknown {
  const json = jsonOf(field, saved);
  if (json === undefined) return saved === null ? undefined : initialValue(state, field);
  if (typeof json !== 'object') return field.codec.decode(json, saved);
  return inField(state.metadata, field.property, () => field.codec.decode(json, saved));
}

/** All values of a saved state by property name, as copies. */
export function originals(state: RecordState, saved: Saved): Record<string, unknown> {
  return Object.fromEntries(state.metadata.fields.map((field) => [field.property, original(state, field, saved)]));
}

/** The keys that no field declares, as a copy. */
export function unknownKeysOf(state: RecordState): Record<string, unknown> {
  const result: Record<string, unknown> = { ...state.extras };
  for (const key of Object.keys(state.saved ?? {})) {
    if (!state.metadata.wireNames.has(key))
      setKey(
        result,
        key,
        inField(state.metadata, key, () => copyJson(state.saved?.[key])),
      );
  }
  return result;
}

/** Stores the time stamps of the saved dates, so that a date can be checked for edits without parsing its text again. */
export function stampDates(state: RecordState): void {
  const { dates } = state.metadata;
  if (dates.length === 0) return;
  state.times = dates.map((field) => timeOf(savedJson(state, field)));
}

function timeOf(json: unknown): number {
  if (typeof json === 'string') return Date.parse(json);
  return typeof json === 'number' ? new Date(json).getTime() : Number.NaN;
}
