import { WireNumber } from './wire-number.js';

export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;
export interface JsonObject {
  [key: string]: JsonValue | undefined;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof WireNumber);
}

/** A deep copy of parsed JSON. */
export function copyJson<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyJson) as T;
  if (value instanceof WireNumber) return value;
  const copy: Record<string, unknown> = {};
  for (const key in value) setKey(copy, key, copyJson((value as Record<string, unknown>)[key]));
  return copy as T;
}

/** Sets a key even when it is `__proto__`, which plain assignment would take for the prototype. */
export function setKey(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  else target[key] = value;
}
