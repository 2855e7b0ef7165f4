import { type FieldMetadata, isLazy } from '../fields/metadata.js';
import type { Properties } from './assign.js';
import { copyValue } from './copy.js';
import { savedJson, stampDates, unknownKeysOf } from './saved.js';
import { type RecordState, stateOf } from './slot.js';

/** Puts the saved state into a record whose constructors are done. It wins over what initialisers have put there. */
export function hydrate(record: object, state: RecordState): void {
  const own = record as Properties;
  const { fields, dates } = state.metadata;
  const times: number[] | null = dates.length > 0 ? [] : null;
  /** What initialisers gave to fields that had to be detached. */
  let initials: readonly (PropertyDescriptor | undefined)[] = [];
  for (const field of fields) {
    const json = savedJson(state, field);
    const lazy = isLazy(field.codec, json);
    if (json === undefined && !(field.reads && lazy)) {
      keepInitial(own, state, field, initials[field.index]?.value);
    } else if (lazy) {
      if (isData(own, field)) initials = detach(own, fields, field.index);
      Object.defineProperty(own, field.property, field.accessor);
    } else {
      own[field.property] = eagerValue(field, json);
    }
    if (times !== null && field.dateIndex >= 0) times.push(lazy ? Number.NaN : timeOf(own[field.property]));
  }
  state.times = times;
}

/**
 * Gives some fields the values that the saved state has for them. The others keep theirs, behind an accessor where the saved state has a
 * value that is decoded on first read.
 */
export function rehydrate(record: object, state: RecordState, some: readonly FieldMetadata[]): void {
  const own = record as Properties;
  const { fields } = state.metadata;
  const chosen = new Set(some);
  stampDates(state);
  const first = fields.find((field) => isLazy(field.codec, savedJson(state, field)) && isData(own, field));
  const detached = first ? detach(own, fields, first.index) : [];
  for (const field of first ? fields : some) {
    if (chosen.has(field)) rehydrateField(own, state, field);
    else keepField(own, state, field, detached[field.index]);
  }
}

/** @param before What a field was before it was detached; undefined where it was not. */
function keepField(own: Properties, state: RecordState, field: FieldMetadata, before: PropertyDescriptor | undefined): void {
  const found = before ?? Object.getOwnPropertyDescriptor(own, field.property);
  if (found?.writable && isLazy(field.codec, savedJson(state, field))) {
    Object.defineProperty(own, field.property, field.accessor);
    own[field.property] = found.value;
  } else if (before) {
    Object.defineProperty(own, field.property, before);
  }
}

function rehydrateField(own: Properties, state: RecordState, field: FieldMetadata): void {
  const json = savedJson(state, field);
  if (isLazy(field.codec, json)) {
    Object.defineProperty(own, field.property, field.accessor);
    if (state.values) state.values[field.index] = undefined;
  } else if (json === undefined) {
    own[field.property] = copyValue(state.initial?.get(field.index) ?? (field.property === 'id' ? null : undefined));
  } else {
    own[field.property] = eagerValue(field, json);
  }
}

/** The value of JSON that is not decoded on first read: scalars are themselves, dates are made at once, since they may be edited in place. */
function eagerValue(field: FieldMetadata, json: unknown): unknown {
  return field.codec.dates ? field.codec.decode(json) : json;
}

/**
 * Deletes the fields from a place on, the last one first, and returns what they were, by field index. A value that becomes an accessor
 * where it stands makes V8 turn the record into a hash table: some four times the memory, and twice the time to read a field
 * (bench/hydrate.mjs). Deleted like this and put back in order, the record keeps its layout. Where the user has closed the record or
 * redefined its properties, all stay where they are.
 */
function detach(own: Properties, fields: readonly FieldMetadata[], from: number): readonly (PropertyDescriptor | undefined)[] {
  const detached = fields.map(({ property }, index) => (index < from ? undefined : Object.getOwnPropertyDescriptor(own, property)));
  const movable = fields.every((field, index) => isAsHydrated(detached[index], field));
  if (!movable || !Object.isExtensible(own)) return [];
  for (let index = fields.length - 1; index >= from; index--) delete own[fields[index]!.property];
  return detached;
}

function isAsHydrated(found: PropertyDescriptor | undefined, { accessor }: FieldMetadata): boolean {
  if (!found) return true;
  return (found.writable || found.get === accessor.get) === true && found.enumerable === true && found.configurable === true;
}

function isData(own: Properties, { property }: FieldMetadata): boolean {
  return Object.getOwnPropertyDescriptor(own, property)?.writable !== undefined;
}

function timeOf(value: unknown): number {
  return value instanceof Date ? value.getTime() : Number.NaN;
}

/** An initialiser's value of a field that the platform did not send stays readable and counts as saved. */
export function keepInitial(own: Properties, state: RecordState, field: FieldMetadata, initial = own[field.property]): void {
  if (initial === undefined) own[field.property] = undefined;
  else if (initial !== null || field.property !== 'id') {
    own[field.property] = initial;
    state.initial ??= new Map();
    state.initial.set(field.index, copyValue(initial));
  }
}

/** Makes a loaded record one that was never loaded, with the same values. */
export function forgetSaved(record: object): void {
  const state = stateOf(record);
  const own = record as Properties;
  const { fields } = state.metadata;
  const local = fields.map((field) => own[field.property]);
  state.extras = unknownKeysOf(state);
  state.precedent = state.saved;
  state.saved = null;
  state.values = null;
  state.times = null;
  for (const field of fields) {
    const value = local[field.index];
    Object.defineProperty(own, field.property, { value, writable: true, enumerable: true, configurable: true });
    if (field.readOnly) keepInitial(own, state, field);
  }
}
