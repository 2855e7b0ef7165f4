import { depthLimit, refuseDepth } from './walk.js';

export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;
export interface JsonObject {
  [key: string]: JsonValue | undefined;
}

/** Whether a value is an object other than null and arrays. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A deep copy of parsed JSON. @throws ValidationError for a value with too many levels. */
export function copyJson<T>(value: T): T {
  return typeof value === 'object' && value !== null ? (copyNested(value, depthLimit()) as T) : value;
}

/** @param levels How many the value may have. */
function copyNested(value: object, levels: number): unknown {
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
