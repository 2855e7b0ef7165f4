import { TransformationType, type TypeMetadata } from 'class-transformer';
import { sameAsJson } from '../state/compare.js';
import { copyValue } from '../state/copy.js';
import { copyJson, isObject } from '../state/json.js';
import { respelled } from '../state/respell.js';
import { isRecord, type TransformOptions } from '../state/slot.js';
import { hasToJSON, toJson } from '../state/to-json.js';
import { readable } from '../state/wire-number.js';
import { hidesSomething } from './hiding.js';
import { FieldTransformer } from './instances.js';
import type { Codec } from './metadata.js';
import type { TransformerHints } from './transformer.js';

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
export function typed(type: TypeMetadata, property: string, options: TransformOptions): Codec {
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
export function transformed(inner: Codec, hints: TransformerHints): Codec {
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
