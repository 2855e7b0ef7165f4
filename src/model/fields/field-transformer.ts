import type { ClassTransformOptions } from 'class-transformer';
import { defaultOptions } from '#class-transformer/constants/default-options.constant.js';
import { TransformationType } from '#class-transformer/enums/transformation-type.enum.js';
import { defaultMetadataStorage } from '#class-transformer/storage.js';
import { TransformOperationExecutor as Executor } from '#class-transformer/TransformOperationExecutor.js';
import type { TransformOptions } from '../ports/transform-options.js';
import { hydrateValue, isRecord, isRecordClass, type TransformedClass, writeAsValue } from '../state/slot.js';
import { refuse } from '../state/walk.js';
import { WireNumber } from '../state/wire-number.js';
import { hasMembers } from '../support/has-members.js';

/**
 * class-transformer's own conversions, for values of fields. Records are made of their JSON and written as such, numbers keep their digits,
 * and values that say themselves how JSON writes them are left to that.
 */
export class FieldTransformer extends Executor {
  readonly #above = new Set<object>();

  constructor(type: TransformationType, options: TransformOptions = {}) {
    super(type, { ...defaultOptions, ...classTransformerOptions(options) });
  }

  override transform(source: unknown, value: unknown, targetType: unknown, arrayType?: unknown, isMap?: boolean, level?: number): unknown {
    if (this.transformationType === TransformationType.PLAIN_TO_CLASS) {
      if (value instanceof WireNumber) return targetType === String ? value.digits : value.value;
      if (isObject(value) && !isMap && isClassOfRecords(targetType)) return targetType[hydrateValue](value, this.options);
      return super.transform(source, value, targetType, arrayType, isMap, level);
    }
    if (isRecord(value)) return value[writeAsValue](this.options);
    if (typeof value !== 'object' || value === null || isWrittenByItself(value)) return value;
    if (this.#above.has(value)) refuse('contains itself, which JSON cannot carry');
    this.#above.add(value);
    try {
      return super.transform(source, value, targetType, arrayType, isMap, level);
    } finally {
      this.#above.delete(value);
    }
  }

  /** Functions are no data, but for methods that `@Expose` makes values. */
  override getKeys(target: unknown, object: object, isMap: boolean): string[] {
    const keys = super.getKeys(target, object, isMap);
    if (this.transformationType === TransformationType.PLAIN_TO_CLASS || isMap || object instanceof Map) return keys;
    const own = object as Record<string, unknown>;
    return keys.filter((key) => typeof own[key] !== 'function' || defaultMetadataStorage.findExposeMetadata(target as never, key));
  }
}

/** What class-transformer takes for our options. */
export function classTransformerOptions({ groups, version }: TransformOptions): ClassTransformOptions {
  return { groups: groups && [...groups], version } as ClassTransformOptions;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return hasMembers(value) && !(value instanceof Set);
}

export function isWrittenByItself(value: object): boolean {
  return !(value instanceof Date) && 'toJSON' in value && typeof value.toJSON === 'function';
}

export function isClassOfRecords(type: unknown): type is TransformedClass {
  return typeof type === 'function' && isRecordClass(type);
}
