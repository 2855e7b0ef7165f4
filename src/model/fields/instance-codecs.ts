import type { TypeMetadata } from 'class-transformer';
import { TransformationType } from '#class-transformer/enums/transformation-type.enum.js';
import type { TransformOptions } from '../ports/transform-options.js';
import { sameAsJson } from '../state/compare.js';
import { copyValue, isContainer } from '../state/copy.js';
import { copyJson, isObject } from '../state/json.js';
import { respelled } from '../state/respell.js';
import { hidesSecrets } from '../state/secrets.js';
import { isRecord, isRecordClass } from '../state/slot.js';
import { hasToJSON, noteSource, recordWrittenAs, toJson } from '../state/to-json.js';
import { at } from '../state/walk.js';
import { readable } from '../state/wire-number.js';
import { FieldTransformer } from './field-transformer.js';
import { hidesSomething, holdsSecrets } from './hiding.js';
import type { Codec } from './metadata.js';
import type { TransformerHints } from './transformer.js';

type Decode = Codec['decode'];
type Write = (local: unknown, field: string, saved?: unknown, record?: object) => unknown;

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
  rewrites,
  holdsSecrets,
}: Pick<Codec, 'decode' | 'lazy' | 'records' | 'copy' | 'holdsSecrets'> & { write: Write; rewrites: () => boolean }): Codec {
  const rewritten: Decode = (saved, source, record) => write(decode(saved, source, record), 'value', saved, record);
  const isWrittenAs = (written: unknown, saved: unknown, source: unknown, record: object | undefined): boolean => {
    if (sameAsJson(written, saved)) return true;
    try {
      return sameAsJson(written, rewritten(saved, source, record));
    } catch {
      return false;
    }
  };
  const same: Codec['same'] = (local, saved, source, record) => {
    try {
      return isWrittenAs(write(local, 'value', saved, record), saved, source, record);
    } catch {
      return false; // a value that cannot be written differs from the saved one; sending it reports why
    }
  };
  const encode: Codec['encode'] = (local, field, saved, source, record) => {
    const written = write(local, field, saved, record);
    if (source === undefined) return written;
    if (!rewrites() && isWrittenAs(written, saved, source, record)) return copyJson(saved);
    // A scalar that has become another one is what it is; inside objects and lists some may be what they were.
    const isNested = isObject(saved) || Array.isArray(saved);
    if (!isNested && !rewrites()) return written;
    let before: unknown;
    try {
      before = rewritten(saved, source, record);
    } catch {
      return written; // nothing of what cannot be decoded is still there
    }
    return respelled(written, saved, before);
  };
  return { decode, encode, same, lazy, records, holdsSecrets, dates: false, copy, rewrites };
}

/** Values of the classes that `@Type`, or a field's `type`, names for each of them. */
export function typed(type: TypeMetadata, property: string, options: TransformOptions): Codec {
  const { discriminator, keepDiscriminatorProperty = false } = type.options ?? {};
  /** The classes that values can be of; undefined for one that depends on the value. */
  const named = [fixedClass(type, property), ...(discriminator?.subTypes.map(({ value }) => value) ?? [])];
  const classOf = (saved: unknown, object: unknown, record: object | undefined): unknown => {
    const chosen = isObject(saved) ? discriminator?.subTypes.find(({ name }) => name === saved[discriminator.property]) : undefined;
    return chosen?.value ?? type.typeFunction?.({ newObject: record ?? {}, object: (object ?? {}) as object, property });
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
    const target = classOf(json, source, record);
    // As class-transformer does it; a record keeps all that its platform sent.
    if (discriminator && !keepDiscriminatorProperty && isObject(json)) delete json[discriminator.property];
    return reader.transform(undefined, json, target, undefined, type.reflectedType === Map, 1);
  };
  const write: Write = (local, field) => {
    if (Array.isArray(local) || local instanceof Set) return [...local].map((item, index) => write(item, `${field}.${index}`) ?? null);
    if (local instanceof Map) {
      return Object.fromEntries([...local].map(([key, item]) => [String(key), write(item, `${field}.${String(key)}`)]));
    }
    if (!isObject(local) || local instanceof Date || (hasToJSON(local) && !isRecord(local))) return toJson(local, field);
    const json = writeInstance(local, field, options);
    const name = discriminator?.subTypes.find(({ value }) => value === local.constructor)?.name;
    if (!discriminator || name === undefined) return json;
    return noteSource({ [discriminator.property]: name, ...(json as object) }, recordWrittenAs(json as object));
  };
  // Instances are copied by way of JSON, so that constructors run and private members exist.
  const copy = (local: unknown): unknown => {
    if (isRecords(named[0])) return copyValue(local);
    if (Array.isArray(local)) return local.map(copy);
    if (local instanceof Set) return new Set([...local].map(copy));
    if (local instanceof Map) return new Map([...local].map(([key, item]) => [key, copy(item)]));
    if (!isObject(local) || isRecord(local) || local instanceof Date || hasToJSON(local) || isContainer(local)) return copyValue(local);
    const reader = new FieldTransformer(TransformationType.PLAIN_TO_CLASS, options);
    return reader.transform(undefined, writeInstance(local, property, options), local.constructor, undefined, false, 1);
  };
  const holds = (): boolean => named.some((target) => target === undefined || holdsSecrets(target));
  const rewrites = (): boolean => {
    if (hidesSecrets() && holds()) return true;
    if (discriminator?.subTypes.some(({ value }) => hidesSomething(value)) || !type.typeFunction || type.typeFunction.length > 0)
      return true;
    return hidesSomething(classOf(undefined, {}, undefined));
  };
  const records = named.some((target) => target === undefined || isRecords(target));
  const lazy = convertsScalars(named[0]) ? 'present' : 'nested';
  return converted({ decode, write, lazy, records, holdsSecrets: holds, copy, rewrites });
}

/** An instance of a class, or a record, as JSON. */
function writeInstance(local: object, field: string, options: TransformOptions): unknown {
  const writer = new FieldTransformer(TransformationType.CLASS_TO_PLAIN, options);
  return toJson(
    at(field, () => writer.transform(undefined, local, undefined)),
    field,
  );
}

function isRecords(target: unknown): boolean {
  return typeof target === 'function' && isRecordClass(target);
}

/** The class that `@Type` names whatever the value is; undefined where that depends on the value. */
function fixedClass({ typeFunction }: TypeMetadata, property: string): unknown {
  return typeFunction?.length === 0 ? typeFunction({ newObject: {}, object: {}, property }) : undefined;
}

/** Whether a text or a number may become something else: of a class that is not known before, or one that class-transformer converts to. */
function convertsScalars(target: unknown): boolean {
  return target === undefined || target === String || target === Number || target === Boolean || target === Date;
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
    records: inner.records,
    holdsSecrets: () => inner.holdsSecrets?.() ?? false,
    copy: (local) => copyValue(local),
    rewrites: () => inner.rewrites?.() ?? false,
  });
}

/** The JSON that a transformation is shown: it may take keys away from it, but the saved state is not its own. */
function copyOf(source: unknown): unknown {
  return isObject(source) ? { ...source } : source;
}
