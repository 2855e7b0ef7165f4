import { setKey } from '../state/json.js';

/**
 * The members of an options object that is given as pairs: a Headers object, a URLSearchParams object or a Map. A name that occurs more than
 * once has a list of values. Anything else is returned as it is.
 */
export function membersOf<T>(given: Readonly<Record<string, T>> | undefined): Readonly<Record<string, T>> | undefined {
  if (typeof given !== 'object' || given === null || !(Symbol.iterator in given)) return given;
  const members: Record<string, unknown> = {};
  for (const [name, value] of given as unknown as Iterable<readonly [string, T]>) {
    setKey(members, name, Object.hasOwn(members, name) ? [members[name], value].flat() : value);
  }
  return members as Record<string, T>;
}

/**
 * What a caller gives, as it is now, whatever is done with it later: objects and lists are copied with all that is in them, and what else there
 * is, such as a signal, a record or another instance of a class, stays the same.
 *
 * @param levels How deep objects and lists are copied.
 */
export function asGiven<T>(value: T, levels = 100): T {
  return copyOf(value, levels, new Map()) as T;
}

/** @param known The copies made so far: what contains itself does so in its copy. */
function copyOf(value: unknown, levels: number, known: Map<object, unknown>): unknown {
  if (typeof value !== 'object' || value === null || levels === 0) return value;
  if (known.has(value)) return known.get(value);
  if (Array.isArray(value)) {
    const list: unknown[] = [];
    known.set(value, list);
    for (const item of value) list.push(copyOf(item, levels - 1, known));
    return list;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype && prototype !== Object.prototype) return value;
  // What is there already is assigned to, so that a key named __proto__ stays a key.
  const copy: Record<PropertyKey, unknown> = { ...value };
  known.set(value, copy);
  for (const key of Reflect.ownKeys(copy)) copy[key] = copyOf(copy[key], levels - 1, known);
  return copy;
}
