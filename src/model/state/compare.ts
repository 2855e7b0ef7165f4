import { undecorated } from '../fields/instances.js';
import { timeOf } from './instant.js';
import { isObject } from './json.js';
import { isRecord, writeAsValue } from './slot.js';
import { hasOwnForm, hasToJSON } from './to-json.js';
import { sameNumber, WireNumber } from './wire-number.js';

/**
 * Whether a local value is what `saved` says, as JSON would write it (see `toJson`): dates by their time, maps as objects, sets as lists,
 * what JSON leaves out as absent, and at the top also as null, which is how it is sent. A value that cannot be compared, because its
 * `toJSON` throws or it has too many levels, is not the same.
 *
 * @param saved Parsed JSON.
 */
export function sameAsJson(local: unknown, saved: unknown): boolean {
  if (local === saved) return true;
  try {
    if (saved === null || saved === undefined) return saved === null ? isNothing(local) : isLeftOut(local);
    return same(local, saved);
  } catch {
    return false;
  }
}

/** Whether JSON leaves a value out where it is the member of an object. */
export function isLeftOut(local: unknown): boolean {
  if (typeof local !== 'object' || local === null) return local === undefined || typeof local === 'function' || typeof local === 'symbol';
  const json = ownJson(local);
  return json !== local && isLeftOut(json);
}

/** Whether JSON writes null for a value, or leaves it out. */
function isNothing(local: unknown): boolean {
  if (typeof local !== 'object' || local === null) return local === null || isLeftOut(local);
  const json = ownJson(local);
  return json !== local && isNothing(json);
}

/** What an object says itself that JSON writes for it; the object where it says nothing. */
function ownJson(local: object): unknown {
  if (isRecord(local)) return local[writeAsValue]();
  return hasToJSON(local) ? local.toJSON() : local;
}

function same(local: unknown, saved: unknown): boolean {
  return local === saved || (typeof local === 'object' && local !== null ? sameObject(local, saved) : sameNumber(local, saved));
}

function sameObject(local: object, saved: unknown): boolean {
  if (Array.isArray(local) && !hasToJSON(local)) return sameItems(local, saved);
  const prototype: unknown = Object.getPrototypeOf(local);
  if (prototype === Object.prototype || prototype === null) return samePlain(local as Record<string, unknown>, saved);
  const hasForm = hasOwnForm(local);
  if (hasForm) {
    const json = local.toJSON();
    if (json !== local) return same(json, saved);
  }
  if (Array.isArray(local)) return sameItems(local, saved);
  if (local instanceof Date) return sameTime(local, saved);
  if (local instanceof Set) return sameItems([...local], saved);
  if (local instanceof Map) return samePlain(membersOf(local), saved);
  if (local instanceof WireNumber) return local.is(saved);
  if (isRecord(local)) return same(local[writeAsValue](), saved);
  if (hasForm) return samePlain({ ...local, toJSON: undefined }, saved);
  if (local instanceof Number || local instanceof String || local instanceof Boolean) return local.valueOf() === saved;
  return samePlain({ ...undecorated(local) }, saved);
}

function membersOf(map: ReadonlyMap<unknown, unknown>): Record<string, unknown> {
  const members = Object.create(null) as Record<string, unknown>;
  for (const [key, value] of map) members[String(key)] = value;
  return members;
}

function sameTime(local: Date, saved: unknown): boolean {
  if (saved instanceof Date) return Object.is(local.getTime(), saved.getTime());
  return Object.is(local.getTime(), timeOf(saved)) && (typeof saved === 'string' || typeof saved === 'number');
}

function sameItems(local: readonly unknown[], saved: unknown): boolean {
  if (!Array.isArray(saved) || local.length !== saved.length) return false;
  for (let index = 0; index < local.length; index++) {
    const value: unknown = local[index];
    const other: unknown = saved[index];
    if (value === other) continue;
    if (other === null || other === undefined ? !isNullInList(value) : !same(value, other)) return false;
  }
  return true;
}

function isNullInList(value: unknown): boolean {
  return typeof value === 'number' ? !Number.isFinite(value) : isNothing(value);
}

/** A plain object may have a JSON form of its own, which is rare, and so looked for only where the members differ. */
function samePlain(local: Readonly<Record<string, unknown>>, saved: unknown): boolean {
  if (isObject(saved) && sameMembers(local, saved)) return true;
  if (!hasToJSON(local)) return false;
  const json = local.toJSON();
  return json !== local && same(json, saved);
}

/** One pass over each side and no array of keys: records are compared far more often than they differ. */
function sameMembers(local: Readonly<Record<string, unknown>>, saved: Readonly<Record<string, unknown>>): boolean {
  let unmatched = 0;
  for (const key in saved) if (saved[key] !== undefined) unmatched++;
  for (const key in local) {
    const value = local[key];
    if (value === undefined) continue;
    if (typeof value === 'function') {
      if (key === 'toJSON' && value.call(local) !== local) return false;
      continue;
    }
    // Of the inherited members only __proto__ can equal a value that is not a function.
    const other = key === '__proto__' && !Object.hasOwn(saved, key) ? undefined : saved[key];
    if (value !== other) {
      if (typeof value !== 'object' || value === null) {
        if (typeof value === 'symbol') continue;
        if (!sameNumber(value, other)) return false;
      } else if (other === undefined && isLeftOut(value)) continue;
      else if (!(other === null ? isNothing(value) : sameObject(value, other))) return false;
    }
    unmatched--;
  }
  return unmatched === 0;
}
