import type { FieldMetadata } from '../fields/metadata.js';
import { type RecordState, stateOf } from './slot.js';

/** Stands behind an accessor for a value that was set to undefined, since undefined there means unread. */
const UNSET = Symbol('unset');

/** The own accessor of a field whose values are decoded on first read. */
export function accessorFor(field: FieldMetadata): PropertyDescriptor {
  return {
    enumerable: true,
    configurable: true,
    get(this: object) {
      return readValue(stateOf(this), field);
    },
    set(this: object, value: unknown) {
      valuesOf(stateOf(this))[field.index] = value === undefined ? UNSET : value;
    },
  };
}

function valuesOf(state: RecordState): unknown[] {
  state.values ??= [];
  return state.values;
}

function readValue(state: RecordState, field: FieldMetadata): unknown {
  const local = state.values?.[field.index];
  if (local !== undefined) return local === UNSET ? undefined : local;
  const decoded = field.codec.decode(state.saved?.[field.wire], state.saved ?? undefined, state.record);
  valuesOf(state)[field.index] = decoded === undefined ? UNSET : decoded;
  return decoded;
}

/** Whether the field's value is still unread behind its accessor, and so is what the saved state says. */
export function isUnread(record: object, state: RecordState, field: FieldMetadata): boolean {
  if (state.saved === null || state.values?.[field.index] !== undefined) return false;
  return Object.getOwnPropertyDescriptor(record, field.property)?.get === field.accessor.get;
}
