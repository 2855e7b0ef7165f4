import { instanceToPlain, plainToInstance } from 'class-transformer';
import { ConfigurationError } from '../errors/index.js';
import { sameAsJson } from '../state/compare.js';
import { copyValue, isContainer } from '../state/copy.js';
import { copyJson, isObject } from '../state/json.js';
import { hydrateValue, isRecordClass } from '../state/slot.js';
import { hasToJSON, toJson } from '../state/to-json.js';
import type { AnyClass, FieldDeclaration, TypeReference } from './field.js';
import type { Codec } from './metadata.js';
import type { Discriminator, TransformerHints } from './transformer.js';

const isNested = (saved: unknown): boolean => typeof saved === 'object' && saved !== null;

const plain: Codec = {
  decode: (saved) => copyJson(saved),
  encode: (local, field) => toJson(local, field),
  same: sameAsJson,
  lazy: 'nested',
  records: false,
  dates: false,
  copy: (local) => copyValue(local),
};

function decodeDate(saved: unknown): unknown {
  if (Array.isArray(saved)) return saved.map((item) => decodeDate(item));
  return typeof saved === 'string' || typeof saved === 'number' ? new Date(saved) : copyJson(saved);
}

/** A date that still equals the saved one is written with the platform's own text. */
function encodeDate(local: unknown, field: string, saved: unknown): unknown {
  if (saved !== undefined && sameAsJson(local, saved)) return copyJson(saved);
  if (!Array.isArray(local) || !Array.isArray(saved)) return toJson(local, field);
  return local.map((item, index) => encodeDate(item, `${field}.${index}`, saved[index]));
}

/** Dates are decoded together with the record, not on first read, because a Date may be changed in place. */
const date: Codec = {
  decode: decodeDate,
  encode: encodeDate,
  same: sameAsJson,
  lazy: 'nested',
  records: false,
  dates: true,
  // A copy has no saved state behind it, so text that is not a date must stay that text.
  copy: (local, saved) => (local instanceof Date && Number.isNaN(local.getTime()) && typeof saved === 'string' ? saved : copyValue(local)),
};

const map: Codec = {
  ...plain,
  decode: (saved) => (isObject(saved) ? new Map(Object.entries(copyJson(saved))) : copyJson(saved)),
};

const set: Codec = {
  ...plain,
  decode: (saved) => (Array.isArray(saved) ? new Set(copyJson(saved)) : copyJson(saved)),
};

/**
 * A codec made of a pair of functions. Decoding a value and writing it again may change its text, so both sides are compared in their
 * written form.
 */
function converted({
  decode,
  write,
  lazy,
  records,
  copy,
}: Pick<Codec, 'decode' | 'lazy' | 'records' | 'copy'> & { write: (local: unknown, field: string) => unknown }): Codec {
  const isWrittenAs = (written: unknown, saved: unknown, source: unknown): boolean => {
    if (sameAsJson(written, saved)) return true;
    try {
      return sameAsJson(written, write(decode(saved, source), 'value'));
    } catch {
      return false;
    }
  };
  const same = (local: unknown, saved: unknown, source?: unknown): boolean => {
    try {
      return isWrittenAs(write(local, 'value'), saved, source);
    } catch {
      return false; // a value that cannot be written differs from the saved one; sending it reports why
    }
  };
  const encode = (local: unknown, field: string, saved?: unknown, source?: unknown): unknown => {
    const written = write(local, field);
    return source !== undefined && isWrittenAs(written, saved, source) ? copyJson(saved) : written;
  };
  return { decode, encode, same, lazy, records, dates: false, copy };
}

function instancesOf(type: AnyClass, discriminator: Discriminator | undefined): Codec {
  const classFor = (saved: Record<string, unknown>): AnyClass =>
    discriminator?.subTypes.find(({ name }) => name === saved[discriminator.property])?.value ?? type;
  const decode = (saved: unknown): unknown => {
    if (Array.isArray(saved)) return saved.map((item) => decode(item));
    if (!isObject(saved)) return saved;
    const target = classFor(saved);
    return isRecordClass(target) ? target[hydrateValue](saved) : plainToInstance(target as unknown as new () => object, copyJson(saved));
  };
  const write = (local: unknown, field: string): unknown => {
    if (Array.isArray(local)) return local.map((item, index) => write(item, `${field}.${index}`));
    if (!isObject(local) || hasToJSON(local)) return toJson(local, field);
    const json = toJson(instanceToPlain(local), field);
    const name = discriminator?.subTypes.find(({ value }) => value === local.constructor)?.name;
    return discriminator && name !== undefined ? { [discriminator.property]: name, ...(json as object) } : json;
  };
  // Instances are copied by way of JSON, so that constructors run and private members exist.
  const copy = (local: unknown): unknown => {
    if (isRecordClass(type)) return copyValue(local);
    if (Array.isArray(local)) return local.map(copy);
    return isNested(local) && !isContainer(local as object) && !hasToJSON(local as object)
      ? decode(write(local, 'value'))
      : copyValue(local);
  };
  const records = [type, ...(discriminator?.subTypes.map(({ value }) => value) ?? [])].some((target) => isRecordClass(target));
  return converted({ decode, write, lazy: 'nested', records, copy });
}

function transformed(inner: Codec, hints: TransformerHints): Codec {
  const decode = (saved: unknown, source: unknown = {}): unknown =>
    hints.toLocal ? hints.toLocal(copyJson(saved), source) : inner.decode(saved);
  const write = (local: unknown, field: string): unknown =>
    hints.toWire ? toJson(hints.toWire(local, {}), field) : inner.encode(local, field);
  return converted({ decode, write, lazy: 'always', records: inner.records, copy: (local) => copyValue(local) });
}

/** Classes that the compiler writes into decorator metadata for types that are not classes of the domain. */
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

const builtIn = new Map<unknown, Codec>([
  [Date, date],
  [Map, map],
  [Set, set],
]);

/**
 * The codec of a field: its type from `@Field({ type })`, else from `@Type`, else from the compiler's decorator metadata, wrapped in its
 * `@Transform` functions.
 *
 * @throws ConfigurationError when the function given as the type does not return a class.
 */
export function codecFor(className: string, declaration: FieldDeclaration, hints: TransformerHints): Codec {
  const type = typeOf(className, declaration, hints);
  const codec = type === undefined || notADomainClass.has(type) ? plain : (builtIn.get(type) ?? instancesOf(type, hints.discriminator));
  return hints.toLocal || hints.toWire ? transformed(codec, hints) : codec;
}

function typeOf(className: string, declaration: FieldDeclaration, hints: TransformerHints): AnyClass | undefined {
  if (declaration.type) return resolve(className, declaration.property, declaration.type);
  const fromTransformer = hints.type?.(undefined);
  return typeof fromTransformer === 'function' ? (fromTransformer as AnyClass) : declaration.designType;
}

/** Resolves a thunk to its class. Arrow functions have no prototype; classes do. */
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
