import { setKey } from './json.js';
import { copyAsValue, isRecord } from './slot.js';
import { depthLimit, refuseDepth } from './walk.js';

/** The copies made so far of the graph that is being copied. Records in it copy their values themselves, and these may lead back to it. */
let copies: Map<object, unknown> | null = null;

/** How many levels down the copy is. */
let levels = 0;

/**
 * A deep copy of what a field may hold: plain objects, lists, maps, sets, dates, bytes, and records. Anything else is shared: instances
 * of other classes, which may have private members, hosts with an inside of their own, such as a URL, and functions.
 *
 * @throws ValidationError for a value with too many levels.
 */
export function copyValue<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  return inOneCopy(() => copyObject(value) as T);
}

/** Copies what belongs together: what is met twice is copied once. */
export function inOneCopy<T>(work: () => T): T {
  if (copies) return work();
  copies = new Map();
  levels = 0;
  try {
    return work();
  } finally {
    copies = null;
  }
}

/** Notes the copy of an object before its members are copied. */
export function remember<C extends object>(source: object, copy: C): C {
  copies?.set(source, copy);
  return copy;
}

function copyObject(value: object): unknown {
  const known = copies?.get(value);
  if (known !== undefined) return known;
  if (isContainer(value)) return copyInside(value, copyMembers);
  if (isRecord(value)) return copyInside(value, (record) => record[copyAsValue]());
  if (value instanceof Date && value.constructor === Date && value.toJSON === Date.prototype.toJSON)
    return remember(value, new Date(value.getTime()));
  if (value instanceof ArrayBuffer) return remember(value, value.slice(0));
  return ArrayBuffer.isView(value) ? remember(value, copyBytes(value)) : value;
}

function copyInside<T extends object>(value: T, copyIt: (value: T) => unknown): unknown {
  if (levels >= depthLimit()) refuseDepth();
  levels++;
  try {
    return copyIt(value);
  } finally {
    levels--;
  }
}

function copyMembers(value: object): unknown {
  const member = (item: unknown): unknown => (typeof item === 'object' && item !== null ? copyObject(item) : item);
  if (Array.isArray(value)) {
    const copy: unknown[] = remember(value, []);
    for (const item of value) copy.push(member(item));
    return copy;
  }
  if (value instanceof Map) {
    const copy = remember(value, new Map<unknown, unknown>());
    for (const [key, item] of value) copy.set(member(key), member(item));
    return copy;
  }
  if (value instanceof Set) {
    const copy = remember(value, new Set<unknown>());
    for (const item of value) copy.add(member(item));
    return copy;
  }
  const copy = remember(value, Object.create(Object.getPrototypeOf(value)) as Record<string, unknown>);
  for (const key of Object.keys(value)) setKey(copy, key, member((value as Record<string, unknown>)[key]));
  return copy;
}

/** Whether a value is no more than its members. */
export function isContainer(value: object): boolean {
  // A list or a map with a JSON form of its own is more than its members.
  if (Array.isArray(value)) return !('toJSON' in value);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return true;
  if (value instanceof Map) return value.constructor === Map && !('toJSON' in value);
  if (value instanceof Set) return value.constructor === Set && !('toJSON' in value);
  // Object.prototype, of whichever realm, is the one that inherits from nothing.
  return Object.getPrototypeOf(prototype) === null && Object.prototype.toString.call(value) === '[object Object]';
}

/** The slice of all typed arrays; that of a Buffer would share its bytes. */
const { slice } = Object.getPrototypeOf(Uint8Array.prototype) as Uint8Array;

function copyBytes(value: ArrayBufferView): ArrayBufferView {
  if (value instanceof DataView) return new DataView(value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength));
  return slice.call(value as Uint8Array);
}
