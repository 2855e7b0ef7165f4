import { TransformationType, type TransformFnParams } from 'class-transformer';
// The decorators' registry is not part of the package's index; every reader of it imports this file.
import storage from 'class-transformer/cjs/storage.js';
import type { AnyClass } from './field.js';

/** Which class an object is an instance of, by one of its members. */
export interface Discriminator {
  property: string;
  subTypes: readonly { name: string; value: AnyClass }[];
}

/** What class-transformer's decorators say about one property of a class. */
export interface TransformerHints {
  /** From `@Type`. */
  type: ((value: unknown) => unknown) | undefined;
  /** From `@Type` with a discriminator. */
  discriminator: Discriminator | undefined;
  /** From `@Expose({ name })`. */
  name: string | undefined;
  /** False where `@Exclude` keeps the property from being read. */
  reads: boolean;
  /** False where `@Exclude` keeps the property from being sent. */
  sends: boolean;
  /** From `@Transform`, in the direction of reading; undefined when there is none. */
  toLocal: ((value: unknown, record: unknown) => unknown) | undefined;
  /** From `@Transform`, in the direction of sending. */
  toWire: ((value: unknown, record: unknown) => unknown) | undefined;
}

const metadata = storage.defaultMetadataStorage;

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
