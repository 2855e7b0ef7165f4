import { metadataOf } from './compile.js';
import { ownFields } from './field.js';
import type { Codec, FieldMetadata } from './metadata.js';

/** What is known of the values of a field. A text or a number may also come in a list, where the class does not say `'list'`. */
export type ValueType = 'text' | 'number' | 'boolean' | 'date' | 'bigint' | 'list' | 'any';

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
  const types = declaredTypes(target);
  return metadataOf(target).fields.map(({ property, wire, codec, readOnly, createOnly, required, nullable, secret }) => ({
    property,
    wire,
    type: valueTypeOf(types.get(property), codec),
    readOnly,
    createOnly,
    required,
    nullable,
    secret,
  }));
}

/** What a class and its parents say that the values of their properties are. */
function declaredTypes(target: object): ReadonlyMap<string, unknown> {
  const types = new Map<string, unknown>();
  for (let at: object | null = target; typeof at === 'function'; at = Object.getPrototypeOf(at)) {
    for (const { property, type, designType } of ownFields(at)) if (!types.has(property)) types.set(property, type ?? designType);
  }
  return types;
}

const valueTypes = new Map<unknown, ValueType>([
  [String, 'text'],
  [Number, 'number'],
  [Boolean, 'boolean'],
  [Array, 'list'],
]);

function valueTypeOf(type: unknown, { dates, digits }: Codec): ValueType {
  if (dates) return 'date';
  if (digits) return 'bigint';
  return valueTypes.get(type) ?? 'any';
}
