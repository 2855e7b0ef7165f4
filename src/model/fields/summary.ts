import { metadataOf } from './compile.js';
import type { FieldMetadata, ValueType } from './metadata.js';

/** What a class declares of one field. */
export interface FieldSummary extends Pick<FieldMetadata, 'property' | 'readOnly' | 'createOnly' | 'required' | 'nullable' | 'secret'> {
  /** The key in responses. */
  readonly wire: string;
  /**
   * What the class says of its values: by `@Field({ type })`, else by the decorator metadata of the compiler, which knows no type of values
   * that may be null. `'any'` where neither says it.
   */
  readonly type: ValueType;
}

/** The fields of a class in order of declaration, inherited ones first and the id before all others. */
export function fieldSummaries(target: object): readonly FieldSummary[] {
  return metadataOf(target).fields.map(({ property, wire, type, readOnly, createOnly, required, nullable, secret }) => ({
    property,
    wire,
    type,
    readOnly,
    createOnly,
    required,
    nullable,
    secret,
  }));
}
