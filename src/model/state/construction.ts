import { metadataOf } from '../fields/compile.js';
import type { FieldMetadata } from '../fields/metadata.js';
import type { TransformOptions } from '../ports/transform-options.js';
import { removeShadows } from '../relations/shadows.js';
import { isId } from '../support/ids.js';
import { isUnread } from './accessor.js';
import { assignFields, checkNames, type Properties } from './assign.js';
import { remember } from './copy.js';
import { hydrate } from './hydrate.js';
import { keepInitial } from './initial.js';
import { type RecordClass, RecordState, stateOf } from './slot.js';
import { transformOf } from './transform-options.js';
import { inField } from './walk.js';

/** What the record that the next constructor call is to load is made of. */
let loading: { target: object; json: Record<string, unknown>; connection: object | null; transform: TransformOptions | undefined } | null =
  null;

/** Makes the initial state of a record; called by the base constructor, before any class field is set. */
export function beginRecord(target: object, attributes: object | undefined): RecordState {
  if (loading === null || loading.target !== target) {
    return new RecordState(metadataOf(target, transformOf(null, target)), null, attributes ?? null);
  }
  const { json, connection, transform } = loading;
  loading = null;
  return new RecordState(metadataOf(target, transform ?? transformOf(connection, target)), json, attributes ?? null);
}

/**
 * Makes a record of JSON from the platform: its constructor runs without arguments, and the JSON wins over initialisers.
 *
 * @param transform The groups and the version of class-transformer's decorators. Default: those of the connection, or of the class.
 */
export function loadRecord<T extends object>(
  target: RecordClass<T>,
  json: Record<string, unknown>,
  connection: object | null,
  transform?: TransformOptions,
): T {
  const outer = loading;
  loading = { target, json, connection, transform };
  try {
    const record = new (target as unknown as new () => T)();
    stateOf(record).connection = connection;
    // The initialisers of an undecorated subclass may have run after the record was completed.
    if (finisherOf(target) !== target) completeRecord(record);
    return record;
  } finally {
    loading = outer;
  }
}

/** Makes a new record. The attributes win over the initialisers of every class, also of those that run after the fields were completed. */
export function newRecord<T extends object>(target: RecordClass<T>, attributes?: object): T {
  const record = new (target as unknown as new (attributes?: object) => T)(attributes);
  const state = stateOf(record);
  if (state.given) assignFields(record, state.given);
  state.given = null;
  return record;
}

/** Sets the fields of a record after its constructors: to what the platform sent, else the caller's attributes, else the initialisers. */
export function completeRecord(record: object): void {
  const state = stateOf(record);
  const { relations } = state.metadata;
  if (relations !== null) removeShadows(record, relations);
  if (state.saved) {
    hydrate(record, state);
    return;
  }
  const own = record as Properties;
  const isKnown = isId((state.given as Properties | null)?.id);
  for (const field of state.metadata.fields) {
    // Without a property of its own, what is read is undefined, or the initial value of an `accessor`.
    if (!Object.hasOwn(own, field.property)) own[field.property] = own[field.property];
    // The initialiser of a field that the platform owns, or of a record that the platform has, is not a change.
    if (field.readOnly || isKnown) keepInitial(own, state, field);
  }
  if (state.given) {
    checkNames(record, state.given, `new ${state.metadata.className}(…)`);
    assignFields(record, state.given);
  }
  // Initialisers of a class below the one that completes run later; what they overwrite is found by what was given.
  if (finisherOf(record.constructor) === record.constructor) state.given = null;
  state.hadId = isId(own.id);
}

/** Copies a record that is a value of another record: the copy has the same saved state and copies of the edits. */
export function copyOfRecord(record: object): object {
  const source = stateOf(record);
  const target = record.constructor as RecordClass;
  const copy = source.saved
    ? loadRecord(target, source.saved, source.connection, source.metadata.transform)
    : new (target as unknown as new () => object)();
  const state = stateOf(copy);
  remember(record, copy);
  state.extras = source.extras;
  state.precedent = source.precedent;
  state.isDeleted = source.isDeleted;
  for (const field of source.metadata.fields) {
    if (!isUnread(record, source, field)) (copy as Properties)[field.property] = copyField(record, source, field);
  }
  return copy;
}

/** A deep copy of a field's value. @throws ValidationError for one with too many levels. */
export function copyField(record: object, state: RecordState, field: FieldMetadata): unknown {
  const { metadata } = state;
  const value = (record as Properties)[field.property];
  return inField(metadata, field.property, () => field.codec.copy(value, state.saved?.[field.wire]));
}

/** The member of a class that says which class completes its records; subclasses inherit it. */
const finisher = Symbol('completes the records');

/**
 * Makes a subclass whose constructor completes its records. Class fields are set after super(), so values from the platform or the caller
 * can win over all initialisers only after the last constructor.
 */
export function finishing<C extends new (...args: never[]) => object>(target: C): C {
  const Base = target as unknown as new (...args: unknown[]) => object;
  const Finishing = class extends Base {
    constructor(...args: unknown[]) {
      super(...args);
      if (finisherOf(new.target) === Finishing) completeRecord(this);
    }
  };
  Object.defineProperty(Finishing, 'name', { value: target.name, configurable: true });
  Object.defineProperty(Finishing, finisher, { value: Finishing });
  return Finishing as unknown as C;
}

/** The class whose constructor completes the records of a class: the most derived one that can, or null. */
export function finisherOf(target: object): object | null {
  return (target as { readonly [finisher]?: object })[finisher] ?? null;
}
