import type { FieldMetadata } from '../fields/metadata.js';
import { type RecordState, stateOf } from './slot.js';
import { inField } from './walk.js';

/** Stored behind an accessor for a value that was set to undefined, because undefined means unread there. */
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
      setValue(stateOf(this), field, value);
    },
  };
}

/** Sets the value behind an accessor. */
export function setValue(state: RecordState, field: FieldMetadata, value: unknown): void {
  state.values ??= [];
  state.values[field.index] = value === undefined ? UNSET : value;
}

/** The value behind an accessor, decoded when it is first asked for. */
export function readValue(state: RecordState, field: FieldMetadata): unknown {
  const local = state.values?.[field.index];
  if (local !== undefined) return local === UNSET ? undefined : local;
  const decoded = inField(state.metadata, field.property, () => field.codec.decode(state.saved?.[field.wire], state.saved ?? undefined));
  setValue(state, field, decoded);
  return decoded;
}

/** Whether the field's value has not been read from behind its accessor, and therefore equals the saved state. */
export function isUnread(record: object, state: RecordState, field: FieldMetadata): boolean {
  if (state.saved === null || state.values?.[field.index] !== undefined) return false;
  return Object.getOwnPropertyDescriptor(record, field.property)?.get === field.accessor.get;
}
