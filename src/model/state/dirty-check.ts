import { type FieldMetadata, isLazy } from '../fields/metadata.js';
import { compileScan } from '../fields/scan.js';
import { isUnread } from './accessor.js';
import type { Properties } from './assign.js';
import { sameAsJson } from './compare.js';
import { isInitialValue } from './initial.js';
import { jsonOf, stampDates } from './saved.js';
import { type RecordState, stateOf } from './slot.js';

/** Whether a record is new or has a field that differs from the saved state. */
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

/** The first changed field whose index is at least `from`. */
function nextChanged(record: object, state: RecordState, saved: Properties, from: number): FieldMetadata | undefined {
  const { metadata } = state;
  if (state.times === null) stampDates(state);
  const { values, times } = state;
  metadata.scan ??= compileScan(metadata.fields);
  const { scan } = metadata;
  for (let index = scan(record, saved, values, times, from); index >= 0; index = scan(record, saved, values, times, index + 1)) {
    const field = metadata.fields[index]!;
    if (isChanged(record, state, field)) return field;
  }
  return undefined;
}

/** Whether one field differs by value from a saved state. Default: the current one, which an unread value always equals. */
export function isChanged(record: object, state: RecordState, field: FieldMetadata, source = state.saved): boolean {
  if (!field.sends) return false;
  const { codec, equals } = field;
  const saved = jsonOf(field, source);
  const lazy = isLazy(codec, saved);
  if (lazy && isUnread(record, state, field)) return false;
  const local = (record as Properties)[field.property];
  if (local === saved && !lazy) return false;
  // An update sends undefined as null.
  if (local === undefined && saved === null && !lazy) return false;
  if (saved === undefined) return !isInitial(state, field, local, source);
  if (equals && isPresent(local) && isPresent(saved)) return !equals(local, codec.decode(saved, source, record));
  if (source === state.saved && isUnchangedDate(local, state, field)) return false;
  return !isSame(field, local, saved, source, record);
}

/** Whether a value is what JSON says. One that cannot be compared, such as a cycle, is not; sending it says why. */
export function isSame(
  { codec }: FieldMetadata,
  local: unknown,
  saved: unknown,
  source: RecordState['saved'] | undefined,
  record: object | undefined,
): boolean {
  try {
    return codec.same(local, saved, source ?? undefined, record);
  } catch {
    return false;
  }
}

function isUnchangedDate(local: unknown, { times }: RecordState, { dateIndex }: FieldMetadata): boolean {
  return dateIndex >= 0 && times !== null && local instanceof Date && local.getTime() === times[dateIndex];
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** Whether the value of a field that the platform did not send is the one the class gives it: an initialiser or a decoded default. */
function isInitial(state: RecordState, field: FieldMetadata, local: unknown, source: RecordState['saved']): boolean {
  if (local === undefined && source === null) return true;
  if (field.property === 'id' && local === null) return true;
  if (isInitialValue(state, field, local)) return true;
  if (source !== null && field.codec.lazy === 'always') return isSame(field, local, undefined, source, state.record);
  return sameAsJson(local, undefined);
}
