import { undecorated } from '../fields/instances.js';
import { setKey } from './json.js';
import { writingTo } from './secrets.js';
import { isRecord, writeAsValue } from './slot.js';
import { at, depthLimit, enter, enterKey, leave, leaveKey, refuse, restoring } from './walk.js';
import { WireNumber } from './wire-number.js';

/** Whether an object has a `toJSON` method. */
export function hasToJSON(value: object): value is { toJSON(): unknown } {
  return 'toJSON' in value && typeof value.toJSON === 'function';
}

/** Whether an object says itself what JSON writes for it, subclasses of dates, maps, sets and lists included. */
export function hasOwnForm(value: object): value is { toJSON(): unknown } {
  return hasToJSON(value) && value.toJSON !== Date.prototype.toJSON && !isRecord(value);
}

/** Whether what JSON cannot carry is described instead of refused. */
let describing = false;

/** The records that JSON was written of, by that JSON. */
const sources = new WeakMap<object, object>();

/** The record that a JSON object was written of, where it was written as a value. */
export function recordWrittenAs(json: object): object | undefined {
  return sources.get(json);
}

/** Notes the record that JSON is written of. */
export function noteSource<T>(json: T, record: object | undefined): T {
  if (record && typeof json === 'object' && json !== null) sources.set(json, record);
  return json;
}

/** What a record's own `toJSON` gives, as JSON of it. */
export function writeByItself(record: { toJSON(): unknown }): unknown {
  return writingTo('send', () => restoring(() => noteSource(write(record.toJSON()), record)));
}

/**
 * A value as JSON carries it, as a copy, by the rules of `JSON.stringify` (ECMA-262 §25.5.2): functions and symbols are left out, and are
 * null in lists, as are NaN and infinities there. Maps become objects and sets lists.
 * A bigint is a number with its digits.
 *
 * @throws ValidationError for what JSON cannot carry: cycles, too many levels, invalid dates, NaN and infinities outside lists.
 */
export function toJson(value: unknown, field: string): unknown {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  return at(field, () => write(value));
}

/** The same for showing a value: what JSON cannot carry is described by a text, and nothing is thrown. */
export function describedInJson(value: unknown): unknown {
  const outer = describing;
  describing = true;
  try {
    return writingTo('show', () => at('', () => write(value)));
  } catch {
    return `[${typeof value}]`;
  } finally {
    describing = outer;
  }
}

/** The members of an object as JSON, as copies. One that JSON cannot carry stays what it is: whoever reads or sends it is told. */
export function jsonOfMembers(data: object): Record<string, unknown> {
  const json: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(data)) {
    try {
      setKey(
        json,
        key,
        at(key, () => write(value)),
      );
    } catch {
      setKey(json, key, value);
    }
  }
  return json;
}

function write(value: unknown): unknown {
  switch (typeof value) {
    case 'number':
      return Number.isFinite(value) ? value : unable(`is ${value}, which JSON cannot carry`, String(value));
    case 'bigint':
      return WireNumber.of(value);
    case 'symbol':
    case 'function':
      return undefined;
    case 'object':
      return value === null ? null : writeObject(value);
    default:
      return value;
  }
}

function writeObject(value: object): unknown {
  if (value instanceof WireNumber) return value;
  const obstacle = enter(value);
  if (obstacle === 'contains itself') return unable('contains itself, which JSON cannot carry', '[circular]');
  if (obstacle !== undefined) return unable(`is nested more than ${depthLimit()} levels deep`, '[nested too deeply]');
  const json = writeMembers(value);
  leave();
  return json;
}

function writeMembers(value: object): unknown {
  const hasForm = hasOwnForm(value);
  if (hasForm) {
    const json = value.toJSON();
    if (json !== value) return write(json);
  }
  if (Array.isArray(value)) return writeItems(value);
  if (value instanceof Date) {
    return Number.isNaN(value.getTime()) ? unable('is an invalid date', 'Invalid Date') : value.toISOString();
  }
  if (value instanceof Set) return writeItems([...value]);
  if (value instanceof Map) return writeKeys(value);
  if (isRecord(value)) return value[writeAsValue]();
  if (hasForm) return writeKeys(Object.entries(value));
  if (value instanceof Number || value instanceof String || value instanceof Boolean) return write(value.valueOf());
  // The JSON of records that are inside instances is copied with them.
  return noteSource(writeKeys(Object.entries(undecorated(value))), sources.get(value));
}

function writeItems(items: readonly unknown[]): unknown[] {
  const json: unknown[] = [];
  for (let index = 0; index < items.length; index++) {
    const item = items[index];
    if (typeof item === 'number') {
      json.push(Number.isFinite(item) ? item : null);
      continue;
    }
    enterKey(index);
    json.push(write(item) ?? null);
    leaveKey();
  }
  return json;
}

function writeKeys(entries: Iterable<readonly [unknown, unknown]>): Record<string, unknown> {
  const json: Record<string, unknown> = {};
  for (const [key, item] of entries) {
    const name = String(key);
    enterKey(name);
    const value = write(item);
    leaveKey();
    if (value !== undefined) setKey(json, name, value);
  }
  return json;
}

function unable(problem: string, description: string): string {
  return describing ? description : refuse(problem);
}
