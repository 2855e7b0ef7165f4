import { TransformationType, type TypeMetadata } from 'class-transformer';
import { ConfigurationError } from '../errors/index.js';
import { sameAsJson } from '../state/compare.js';
import { copyValue } from '../state/copy.js';
import { instantLike, timeOf } from '../state/instant.js';
import { copyJson, isObject } from '../state/json.js';
import { respelled } from '../state/respell.js';
import { isRecord, type TransformOptions } from '../state/slot.js';
import { hasToJSON, toJson } from '../state/to-json.js';
import { readable, WireNumber } from '../state/wire-number.js';
import type { AnyClass, FieldDeclaration, TypeReference } from './field.js';
import { hidesSomething } from './hiding.js';
import { FieldTransformer } from './instances.js';
import type { Codec } from './metadata.js';
import type { TransformerHints } from './transformer.js';

const plain: Codec = {
  decode: (saved) => readable(copyJson(saved)),
  encode: (local, field, saved) =>
    saved !== undefined && sameAsJson(local, saved) ? copyJson(saved) : respelled(toJson(local, field), saved),
  same: sameAsJson,
  lazy: 'nested',
  dates: false,
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

/** Each date that is still what the platform said keeps the platform's spelling, and another one takes its form. */
function encodeDate(local: unknown, field: string, saved: unknown): unknown {
  if (saved !== undefined && sameAsJson(local, saved)) return copyJson(saved);
  if (Array.isArray(local) && Array.isArray(saved)) {
    return local.map((item, index) => encodeDate(item, `${field}.${index}`, index < saved.length ? saved[index] : saved[0]));
  }
  return local instanceof Date && !Number.isNaN(local.getTime()) ? instantLike(local, saved) : toJson(local, field);
}

/** Dates are made when the record is, since a date in hand may be changed in place. */
const date: Codec = {
  decode: decodeDate,
  encode: encodeDate,
  same: sameAsJson,
  lazy: 'nested',
  dates: true,
  // A copy belongs to no answer, so a text that is no date must stay the text it is.
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
  dates: false,
  digits: true,
  // In toDict() they are texts, whatever came.
  rewrites: () => true,
  copy: (local) => copyValue(local),
};

type Decode = Codec['decode'];
type Write = (local: unknown, field: string, saved?: unknown, record?: object) => unknown;

/** A codec over a pair of functions. Reading and writing again may respell a value, so both sides are compared as written. */
function converted({
  decode,
  write,
  lazy,
  copy,
  rewrites,
}: Pick<Codec, 'decode' | 'lazy' | 'copy'> & { write: Write; rewrites: () => boolean }): Codec {
  const rewritten: Decode = (saved, source, record) => write(decode(saved, source, record), 'value', saved, record);
  const same: Codec['same'] = (local, saved, source, record) => {
    try {
      const written = write(local, 'value', saved, record);
      return sameAsJson(written, saved) || sameAsJson(written, rewritten(saved, source, record));
    } catch {
      return false; // what cannot be written is not what was saved; sending it says why
    }
  };
  const encode: Codec['encode'] = (local, field, saved, source, record) => {
    if (source === undefined) return write(local, field, saved, record);
    if (!rewrites() && same(local, saved, source, record)) return copyJson(saved);
    const written = write(local, field, saved, record);
    // A scalar that has become another one is what it is; inside objects and lists some may be what they were.
    const isNested = isObject(saved) || Array.isArray(saved);
    return isNested || rewrites() ? respelled(written, saved, rewritten(saved, source, record)) : written;
  };
  return { decode, encode, same, lazy, dates: false, copy, rewrites };
}

/** Values of the classes that `@Type`, or a field's `type`, names for each of them. */
function typed(type: TypeMetadata, property: string, options: TransformOptions): Codec {
  const { discriminator, keepDiscriminatorProperty = false } = type.options ?? {};
  const classOf = (saved: unknown, object: unknown, record: object | undefined): unknown => {
    const named = isObject(saved) ? discriminator?.subTypes.find(({ name }) => name === saved[discriminator.property]) : undefined;
    return named?.value ?? type.typeFunction?.({ newObject: record ?? {}, object: (object ?? {}) as object, property });
  };
  const decode: Decode = (saved, source, record) => {
    if (saved === undefined) return undefined;
    const json = copyJson(saved);
    const reader = new FieldTransformer(TransformationType.PLAIN_TO_CLASS, options);
    if (Array.isArray(json)) {
      if (!discriminator) return reader.transform(undefined, json, classOf(json, source, record), type.reflectedType, false, 1);
      // class-transformer takes every item of such a list for an object.
      const items = json.map((item) => (isObject(item) ? (reader.transform(undefined, [item], type) as unknown[])[0] : item));
      return type.reflectedType === Set ? new Set(items) : items;
    }
    const named = classOf(json, source, record);
    // As class-transformer does it; a record keeps all that its platform sent.
    if (discriminator && !keepDiscriminatorProperty && isObject(json)) delete json[discriminator.property];
    return reader.transform(undefined, json, named, undefined, type.reflectedType === Map, 1);
  };
  const write: Write = (local, field) => {
    if (Array.isArray(local) || local instanceof Set) return [...local].map((item, index) => write(item, `${field}.${index}`) ?? null);
    if (local instanceof Map) {
      return Object.fromEntries([...local].map(([key, item]) => [String(key), write(item, `${field}.${String(key)}`)]));
    }
    if (!isObject(local) || local instanceof Date || (hasToJSON(local) && !isRecord(local))) return toJson(local, field);
    const json = toJson(new FieldTransformer(TransformationType.CLASS_TO_PLAIN, options).transform(undefined, local, undefined), field);
    const name = discriminator?.subTypes.find(({ value }) => value === local.constructor)?.name;
    return discriminator && name !== undefined ? { [discriminator.property]: name, ...(json as object) } : json;
  };
  // Instances are copied by way of JSON, so that constructors run and private members exist.
  const copy = (local: unknown): unknown => {
    if (Array.isArray(local)) return local.map(copy);
    if (local instanceof Set) return new Set([...local].map(copy));
    if (local instanceof Map) return new Map([...local].map(([key, item]) => [key, copy(item)]));
    if (!isObject(local) || isRecord(local) || local instanceof Date || hasToJSON(local) || local.constructor === Object)
      return copyValue(local);
    const reader = new FieldTransformer(TransformationType.PLAIN_TO_CLASS, options);
    const json = toJson(new FieldTransformer(TransformationType.CLASS_TO_PLAIN, options).transform(undefined, local, undefined), property);
    return reader.transform(undefined, json, local.constructor, undefined, false, 1);
  };
  const rewrites = (): boolean => {
    if (discriminator?.subTypes.some(({ value }) => hidesSomething(value)) || !type.typeFunction || type.typeFunction.length > 0)
      return true;
    return hidesSomething(classOf(undefined, {}, undefined));
  };
  return converted({ decode, write, lazy: convertsScalars(type) ? 'present' : 'nested', copy, rewrites });
}

/** Whether a text or a number may become something else: of a class that is not known before, or one that class-transformer converts to. */
function convertsScalars({ typeFunction }: TypeMetadata): boolean {
  if (!typeFunction || typeFunction.length > 0) return true;
  const named: unknown = typeFunction({ newObject: {}, object: {}, property: '' });
  return named === String || named === Number || named === Boolean || named === Date;
}

/** What `@Transform` makes of a value that has been read, and of one that is sent. It is not called for a missing key, as `@Expose` decides. */
function transformed(inner: Codec, hints: TransformerHints): Codec {
  const { toLocal, toWire, readsMissing, sendsMissing } = hints;
  const decode: Decode = (saved, source = {}, record) => {
    if (!toLocal) return inner.decode(saved, source, record);
    if (saved === undefined && !readsMissing) return undefined;
    return toLocal(inner.decode(saved, source, record), readable(copyOf(source)));
  };
  const write: Write = (local, field, saved, record) => {
    if (!toWire) return inner.encode(local, field, saved, undefined, record);
    if (local === undefined && !sendsMissing) return undefined;
    const result = toWire(local, record ?? {});
    return typeof result === 'object' && result !== null ? inner.encode(result, field) : toJson(result, field);
  };
  return converted({
    decode,
    write,
    lazy: toLocal && readsMissing ? 'always' : 'present',
    copy: (local) => copyValue(local),
    rewrites: () => inner.rewrites?.() ?? false,
  });
}

/** The JSON that a transformation is shown: it may take keys away from it, but the saved state is not its own. */
function copyOf(source: unknown): unknown {
  return isObject(source) ? { ...source } : source;
}

/** Classes the compiler records for what are not classes of the domain. */
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

export function codecFor(
  className: string,
  declaration: FieldDeclaration,
  hints: TransformerHints,
  { isId, options }: { isId: boolean; options: TransformOptions },
): Codec {
  const codec = isId && !declaration.type ? id : typeCodec(className, declaration, hints, options);
  return hints.toLocal || hints.toWire ? transformed(codec, hints) : codec;
}

function typeCodec(className: string, declaration: FieldDeclaration, hints: TransformerHints, options: TransformOptions): Codec {
  const { property, designType } = declaration;
  if (declaration.type) {
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

/** Arrow functions have no prototype, classes do. */
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
