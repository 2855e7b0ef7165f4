import { isObject } from '../state/json.js';

/** The value at a dotted path of a response; undefined where there is none. */
export function valueAt(value: unknown, path: string): unknown {
  return path.split('.').reduce((node: unknown, key) => (isObject(node) ? node[key] : undefined), value);
}

/** A count at a dotted path, which some platforms send as text, and some as -1 where they do not know it. */
export function numberAt(value: unknown, path: string): number | undefined {
  return countOf(valueAt(value, path));
}

/** A count; undefined for what is not one. */
export function countOf(found: unknown): number | undefined {
  const number = typeof found === 'string' && found.trim() !== '' ? Number(found) : found;
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : undefined;
}
