import { ValidationError } from '../errors/index.js';
import { setRecordCodec } from '../fields/codec.js';
import { type FieldMetadata, type RecordMetadata, setAccessorMaker } from '../fields/metadata.js';
import { copyValue, setRecordCopier } from './copy.js';
import { copyJson, isObject, setKey } from './json.js';
import { loadRecord, type RecordClass, type RecordState, StatefulRecord, setCompletion, stateOf } from './slot.js';

/** A record's own properties by name. */
export type Properties = Record<string, unknown>;

/** Stands behind an accessor for a value that was set to undefined, since undefined there means unread. */
const UNSET = Symbol('unset');

setAccessorMaker((field) => ({
  enumerable: true,
  configurable: true,
  get(this: object) {
    return readValue(stateOf(this), field);
  },
  set(this: object, value: unknown) {
    values(stateOf(this))[field.index] = value === undefined ? UNSET : value;
  },
}));

setRecordCodec({
  isRecordClass: (type) => type.prototype instanceof StatefulRecord,
  fromJson: (type, saved) => loadRecord(type as RecordClass, saved, null),
});

/** A record inside a record: the same saved state, and copies of its edits. */
setRecordCopier((record) => {
  const source = stateOf(record);
  const target = record.constructor as RecordClass;
  const copy = source.saved ? loadRecord(target, source.saved, source.connection) : new (target as unknown as new () => object)();
  const state = stateOf(copy);
  state.extras = source.extras;
  state.isDeleted = source.isDeleted;
  for (const field of source.metadata.fields) {
    if (isUnread(record, source, field)) continue;
    (copy as Properties)[field.property] = field.codec.copy((record as Properties)[field.property], source.saved?.[field.wire]);
  }
  return copy;
});

/** Puts the fields into a record whose constructors are done: what the platform sent, else what the caller gave, else what the class said. */
setCompletion((record, state) => {
  const own = record as Properties;
  if (state.saved) {
    placeLoaded(own, state, state.saved);
    return;
  }
  for (const field of state.metadata.fields) {
    if (!Object.hasOwn(own, field.property)) own[field.property] = undefined;
    // What a class says of a field that the platform owns is no change.
    else if (field.readOnly) keepInitial(own, state, field);
  }
  if (state.given) {
    checkNames(state.metadata, state.given, `new ${state.metadata.className}(…)`);
    assignFields(record, state.given);
  }
  state.given = null;
});

function values(state: RecordState): unknown[] {
  if (state.values === null) state.values = [];
  return state.values;
}

function readValue(state: RecordState, field: FieldMetadata): unknown {
  const local = state.values?.[field.index];
  if (local !== undefined) return local === UNSET ? undefined : local;
  const decoded = field.codec.decode(state.saved?.[field.wire], state.saved ?? undefined);
  values(state)[field.index] = decoded === undefined ? UNSET : decoded;
  return decoded;
}

function placeLoaded(own: Properties, state: RecordState, saved: Properties): void {
  const { fields } = state.metadata;
  /** What initialisers gave to fields that had to be taken off. */
  let initials: readonly (PropertyDescriptor | undefined)[] = [];
  for (const field of fields) {
    const json = field.reads ? saved[field.wire] : undefined;
    const lazy = field.codec.lazy(json);
    if (json === undefined && !(field.reads && lazy)) {
      keepInitial(own, state, field, initials[field.index]?.value);
    } else if (lazy) {
      if (isData(own, field)) initials = takeOff(own, fields, field.index);
      Object.defineProperty(own, field.property, field.accessor);
    } else {
      own[field.property] = field.codec.decode(json);
    }
  }
}

/**
 * Takes the fields from a place on off a record, the last one first, and returns what they were, by field index. A value that becomes
 * an accessor where it stands makes V8 turn the record into a hash table: some four times the memory, and twice the time to read a
 * field (bench/hydrate.mjs). Taken off like this and put back in order, the record stays as it was laid out. Where the user has
 * closed the record or laid hands on its properties, all stay where they are.
 */
function takeOff(own: Properties, fields: readonly FieldMetadata[], from: number): readonly (PropertyDescriptor | undefined)[] {
  const taken = fields.map(({ property }, index) => (index < from ? undefined : Object.getOwnPropertyDescriptor(own, property)));
  const movable = fields.every((field, index) => isAsPlaced(taken[index], field));
  if (!movable || !Object.isExtensible(own)) return [];
  for (let index = fields.length - 1; index >= from; index--) delete own[fields[index]!.property];
  return taken;
}

function isAsPlaced(found: PropertyDescriptor | undefined, { accessor }: FieldMetadata): boolean {
  if (!found) return true;
  return (found.writable || found.get === accessor.get) === true && found.enumerable === true && found.configurable === true;
}

