import { ValidationError } from '../errors/index.js';

export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;
export interface JsonObject {
  [key: string]: JsonValue | undefined;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A deep copy of parsed JSON. */
export function copyJson<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyJson) as T;
  const copy: Record<string, unknown> = {};
  for (const key in value) setKey(copy, key, copyJson((value as Record<string, unknown>)[key]));
  return copy as T;
}

/** Sets a key even when it is `__proto__`, which plain assignment would take for the prototype. */
export function setKey(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  else target[key] = value;
}

/**
 * Whether a local value is what `saved` says, as JSON would write it: dates by their time, maps as objects, sets as arrays,
 * undefined as absent.
 */
export function sameAsJson(local: unknown, saved: unknown): boolean {
  if (local === saved) return true;
  if (saved === undefined) return false;
  if (typeof local !== 'object' || local === null) return false;
  if (local instanceof Date) return sameTime(local, saved);
  if (Array.isArray(local)) return sameItems(local, saved);
  if (local instanceof Set) return sameItems([...local], saved);
  if (local instanceof Map) return isObject(saved) && sameEntries(Object.fromEntries(local), saved);
  if (hasToJSON(local)) return sameAsJson(local.toJSON(), saved);
  return isObject(saved) && sameEntries(local as Record<string, unknown>, saved);
}

function sameTime(local: Date, saved: unknown): boolean {
  if (saved instanceof Date) return Object.is(local.getTime(), saved.getTime());
  if (typeof saved === 'string') return Object.is(local.getTime(), Date.parse(saved));
  return typeof saved === 'number' && Object.is(local.getTime(), new Date(saved).getTime());
}

function sameItems(local: readonly unknown[], saved: unknown): boolean {
  if (!Array.isArray(saved) || local.length !== saved.length) return false;
  for (let index = 0; index < local.length; index++) {
    if (!sameAsJson(local[index] ?? null, saved[index])) return false;
  }
  return true;
}

function sameEntries(local: Record<string, unknown>, saved: Record<string, unknown>): boolean {
  let present = 0;
  for (const key of Object.keys(local)) {
    const value = local[key];
    if (value === undefined || typeof value === 'function') continue;
    if (!Object.hasOwn(saved, key) || !sameAsJson(value, saved[key])) return false;
    present++;
  }
  for (const key of Object.keys(saved)) if (saved[key] !== undefined) present--;
  return present === 0;
}

export function hasToJSON(value: object): value is { toJSON(): unknown } {
  return 'toJSON' in value && typeof value.toJSON === 'function';
}

/**
 * A value as JSON carries it, as a copy: maps become objects, sets arrays, dates ISO texts; undefined members are left out.
 *
 * @throws ValidationError for what JSON cannot carry: cycles, NaN and infinities, bigints, symbols, invalid dates.
 */
export function toJson(value: unknown, field: string, above: readonly object[] = []): unknown {
  switch (typeof value) {
    case 'number':
      if (!Number.isFinite(value)) refuse(field, `is ${value}, which JSON cannot carry`);
      return value;
    case 'bigint':
      return refuse(field, 'is a bigint, which JSON cannot carry; use a number or a text');
    case 'symbol':
      return refuse(field, 'is a symbol, which JSON cannot carry');
    case 'function':
      return undefined;
    case 'object':
      return value === null ? null : objectToJson(value, field, above);
    default:
      return value;
  }
}

function objectToJson(value: object, field: string, above: readonly object[]): unknown {
  if (above.includes(value)) refuse(field, 'contains itself, which JSON cannot carry');
  const path = [...above, value];
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) refuse(field, 'is an invalid date');
    return value.toISOString();
  }
  if (Array.isArray(value) || value instanceof Set) {
    return [...value].map((item, index) => toJson(item, `${field}.${index}`, path) ?? null);
  }
  if (!(value instanceof Map) && hasToJSON(value)) return toJson(value.toJSON(), field, path);
  const result: Record<string, unknown> = {};
  for (const [key, item] of value instanceof Map ? value : Object.entries(value)) {
    const json = toJson(item, `${field}.${String(key)}`, path);
    if (json !== undefined) setKey(result, String(key), json);
  }
  return result;
}

function refuse(field: string, problem: string): never {
  throw new ValidationError(`${field} ${problem}.`, { details: [{ field, message: problem }] });
}
