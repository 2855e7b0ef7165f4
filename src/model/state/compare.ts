import { undecorated } from '../fields/instances.js';
import { timeOf } from './instant.js';
import { isObject } from './json.js';
import { isRecord, writeAsValue } from './slot.js';
import { hasToJSON } from './to-json.js';
import { sameNumber, WireNumber } from './wire-number.js';

/**
 * Whether a local value is what `saved` says, as JSON would write it: dates by their time, maps as objects, sets as arrays,
 * undefined as absent.
 *
 * @param saved Parsed JSON.
 */
export function sameAsJson(local: unknown, saved: unknown): boolean {
  if (local === saved) return true;
  if (typeof local !== 'object' || local === null) return sameNumber(local, saved);
  return saved !== undefined && sameObject(local, saved);
}

function sameObject(local: object, saved: unknown): boolean {
  if (Array.isArray(local)) return sameItems(local, saved);
  const prototype: unknown = Object.getPrototypeOf(local);
  if (prototype === Object.prototype || prototype === null) return samePlain(local as Record<string, unknown>, saved);
  if (local instanceof Date) return sameTime(local, saved);
  if (local instanceof Set) return sameItems([...local], saved);
  if (local instanceof Map) return samePlain(Object.fromEntries(local), saved);
  if (local instanceof WireNumber) return local.is(saved);
  if (isRecord(local)) return sameAsJson(local[writeAsValue](), saved);
  if (hasToJSON(local)) return sameAsJson(local.toJSON(), saved);
  return samePlain({ ...undecorated(local) }, saved);
}

function sameTime(local: Date, saved: unknown): boolean {
  if (saved instanceof Date) return Object.is(local.getTime(), saved.getTime());
  return Object.is(local.getTime(), timeOf(saved)) && (typeof saved === 'string' || typeof saved === 'number');
}

function sameItems(local: readonly unknown[], saved: unknown): boolean {
  if (!Array.isArray(saved) || local.length !== saved.length) return false;
  for (let index = 0; index < local.length; index++) {
    const value: unknown = local[index] ?? null;
    const other: unknown = saved[index];
    if (value !== other && (typeof value !== 'object' || value === null ? !sameNumber(value, other) : !sameObject(value, other)))
      return false;
  }
  return true;
}

/** One pass over each side and no array of keys: records are compared far more often than they differ. */
function samePlain(local: Readonly<Record<string, unknown>>, saved: unknown): boolean {
  if (!isObject(saved)) return false;
  let unmatched = 0;
  for (const key in saved) if (saved[key] !== undefined) unmatched++;
  for (const key in local) {
    const value = local[key];
    if (value === undefined) continue;
    if (typeof value === 'function') {
      if (key === 'toJSON') return sameAsJson(value.call(local), saved);
      continue;
    }
    // Of the inherited members only __proto__ can equal a value that is not a function.
    const other = key === '__proto__' && !Object.hasOwn(saved, key) ? undefined : saved[key];
    if (value !== other && (typeof value !== 'object' || value === null ? !sameNumber(value, other) : !sameObject(value, other)))
      return false;
    unmatched--;
  }
  return unmatched === 0;
}
