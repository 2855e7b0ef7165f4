import type { TypeMetadata } from 'class-transformer';
import { ConfigurationError } from '../errors/index.js';
import type { TransformOptions } from '../ports/transform-options.js';
import { sameAsJson } from '../state/compare.js';
import { copyValue } from '../state/copy.js';
import { instantLike, timeOf } from '../state/instant.js';
import { copyJson, isObject } from '../state/json.js';
import { respelled } from '../state/respell.js';
import { hasOwnForm, toJson } from '../state/to-json.js';
import { readable, WireNumber } from '../state/wire-number.js';
import type { AnyClass, FieldDeclaration, TypeReference } from './field.js';
import { transformed, typed } from './instance-codecs.js';
import type { Codec } from './metadata.js';
import type { TransformerHints } from './transformer.js';

const plain: Codec = {
  decode: (saved) => readable(copyJson(saved)),
  encode: (local, field, saved) =>
    saved !== undefined && sameAsJson(local, saved) ? copyJson(saved) : respelled(toJson(local, field), saved),
  same: sameAsJson,
  lazy: 'nested',
  records: false,
  dates: false,
  isJson: true,
  copy: (local) => copyValue(local),
};

/** An id is text where a number cannot hold it. */
const id: Codec = {
  ...plain,
  decode: (saved) => (saved instanceof WireNumber ? saved.digits : plain.decode(saved)),
  encode: (local, field, saved) => (isText(local, saved) ? saved : plain.encode(local, field, saved)),
  same: (local, saved) => isText(local, saved) || sameAsJson(local, saved),
};

function isText(local: unknown, saved: unknown): boolean {
  return saved instanceof WireNumber && saved.digits === local;
}

function decodeDate(saved: unknown): unknown {
  if (Array.isArray(saved)) return saved.map((item) => decodeDate(item));
  return typeof saved === 'string' || typeof saved === 'number' ? new Date(timeOf(saved)) : readable(copyJson(saved));
}

/** A date that still equals the saved one is written with the platform's own text; another one takes its form. */
function encodeDate(local: unknown, field: string, saved: unknown): unknown {
  if (saved !== undefined && sameAsJson(local, saved)) return copyJson(saved);
  if (Array.isArray(local) && Array.isArray(saved)) {
    return local.map((item, index) => encodeDate(item, `${field}.${index}`, index < saved.length ? saved[index] : saved[0]));
  }
  return local instanceof Date && !Number.isNaN(local.getTime()) && !hasOwnForm(local) ? instantLike(local, saved) : toJson(local, field);
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
  decode: (saved) => (isObject(saved) ? new Map(Object.entries(plain.decode(saved) as object)) : plain.decode(saved)),
};

const set: Codec = {
  ...plain,
  decode: (saved) => (Array.isArray(saved) ? new Set(plain.decode(saved) as unknown[]) : plain.decode(saved)),
};

/** Whole numbers of any size, from numbers and from texts of digits. */
function decodeBigInt(saved: unknown): unknown {
  if (Array.isArray(saved)) return saved.map(decodeBigInt);
  const digits = saved instanceof WireNumber ? saved.digits : saved;
  const isWhole = typeof digits === 'string' ? /^\s*-?\d+\s*$/.test(digits) : Number.isInteger(digits);
  return isWhole ? BigInt(digits as string | number) : plain.decode(saved);
}

/** They are sent as numbers, but as texts where the platform sends texts. */
function encodeBigInt(local: unknown, field: string, saved: unknown): unknown {
  if (Array.isArray(local)) {
    const items = Array.isArray(saved) ? saved : [];
    return local.map((item, index) => encodeBigInt(item, `${field}.${index}`, items[index] ?? items[0]));
  }
  const value = decodeBigInt(local);
  if (typeof value !== 'bigint') return toJson(local, field);
  return typeof saved === 'string' ? String(value) : WireNumber.of(value);
}

