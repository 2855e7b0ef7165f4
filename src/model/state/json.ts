import { hasMembers } from '../support/has-members.js';
import { depthLimit, refuseDepth } from './walk.js';
import { WireNumber } from './wire-number.js';

export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;
export interface JsonObject {
  [key: string]: JsonValue | undefined;
}

/** Whether a value is an object other than null and arrays. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return hasMembers(value) && !(value instanceof WireNumber);
}

/** A deep copy of parsed JSON. @throws ValidationError for a value with too many levels. */
export function copyJson<T>(value: T): T {
  return typeof value === 'object' && value !== null ? (copyNested(value, depthLimit()) as T) : value;
}

/** @param levels How many the value may have. */
function copyNested(value: object, levels: number): unknown {
  if (value instanceof WireNumber) return value;
  if (levels <= 0) refuseDepth();
  if (Array.isArray(value)) {
    return value.map((item: unknown) => (typeof item === 'object' && item !== null ? copyNested(item, levels - 1) : item));
  }
  const copy: Record<string, unknown> = {};
  for (const key in value) {
    const item = (value as Record<string, unknown>)[key];
    setKey(copy, key, typeof item === 'object' && item !== null ? copyNested(item, levels - 1) : item);
  }
  return copy;
}

/** Sets a key even when it is `__proto__`, which a plain assignment would treat as the prototype. */
export function setKey(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  else target[key] = value;
}

/** Whether parsed JSON holds at most so many values, at all levels. */
export function isSmall(value: unknown, limit: number): boolean {
  return remainder(value, limit) >= 0;
}

/** What is left of a number of values; negative when there are more. */
function remainder(value: unknown, limit: number): number {
  let left = limit - 1;
  if (typeof value !== 'object' || value === null) return left;
  if (Array.isArray(value)) {
    if (value.length > left) return -1;
    for (let index = 0; index < value.length && left >= 0; index++) left = remainder(value[index], left);
    return left;
  }
  for (const key in value) {
    if (left < 0) break;
    left = remainder((value as Record<string, unknown>)[key], left);
  }
  return left;
}
