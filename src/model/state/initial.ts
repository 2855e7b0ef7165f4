import type { FieldMetadata } from '../fields/metadata.js';
import type { Properties } from './assign.js';
import { sameAsJson } from './compare.js';
import { copyJson } from './json.js';
import type { Initial, RecordState } from './slot.js';
import { describedInJson } from './to-json.js';
import { inField } from './walk.js';

/** An initialiser's value of a field that the platform did not send stays readable and counts as saved. */
export function keepInitial(own: Properties, state: RecordState, field: FieldMetadata, initial = own[field.property]): void {
  if (initial === undefined) own[field.property] = undefined;
  else if (initial !== null || field.property !== 'id') {
    own[field.property] = initial;
    state.initial ??= new Map();
    state.initial.set(field.index, noteInitial(state, field, initial));
  }
}

function noteInitial(state: RecordState, field: FieldMetadata, value: unknown): Initial {
  if ((typeof value !== 'object' && typeof value !== 'number') || value === null) return { value, json: value, isSendable: true };
  const copy = copyOrShare(state, field, value);
  try {
    const json = inField(state.metadata, field.property, () => field.codec.encode(value, field.property));
    return { value: copy, json, isSendable: true };
  } catch {
    return { value: copy, json: describedInJson(value), isSendable: false };
  }
}

/** Whether a value is what the initialiser of its field gave. */
export function isInitialValue(state: RecordState, field: FieldMetadata, local: unknown): boolean {
  const initial = state.initial?.get(field.index);
  return initial !== undefined && holdsInitial(field, initial, local);
}

function holdsInitial({ codec }: FieldMetadata, { value, json, isSendable }: Initial, local: unknown): boolean {
  if (local === value && (typeof local !== 'object' || local === null)) return true;
  if (!isSendable) return sameAsJson(describedInJson(local), json);
  if (json === undefined) return sameAsJson(local, undefined);
  try {
    return codec.same(local, json);
  } catch {
    return false;
  }
}

/** What the initialiser of a field gave, as a copy; its JSON where it could not be copied and has been edited since. */
export function initialValue(state: RecordState, field: FieldMetadata): unknown {
  const initial = state.initial?.get(field.index);
  if (initial === undefined || typeof initial.value !== 'object') return initial?.value;
  return holdsInitial(field, initial, initial.value) ? copyOrShare(state, field, initial.value) : copyJson(initial.json);
}

/** A copy of a value, or the value itself where it cannot be copied. */
export function copyOrShare(state: RecordState, field: FieldMetadata, value: unknown, saved?: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  try {
    return inField(state.metadata, field.property, () => field.codec.copy(value, saved));
  } catch {
    return value;
  }
}
