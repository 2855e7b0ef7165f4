import { type FieldMetadata, isLazy } from '../fields/metadata.js';
import { compileScan } from '../fields/scan.js';
import { isUnread } from './accessor.js';
import type { Properties } from './assign.js';
import { sameAsJson } from './compare.js';
import { jsonOf } from './saved.js';
import { type RecordState, stateOf } from './slot.js';

/** Whether a record is new, or has a field that differs from the saved state. */
export function isModified(record: object): boolean {
  const state = stateOf(record);
  return state.saved === null || nextChanged(record, state, state.saved, 0) !== undefined;
}

/** The fields that differ from the saved state. Fields that are never sent do not count. */
export function changedFields(record: object): FieldMetadata[] {
  const state = stateOf(record);
  const { fields } = state.metadata;
  if (state.saved === null) return fields.filter((field) => isChanged(record, state, field));
  const changed: FieldMetadata[] = [];
  for (
    let field = nextChanged(record, state, state.saved, 0);
    field !== undefined;
    field = nextChanged(record, state, state.saved, field.index + 1)
  ) {
    changed.push(field);
  }
  return changed;
}

/** The first changed field from a place on. */
function nextChanged(record: object, state: RecordState, saved: Properties, from: number): FieldMetadata | undefined {
  const { metadata, values, times } = state;
  metadata.scan ??= compileScan(metadata.fields);
  for (let at = metadata.scan(record, saved, values, times, from); at >= 0; at = metadata.scan(record, saved, values, times, at + 1)) {
    const field = metadata.fields[at]!;
    if (isChanged(record, state, field)) return field;
  }
  return undefined;
}

/** Whether one field differs from a saved state by value. Default: the present one, of which an unread value is the value. */
export function isChanged(record: object, state: RecordState, field: FieldMetadata, source = state.saved): boolean {
  if (!field.sends) return false;
  const { codec, equals } = field;
  const saved = jsonOf(field, source);
  const lazy = isLazy(codec, saved);
  if (lazy && isUnread(record, state, field)) return false;
  const local = (record as Properties)[field.property];
  if (local === saved && !lazy) return false;
  if (saved === undefined) return !isInitial(state, field, local, source);
  if (equals && isPresent(local) && isPresent(saved)) return !equals(local, codec.decode(saved, source, record));
  if (source === state.saved && isUnchangedDate(local, state, field)) return false;
  return !codec.same(local, saved, source, record);
}

function isUnchangedDate(local: unknown, { times }: RecordState, { dateIndex }: FieldMetadata): boolean {
  return dateIndex >= 0 && times !== null && local instanceof Date && local.getTime() === times[dateIndex];
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** Whether a value that the platform has not sent is what the class itself makes of that. */
function isInitial(state: RecordState, field: FieldMetadata, local: unknown, source: RecordState['saved']): boolean {
  if (local === undefined && source === null) return true;
  if (field.property === 'id' && local === null) return true;
  if (sameAsJson(local, state.initial?.get(field.index))) return true;
  return source !== null && field.codec.lazy === 'always' && field.codec.same(local, undefined, source, state.record);
}
