import { compileHydrator } from '../fields/hydrator.js';
import { type FieldMetadata, isLazy } from '../fields/metadata.js';
import { readValue, setValue } from './accessor.js';
import type { Properties } from './assign.js';
import { initialValue, keepInitial } from './initial.js';
import { isSmall } from './json.js';
import { savedJson, unknownKeysOf } from './saved.js';
import { type RecordState, stateOf } from './slot.js';
import { depthLimit } from './walk.js';

/** Sets the fields of a record from its saved state, after its constructors. The saved state wins over initialisers. */
export function hydrate(record: object, state: RecordState): void {
  const { metadata } = state;
  metadata.hydrator ??= compileHydrator(metadata.fields, hydrateField);
  metadata.hydrator(record, state.saved!, state);
  if (state.detached !== null) state.detached = null;
}

/** Sets a field that is not simply the scalar in the JSON: a date, a value that is decoded on first read, or one the platform did not send. */
export function hydrateField(record: object, json: unknown, state: RecordState, field: FieldMetadata): void {
  const own = record as Properties;
  const lazy = isLazy(field.codec, json);
  if (json === undefined && !(field.reads && lazy)) {
    keepInitial(own, state, field, state.detached?.[field.index]?.value);
  } else if (lazy && !Object.hasOwn(own, field.property)) {
    Object.defineProperty(own, field.property, field.accessor);
  } else if (lazy && staysData(own, state, field)) {
    own[field.property] = field.codec.decode(json);
  } else if (lazy) {
    if (isData(own, field)) state.detached = detach(own, state.metadata.fields, field.index);
    Object.defineProperty(own, field.property, field.accessor);
  } else {
    own[field.property] = eagerValue(field, json);
  }
}

/**
 * Sets the given fields to their saved values. The other fields keep their values, which move behind an accessor when the saved value is
 * one that is decoded on first read.
 */
export function rehydrate(record: object, state: RecordState, some: readonly FieldMetadata[]): void {
  const own = record as Properties;
  const { fields } = state.metadata;
  const chosen = new Set(some);
  state.times = null;
  const first = fields.find((field) => isLazy(field.codec, savedJson(state, field)) && isData(own, field) && !staysData(own, state, field));
  const detached = first ? detach(own, fields, first.index) : [];
  for (const field of first ? fields : some) {
    if (chosen.has(field)) rehydrateField(own, state, field);
    else keepField(own, state, field, detached[field.index]);
  }
}

/** The most values, at all levels, of nested JSON that is decoded at once where its property is data. */
const smallJson = 16;

/**
 * Whether nested JSON is decoded at once: its property is data, as a class field makes it, and copying so little takes less time and memory
 * than making the property an accessor (see `detach`; bench/layout.mjs).
 */
function staysData(own: Properties, state: RecordState, field: FieldMetadata): boolean {
  const { codec, equals } = field;
  if (!codec.isJson || equals || !Object.getOwnPropertyDescriptor(own, field.property)?.writable) return false;
  // It has at most as many levels as values.
  const levels = Math.min(state.metadata.options.maxDepth ?? smallJson, depthLimit());
  return levels >= smallJson && isSmall(savedJson(state, field), smallJson);
}

/** @param before The property as it was before it was detached; undefined when it was not detached. */
function keepField(own: Properties, state: RecordState, field: FieldMetadata, before: PropertyDescriptor | undefined): void {
  const found = before ?? Object.getOwnPropertyDescriptor(own, field.property);
  if (found?.writable && isLazy(field.codec, savedJson(state, field)) && !staysData(own, state, field)) {
    if (found.configurable) Object.defineProperty(own, field.property, field.accessor);
    setValue(state, field, found.value);
  } else if (before) {
    Object.defineProperty(own, field.property, before);
  }
}

function rehydrateField(own: Properties, state: RecordState, field: FieldMetadata): void {
  const json = savedJson(state, field);
  if (isLazy(field.codec, json) && staysData(own, state, field)) {
    own[field.property] = field.codec.decode(json);
  } else if (isLazy(field.codec, json)) {
    if (state.values) state.values[field.index] = undefined;
    const found = Object.getOwnPropertyDescriptor(own, field.property);
    if (found?.configurable !== false) Object.defineProperty(own, field.property, field.accessor);
    // The user has sealed the record: data stays data, and is decoded at once.
    else if (found.get !== field.accessor.get) own[field.property] = readValue(state, field);
  } else if (json === undefined) {
    const initial = initialValue(state, field);
    own[field.property] = initial === undefined && field.property === 'id' ? null : initial;
  } else {
    own[field.property] = eagerValue(field, json);
  }
}

/** The value of JSON that is not decoded on first read: a scalar as it is, a Date decoded at once because it may be edited in place. */
function eagerValue(field: FieldMetadata, json: unknown): unknown {
  return field.codec.dates ? field.codec.decode(json) : json;
}

/**
 * Deletes the fields whose index is at least `from`, last one first, and returns their descriptors by field index. Redefining a data
 * property as an accessor makes V8 turn the record into a hash table, with about four times the memory and twice the time to read a field
 * (bench/layout.mjs); deleting from the end and adding again in order keeps the record's layout up to the V8 of Node 20. Later ones make a hash
 * table of every object that a property is deleted from (https://crbug.com/1517354). Decoding such values at once would keep the layout, but
 * takes longer than the hash table from some 50 values on. When the user has made the record non-extensible or redefined its properties, nothing is deleted.
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

/** Makes a loaded record one that was never loaded, with the same values. */
export function forgetSaved(record: object): void {
  const state = stateOf(record);
  const own = record as Properties;
  const { fields } = state.metadata;
  const local = fields.map((field) => {
    try {
      return own[field.property];
    } catch {
      return savedJson(state, field); // whoever sends it is told why it cannot be read
    }
  });
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