/** An initialiser's value of a field that the platform did not send stays readable and counts as saved. */
function keepInitial(own: Properties, state: RecordState, field: FieldMetadata, initial = own[field.property]): void {
  if (initial === undefined) own[field.property] = undefined;
  else if (initial !== null || field.property !== 'id') {
    own[field.property] = initial;
    state.initial ??= new Map();
    state.initial.set(field, copyValue(initial));
  }
}

/** What the saved state says of a field; undefined where it says nothing. */
export function savedJson(state: RecordState, field: FieldMetadata): unknown {
  return field.reads ? state.saved?.[field.wire] : undefined;
}

/** Whether the field's value is still unread behind its accessor, and so is what the saved state says. */
export function isUnread(record: object, state: RecordState, field: FieldMetadata): boolean {
  if (state.saved === null || state.values?.[field.index] !== undefined) return false;
  return Object.getOwnPropertyDescriptor(record, field.property)?.get === field.accessor.get;
}

/** Gives some fields the values the saved state has for them. */
export function placeSaved(record: object, state: RecordState, some: readonly FieldMetadata[]): void {
  const own = record as Properties;
  const { fields } = state.metadata;
  const placed = new Set(some);
  const first = fields.find((field) => placed.has(field) && field.codec.lazy(savedJson(state, field)) && isData(own, field));
  const taken = first ? takeOff(own, fields, first.index) : [];
  for (const field of fields) {
    const before = taken[field.index];
    if (placed.has(field)) placeOne(own, state, field);
    else if (before) Object.defineProperty(own, field.property, before);
  }
}

function isData(own: Properties, { property }: FieldMetadata): boolean {
  return Object.getOwnPropertyDescriptor(own, property)?.writable !== undefined;
}

function placeOne(own: Properties, state: RecordState, field: FieldMetadata): void {
  const json = savedJson(state, field);
  if (field.codec.lazy(json)) {
    Object.defineProperty(own, field.property, field.accessor);
    if (state.values) state.values[field.index] = undefined;
  } else {
    own[field.property] =
      json === undefined ? copyValue(state.initial?.get(field) ?? (field.property === 'id' ? null : undefined)) : field.codec.decode(json);
  }
}

/** The names a caller may set, checked before anything is assigned. */
export function checkNames(metadata: RecordMetadata, attributes: object, operation: string): void {
  if (!isObject(attributes)) {
    throw new ValidationError(`${operation}: expected an object of fields, got ${JSON.stringify(attributes) ?? typeof attributes}.`);
  }
  const details = Object.keys(attributes).flatMap((name) => {
    const problem = problemWithName(metadata, name);
    return problem ? [{ field: name, message: problem }] : [];
  });
  if (details.length === 0) return;
  throw new ValidationError(
    `${operation}: ${details.map(({ field, message }) => `${field} ${message}`).join('; ')}. Nothing was assigned.`,
    { details },
  );
}

function problemWithName(metadata: RecordMetadata, name: string): string | undefined {
  const field = metadata.byProperty.get(name);
  if (!field) {
    const nearest = nearestName(name, metadata);
    return `is not a field of ${metadata.className}${nearest ? ` (did you mean ${nearest}?)` : ` (it has ${[...metadata.byProperty.keys()].join(', ')})`}`;
  }
  return field.readOnly ? 'is read-only: the platform sets it' : undefined;
}

function nearestName(name: string, metadata: RecordMetadata): string | undefined {
  const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');
  const wanted = plain(name);
  return [...metadata.byProperty.keys()].find((property) => {
    const candidate = plain(property);
    return candidate === wanted || (wanted.length > 2 && (candidate.startsWith(wanted) || wanted.startsWith(candidate)));
  });
}

/** Makes a loaded record one that was never loaded, with the same values. */
export function forgetSaved(record: object): void {
  const state = stateOf(record);
  const own = record as Properties;
  const local = state.metadata.fields.map((field) => own[field.property]);
  state.extras = unknownKeysOf(state);
  state.saved = null;
  state.values = null;
  for (const field of state.metadata.fields) {
    const value = local[field.index];
    Object.defineProperty(own, field.property, { value, writable: true, enumerable: true, configurable: true });
    if (field.readOnly) keepInitial(own, state, field);
  }
}

/** What the platform sent beside the fields, as a copy. */
export function unknownKeysOf(state: RecordState): Record<string, unknown> {
  const result: Record<string, unknown> = { ...state.extras };
  for (const key of Object.keys(state.saved ?? {})) {
    if (!state.metadata.wireNames.has(key)) setKey(result, key, copyJson(state.saved?.[key]));
  }
  return result;
}

/** Sets fields to a caller's values, which were checked before. Undefined members are left as they are. */
export function assignFields(record: object, attributes: object): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) (record as Properties)[name] = value;
  }
}