function sameBigInt(local: unknown, saved: unknown): boolean {
  if (Array.isArray(local) && Array.isArray(saved)) {
    return local.length === saved.length && local.every((item, index) => sameBigInt(item, saved[index]));
  }
  return decodeBigInt(local) === decodeBigInt(saved) || sameAsJson(local, saved);
}

const bigInt: Codec = {
  decode: decodeBigInt,
  encode: encodeBigInt,
  same: sameBigInt,
  lazy: 'present',
  records: false,
  dates: false,
  digits: true,
  // In toDict() they are texts, whatever came.
  rewrites: () => true,
  copy: (local) => copyValue(local),
};

/** Classes that the compiler writes into decorator metadata for types that are not classes of the domain. */
const notADomainClass = new Set<unknown>([
  undefined,
  Object,
  String,
  Number,
  Boolean,
  Array,
  Function,
  Symbol,
  Promise,
  RegExp,
  Uint8Array,
  ArrayBuffer,
]);

const builtIn = new Map<unknown, Codec>([
  [Date, date],
  [Map, map],
  [Set, set],
  [BigInt, bigInt],
]);

/**
 * The codec of a field: its type from `@Field({ type })`, else from `@Type`, else from the compiler's decorator metadata, wrapped in its
 * `@Transform` functions. Without a type, an id, and a key that has the id of another record, is text where a number cannot hold it.
 *
 * @throws ConfigurationError when the function given as the type does not return a class.
 */
export function codecFor(
  className: string,
  declaration: FieldDeclaration,
  hints: TransformerHints,
  { isId, isKey, options }: { isId: boolean; isKey: boolean; options: TransformOptions },
): Codec {
  const declared = isId && !declaration.type ? id : typeCodec(className, declaration, hints, options);
  const codec = isKey && declared === plain ? id : declared;
  return hints.toLocal || hints.toWire ? transformed(codec, hints) : codec;
}

function typeCodec(className: string, declaration: FieldDeclaration, hints: TransformerHints, options: TransformOptions): Codec {
  const { property, designType } = declaration;
  if (declaration.type && !hints.type?.options?.discriminator) {
    const type = resolve(className, property, declaration.type);
    const container = designType === Map || designType === Set ? designType : undefined;
    if (builtIn.has(type) && !(container && type !== container)) return builtIn.get(type) as Codec;
    if (notADomainClass.has(type)) return builtIn.get(container) ?? plain;
    return typed(typeMetadata(property, type, container), property, options);
  }
  if (hints.type) {
    const { typeFunction, options: typeOptions, reflectedType } = hints.type;
    // A function without parameters names the same class each time.
    const fixed: unknown = typeFunction?.length === 0 ? typeFunction({ newObject: {}, object: {}, property }) : undefined;
    const isContainer = reflectedType === Map || reflectedType === Set;
    const simple = typeOptions?.discriminator || isContainer ? undefined : builtIn.get(fixed);
    return simple ?? typed(hints.type, property, options);
  }
  // The compiler names the class of a value, but a transformation is given what came.
  if (hints.toLocal || notADomainClass.has(designType)) return plain;
  return builtIn.get(designType) ?? typed(typeMetadata(property, designType as AnyClass, undefined), property, options);
}

function typeMetadata(property: string, type: unknown, container: unknown): TypeMetadata {
  return {
    target: Object,
    propertyName: property,
    reflectedType: container,
    typeFunction: () => type,
    options: {},
  } as unknown as TypeMetadata;
}

/** Resolves a thunk to its class. Arrow functions have no prototype; classes do. */
function resolve(className: string, property: string, type: TypeReference): unknown {
  const resolved: unknown = type.prototype === undefined ? (type as () => unknown)() : type;
  if (typeof resolved !== 'function') {
    throw new ConfigurationError(
      `${className}.${property}: the function given as type returned ${String(resolved)}, not a class. ` +
        'Check that the class is exported and its module is imported.',
    );
  }
  return resolved;
}
