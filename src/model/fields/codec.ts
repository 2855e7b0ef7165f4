import { instanceToPlain, plainToInstance } from 'class-transformer';
import { ConfigurationError } from '../errors/index.js';
import { copyJson, isObject, sameAsJson, toJson } from '../state/json.js';
import type { AnyClass, FieldDeclaration, TypeReference } from './field.js';
import type { TransformerHints } from './transformer.js';

/** How one field's value is read from JSON, written to it and compared with it. */
export interface Codec {
  /** A value of its own for the record; it shares nothing with the JSON. `source` is the whole answer it stands in. */
  decode(saved: unknown, source?: unknown): unknown;
  /** A copy as JSON. Where the value is still what `saved` says, the platform's own spelling of it. */
  encode(local: unknown, field: string, saved?: unknown): unknown;
  /** Whether the value is what the JSON says. */
  same(local: unknown, saved: unknown): boolean;
  /** Whether the JSON value must be decoded on first read; what need not is put into the record as it is. */
  lazy(saved: unknown): boolean;
}

/** Records inside records: how a class of records makes one from JSON and back. Handed in by the record's own base class. */
export interface RecordCodec {
  isRecordClass(type: AnyClass): boolean;
  fromJson(type: AnyClass, saved: Record<string, unknown>): unknown;
}
let records: RecordCodec = { isRecordClass: () => false, fromJson: () => undefined };
export function setRecordCodec(codec: RecordCodec): void {
  records = codec;
}

const isNested = (saved: unknown): boolean => typeof saved === 'object' && saved !== null;

const plain: Codec = {
  decode: (saved) => copyJson(saved),
  encode: (local, field) => toJson(local, field),
  same: sameAsJson,
  lazy: isNested,
};

function decodeDate(saved: unknown): unknown {
  if (Array.isArray(saved)) return saved.map((item) => decodeDate(item));
  return typeof saved === 'string' || typeof saved === 'number' ? new Date(saved) : copyJson(saved);
}

/** Dates are made when the record is, since a date in hand may be changed in place. */
const date: Codec = {
  decode: decodeDate,
  encode: (local, field, saved) => (saved !== undefined && sameAsJson(local, saved) ? copyJson(saved) : toJson(local, field)),
  same: sameAsJson,
  lazy: isNested,
};

const map: Codec = {
  ...plain,
  decode: (saved) => (isObject(saved) ? new Map(Object.entries(copyJson(saved))) : copyJson(saved)),
};

const set: Codec = {
  ...plain,
  decode: (saved) => (Array.isArray(saved) ? new Set(copyJson(saved)) : copyJson(saved)),
};

/** A codec over a pair of functions. Reading and writing again may respell a value, so both sides are compared as written. */
function converted(decode: Codec['decode'], write: (local: unknown, field: string) => unknown, lazy: Codec['lazy']): Codec {
  const same = (local: unknown, saved: unknown): boolean => {
    try {
      const written = write(local, 'value');
      return sameAsJson(written, saved) || sameAsJson(written, write(decode(saved), 'value'));
    } catch {
      return false; // what cannot be written is not what was saved; sending it says why
    }
  };
  return {
    decode,
    encode: (local, field, saved) => (saved !== undefined && same(local, saved) ? copyJson(saved) : write(local, field)),
    same,
    lazy,
  };
}

function instancesOf(type: AnyClass): Codec {
  const isRecord = records.isRecordClass(type);
  const decode = (saved: unknown): unknown => {
    if (Array.isArray(saved)) return saved.map((item) => decode(item));
    if (!isObject(saved)) return saved;
    return isRecord ? records.fromJson(type, saved) : plainToInstance(type as unknown as new () => object, copyJson(saved));
  };
  const write = (local: unknown, field: string): unknown =>
    toJson(typeof local !== 'object' || local === null || isRecord ? local : instanceToPlain(local), field);
  return converted(decode, write, isNested);
}

function transformed(inner: Codec, hints: TransformerHints): Codec {
  const decode = (saved: unknown, source: unknown = {}): unknown =>
    hints.toLocal ? hints.toLocal(copyJson(saved), source) : inner.decode(saved);
  const write = (local: unknown, field: string): unknown =>
    hints.toWire ? toJson(hints.toWire(local, {}), field) : inner.encode(local, field);
  return converted(decode, write, () => true);
}

/** Classes the compiler records for what are not classes of the domain. */
const notADomainClass = new Set<unknown>([
  Object,
  String,
  Number,
  Boolean,
  Array,
  Function,
  Symbol,
  BigInt,
  Promise,
  RegExp,
  Uint8Array,
  ArrayBuffer,
]);

export function codecFor(className: string, declaration: FieldDeclaration, hints: TransformerHints): Codec {
  const codec = codecOfType(typeOf(className, declaration, hints));
  return hints.toLocal || hints.toWire ? transformed(codec, hints) : codec;
}

function codecOfType(type: AnyClass | undefined): Codec {
  if (type === undefined || notADomainClass.has(type)) return plain;
  const found = builtIn.get(type);
  return found ?? instancesOf(type);
}

const builtIn = new Map<unknown, Codec>([
  [Date, date],
  [Map, map],
  [Set, set],
]);

function typeOf(className: string, declaration: FieldDeclaration, hints: TransformerHints): AnyClass | undefined {
  if (declaration.type) return resolve(className, declaration.property, declaration.type);
  const fromTransformer = hints.type?.(undefined);
  return typeof fromTransformer === 'function' ? (fromTransformer as AnyClass) : declaration.designType;
}

/** Arrow functions have no prototype, classes do. */
function resolve(className: string, property: string, type: TypeReference): AnyClass {
  const resolved: unknown = type.prototype === undefined ? (type as () => AnyClass)() : type;
  if (typeof resolved !== 'function') {
    throw new ConfigurationError(
      `${className}.${property}: the function given as type returned ${String(resolved)}, not a class. ` +
        'Check that the class is exported and its module is imported.',
    );
  }
  return resolved as AnyClass;
}
