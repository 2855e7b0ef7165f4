import { setKey } from './json.js';
import { copyAsValue, isRecord } from './slot.js';

/**
 * Deep-copies any value that a field may hold. Instances of classes keep their class. Functions, and objects with internal state such as
 * a URL, are shared.
 */
export function copyValue<T>(value: T, seen = new Map<object, unknown>()): T {
  if (typeof value !== 'object' || value === null) return value;
  const known = seen.get(value);
  if (known) return known as T;
  const remember = <C>(copy: C): C => {
    seen.set(value, copy);
    return copy;
  };
  if (isRecord(value)) return remember(value[copyAsValue]()) as T;
  if (value instanceof Date) return remember(new Date(value.getTime())) as T;
  if (Array.isArray(value)) {
    const copy = remember<unknown[]>([]);
    for (const item of value) copy.push(copyValue(item, seen));
    return copy as T;
  }
  if (value instanceof Map) {
    const copy = remember(new Map<unknown, unknown>());
    for (const [key, item] of value) copy.set(copyValue(key, seen), copyValue(item, seen));
    return copy as T;
  }
  if (value instanceof Set) {
    const copy = remember(new Set<unknown>());
    for (const item of value) copy.add(copyValue(item, seen));
    return copy as T;
  }
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return remember(structuredClone(value));
  if (Object.prototype.toString.call(value) !== '[object Object]') return value;
  const copy = remember(Object.create(Object.getPrototypeOf(value)) as Record<string, unknown>);
  for (const key of Object.keys(value)) setKey(copy, key, copyValue((value as Record<string, unknown>)[key], seen));
  return copy as T;
}
