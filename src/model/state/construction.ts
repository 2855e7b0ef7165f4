import { metadataOf } from '../fields/compile.js';
import { isUnread } from './accessor.js';
import { assignFields, checkNames, type Properties } from './assign.js';
import { hydrate, keepInitial } from './hydrate.js';
import { type RecordClass, RecordState, stateOf, type TransformOptions } from './slot.js';
import { transformOf } from './transform-options.js';

/** What the constructor that runs next is to make a record of. */
let loading: { target: object; json: Record<string, unknown>; connection: object | null; transform: TransformOptions | undefined } | null =
  null;

/** The state that a record begins with, in the first constructor that runs. */
export function beginRecord(target: object, attributes: object | undefined): RecordState {
  if (loading === null || loading.target !== target) {
    return new RecordState(metadataOf(target, transformOf(null, target)), null, attributes ?? null);
  }
  const { json, connection, transform } = loading;
  loading = null;
  return new RecordState(metadataOf(target, transform ?? transformOf(connection, target)), json, attributes ?? null);
}

/**
 * A record as the platform sent it: its constructor runs without arguments, and what the JSON says wins.
 *
 * @param transform Default: what the connection says, or that of the class.
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
    // An undecorated subclass may have set fields of its own after they were completed.
    if (finisherOf(target) !== target) completeRecord(record);
    return record;
  } finally {
    loading = outer;
  }
}

/** Puts the fields into a record whose constructors are done: what the platform sent, else what the caller gave, else what the class said. */
export function completeRecord(record: object): void {
  const state = stateOf(record);
  if (state.saved) {
    hydrate(record, state);
    return;
  }
  const own = record as Properties;
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
}

/** A copy of a record as a value of another record: the same saved state, and copies of its edits. */
export function copyOfRecord(record: object): object {
  const source = stateOf(record);
  const target = record.constructor as RecordClass;
  const copy = source.saved
    ? loadRecord(target, source.saved, source.connection, source.metadata.transform)
    : new (target as unknown as new () => object)();
  const state = stateOf(copy);
  state.extras = source.extras;
  state.precedent = source.precedent;
  state.isDeleted = source.isDeleted;
  for (const field of source.metadata.fields) {
    if (isUnread(record, source, field)) continue;
    (copy as Properties)[field.property] = field.codec.copy((record as Properties)[field.property], source.saved?.[field.wire]);
  }
  return copy;
}

const finishers = new WeakSet<object>();
const finisherByClass = new WeakMap<object, object | null>();

/**
 * A subclass whose constructor completes its records. Class fields are set after super(), so only after the last constructor can what the
 * platform or the caller gave win over all initialisers.
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
  finishers.add(Finishing);
  return Finishing as unknown as C;
}

/** The class whose constructor completes the records of a class: the most derived one that can, or null. */
export function finisherOf(target: object): object | null {
  const known = finisherByClass.get(target);
  if (known !== undefined) return known;
  let found: object | null = target;
  while (found !== null && !finishers.has(found)) found = Object.getPrototypeOf(found);
  finisherByClass.set(target, found);
  return found;
}
