import { TransformationType, type TransformFnParams } from 'class-transformer';
// The package's index does not export the registry of its decorators, so it is imported from its own file.
import storage from 'class-transformer/cjs/storage.js';
import type { AnyClass } from './field.js';

/** Chooses the class of an object by the value of one of its members. */
export interface Discriminator {
  property: string;
  subTypes: readonly { name: string; value: AnyClass }[];
}

/** The settings of class-transformer's decorators for one property of a class. */
export interface TransformerHints {
  /** From `@Type`. */
  type: ((value: unknown) => unknown) | undefined;
  /** From `@Type` with a discriminator. */
  discriminator: Discriminator | undefined;
  /** From `@Expose({ name })`. */
  name: string | undefined;
  /** False when `@Exclude` excludes the property from reading. */
  reads: boolean;
  /** False when `@Exclude` excludes the property from sending. */
  sends: boolean;
  /** From `@Transform`, for reading; undefined when there is none. */
  toLocal: ((value: unknown, record: unknown) => unknown) | undefined;
  /** From `@Transform`, for sending; undefined when there is none. */
  toWire: ((value: unknown, record: unknown) => unknown) | undefined;
}

const metadata = storage.defaultMetadataStorage;

/** Reads class-transformer's decorators of one property, inherited ones included. */
export function transformerHints(target: object, property: string): TransformerHints {
  const owner = target as new () => object;
  const type = metadata.findTypeMetadata(owner, property);
  const expose = metadata.findExposeMetadata(owner, property);
  const exclude = metadata.findExcludeMetadata(owner, property);
  return {
    type: type && (() => type.typeFunction({ newObject: {}, object: {}, property })),
    discriminator: type?.options?.discriminator as Discriminator | undefined,
    name: expose?.options?.name,
    reads: !exclude || exclude.options.toPlainOnly === true,
    sends: !exclude || exclude.options.toClassOnly === true,
    toLocal: transforms(owner, property, TransformationType.PLAIN_TO_CLASS),
    toWire: transforms(owner, property, TransformationType.CLASS_TO_PLAIN),
  };
}

function transforms(owner: new () => object, property: string, type: TransformationType): TransformerHints['toLocal'] {
  const found = metadata.findTransformMetadatas(owner, property, type);
  if (found.length === 0) return undefined;
  return (value, record) => {
    let result = value;
    for (const { transformFn } of found) {
      const params: TransformFnParams = { value: result, key: property, obj: record, type, options: {} };
      result = transformFn(params);
    }
    return result;
  };
}
