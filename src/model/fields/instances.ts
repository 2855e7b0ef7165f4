import { TransformationType } from '#class-transformer/enums/transformation-type.enum.js';
import { defaultMetadataStorage } from '#class-transformer/storage.js';
import { TransformOperationExecutor as Executor } from '#class-transformer/TransformOperationExecutor.js';
import { ConfigurationError, ValidationError } from '../errors/index.js';
import type { TransformOptions } from '../ports/transform-options.js';
import { setKey } from '../state/json.js';
import { isSending, writingTo } from '../state/secrets.js';
import { copyAsValue, fromPlain, isRecord } from '../state/slot.js';
import { isStackOverflow } from '../state/walk.js';
import { FieldTransformer, isClassOfRecords, isObject, isWrittenByItself } from './field-transformer.js';

/** The options of that name. @throws ConfigurationError when they are not what class-transformer takes. */
export function checkTransform({ groups, version }: TransformOptions): TransformOptions {
  if (groups !== undefined && !(Array.isArray(groups) && groups.every((group) => typeof group === 'string'))) {
    throw new ConfigurationError('groups must be a list of texts: the groups of @Expose and @Transform that are shown.');
  }
  if (version !== undefined && !Number.isFinite(version)) {
    throw new ConfigurationError('version must be a number: it is compared with since and until of @Expose and @Transform.');
  }
  return { groups, version };
}

const decorated = new WeakMap<object, boolean>();

/** Whether class-transformer's decorators say something about a class. */
function isDecorated(type: object): boolean {
  let known = decorated.get(type);
  if (known === undefined) {
    const { _exposeMetadatas, _excludeMetadatas, _transformMetadatas, _typeMetadatas } = defaultMetadataStorage as unknown as Record<
      string,
      Map<unknown, unknown>
    >;
    const tables = [_exposeMetadatas, _excludeMetadatas, _transformMetadatas, _typeMetadatas];
    known = false;
    for (let at: object | null = type; typeof at === 'function' && !known; at = Object.getPrototypeOf(at)) {
      const own: object = at;
      known = tables.some((table) => table?.has(own));
    }
    decorated.set(type, known);
  }
  return known;
}

/** An object, or what `instanceToPlain` makes of it where its class has class-transformer's decorators. */
export function undecorated(value: object, options?: TransformOptions): object {
  const type: unknown = value.constructor;
  if (type === Object || typeof type !== 'function' || !isDecorated(type) || isRecord(value)) return value;
  return new FieldTransformer(TransformationType.CLASS_TO_PLAIN, options).transform(undefined, value, undefined) as object;
}

/**
 * A value without instances of decorated classes: each of them, however deep, is what `instanceToPlain` makes of it, so that what
 * `@Exclude` keeps back is not sent. What holds none is the same value, not a copy.
 */
export function toPlain<T>(value: T, options?: TransformOptions): T {
  return whole(value, options, new Map());
}

/** The same for a body that is sent now: records in it are the JSON of them, with their secret fields, which `JSON.stringify` leaves out. */
export function toSend<T>(value: T, options?: TransformOptions): T {
  return writingTo('send', () => whole(value, options, new Map()));
}

function whole<T>(value: T, options: TransformOptions | undefined, known: Map<object, unknown>): T {
  try {
    return plainOf(value, options, known) as T;
  } catch (cause) {
    if (!isStackOverflow(cause)) throw cause;
    const message = 'is nested too deeply';
    const field = Object.keys(value as object).find((key) => overflows((value as Record<string, unknown>)[key], options));
    if (field === undefined) throw new ValidationError(`The value ${message}.`, { cause });
    throw new ValidationError(`${field} ${message}.`, { cause, details: [{ field, message }] });
  }
}

function overflows(value: unknown, options: TransformOptions | undefined): boolean {
  try {
    plainOf(value, options, new Map());
    return false;
  } catch (error) {
    return isStackOverflow(error);
  }
}

function isMapOrSet(value: object): value is Map<unknown, unknown> | Set<unknown> {
  return value instanceof Map || value instanceof Set;
}

/** A map as an object and a set as a list, as in fields of records: JSON.stringify knows nothing of what is in them. */
function containerAsPlain(value: object): object {
  if (value instanceof Set) return [...(value as Set<unknown>)];
  if (!(value instanceof Map)) return value;
  const members: Record<string, unknown> = {};
  for (const [key, item] of value as Map<unknown, unknown>) setKey(members, String(key), item);
  return members;
}

/** @param known What has become of the objects met so far; each is looked into once. */
function plainOf(value: unknown, options: TransformOptions | undefined, known: Map<object, unknown>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (known.has(value)) return known.get(value);
  if (isRecord(value) && isSending()) return (value as unknown as { toJSON(): unknown }).toJSON();
  if (isWrittenByItself(value) || value instanceof Date || ArrayBuffer.isView(value)) return value;
  known.set(value, value);
  const plain = undecorated(containerAsPlain(value), options);
  // One call for each level, so that what JSON.stringify can write is not too deep for this.
  let copy: Record<string | number, unknown> | undefined;
  if (plain === value || isMapOrSet(value)) {
    for (const key of Object.keys(plain)) {
      const item = (plain as Record<string, unknown>)[key];
      const plainItem = plainOf(item, options, known);
      if (plainItem === item) continue;
      copy ??= (Array.isArray(plain) ? [...(plain as unknown[])] : { ...plain }) as Record<string, unknown>;
      setKey(copy, key, plainItem);
    }
  }
  const result = copy ?? plain;
  known.set(value, result);
  return result;
}

/**
 * Teaches class-transformer what records are: `plainToInstance` makes them as `fromDict` does, `instanceToPlain` writes them as `toDict`
 * does, and `instanceToInstance` copies them. Its own way, property by property, knows no saved state.
 */
function teachRecords(): void {
  const original = Executor.prototype.transform;
  Executor.prototype.transform = function (source, value, targetType, arrayType, isMap, level) {
    const type = this.transformationType;
    if (isRecord(value)) {
      if (type !== TransformationType.CLASS_TO_PLAIN) return value[copyAsValue]();
      const { groups, version } = this.options;
      const json = value.toDict({ groups, version });
      return source ? Object.assign(source, json) : json;
    }
    if (type === TransformationType.PLAIN_TO_CLASS && isObject(value) && !isMap) {
      const target = targetType ?? (isRecord(source) ? source.constructor : undefined);
      if (isClassOfRecords(target)) return target[fromPlain](value, this.options, isRecord(source) ? source : undefined);
    }
    return original.call(this, source, value, targetType, arrayType, isMap, level);
  };
}

teachRecords();
