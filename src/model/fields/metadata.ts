import type { TransformOptions } from '../ports/transform-options.js';
import type { Relation } from '../relations/declaration.js';
import type { RecordState } from '../state/slot.js';
import type { StandardSchema } from '../support/standard-schema.js';
import type { EntityOptions } from './entity-options.js';

/** What a `@Transform` of one direction does; `obj` is the JSON or the record that the value stands in. */
export type Transformation = (value: unknown, obj: unknown) => unknown;

/** A getter or method that `@Expose` makes a value of `toDict()`. */
export interface ComputedValue {
  property: string;
  /** The key in `toDict()`. */
  name: string;
  transform: Transformation | undefined;
}

/**
 * Checks a value that is neither null nor undefined. Returns the problem as text that follows the field's name ('must be …'), or
 * undefined when the value is valid.
 */
export type FieldCheck = (value: unknown) => string | undefined;

/** Converts one field's value from and to JSON, and compares the two. `source` is the JSON of the whole record, `record` the record. */
export interface Codec {
  /** Converts JSON to a value that shares nothing with the JSON. */
  decode(saved: unknown, source?: unknown, record?: object): unknown;
  /**
   * Converts a value to JSON, as a copy. A value that still equals `saved` is written as the platform sent it.
   *
   * @throws ValidationError for a value that JSON cannot represent.
   */
  encode(local: unknown, field: string, saved?: unknown, source?: unknown, record?: object): unknown;
  /** Whether a value equals the saved JSON. */
  same(local: unknown, saved: unknown, source?: unknown, record?: object): boolean;
  /**
   * Which JSON values are decoded on first read: only objects and arrays, all that are present, or missing ones as well. The others are set
   * when the record is hydrated.
   */
  readonly lazy: 'nested' | 'present' | 'always';
  /** Whether objects are decoded to records, which have a saved state of their own. */
  readonly records: boolean;
  /** Whether there may be records with secret fields in its values. Default: false. */
  holdsSecrets?(): boolean;
  /** Whether texts and numbers are decoded to Dates. */
  readonly dates: boolean;
  /** Whether decoding runs none of the user's code, and so may be done before the value is read. Default: false. */
  readonly isJson?: boolean;
  /** Whether what is written of an unchanged value may differ from what was read: it hides some, or has another form in `toDict()`. */
  rewrites?(): boolean;
  /** Whether texts of digits are numbers: what `toDict()` writes of a bigint. */
  readonly digits?: boolean;
  /** A deep copy of a local value. */
  copy(local: unknown, saved?: unknown): unknown;
}

/** Whether a JSON value is decoded on first read. */
export function isLazy(codec: Codec, json: unknown): boolean {
  return (typeof json === 'object' && json !== null) || (codec.lazy !== 'nested' && (json !== undefined || codec.lazy === 'always'));
}

/** The compiled declaration of one field. */
export interface FieldMetadata {
  /** The position among the fields of the class. */
  readonly index: number;
  readonly property: string;
  /** The key in responses, and so in the saved state. */
  readonly wire: string;
  /** The key in requests and in `toDict()`. */
  readonly sentAs: string;
  readonly readOnly: boolean;
  readonly createOnly: boolean;
  readonly required: boolean;
  readonly check: FieldCheck | undefined;
  readonly nullable: boolean;
  readonly schema: StandardSchema | undefined;
  /** Whether it is the version of the record, which updates send back. */
  readonly isVersion: boolean;
  /** Whether the field is read from responses. */
  readonly reads: boolean;
  /** Whether the field is sent, and therefore takes part in the dirty check. */
  readonly sends: boolean;
  /** Whether the value is not shown. */
  readonly secret: boolean;
  /** Whether a clone gets a copy of the value. */
  readonly copies: boolean;
  readonly equals: ((local: unknown, saved: unknown) => boolean) | undefined;
  readonly codec: Codec;
  /** The own accessor for values that are decoded on first read. All records of the class share it. */
  readonly accessor: PropertyDescriptor;
  /** The position among the fields whose values are dates; -1 for other fields. */
  readonly dateIndex: number;
}

/** The combined declarations of a class and its parents, compiled once per class. */
export interface RecordMetadata {
  readonly className: string;
  readonly fields: readonly FieldMetadata[];
  readonly byProperty: ReadonlyMap<string, FieldMetadata>;
  readonly id: FieldMetadata;
  /** The fields whose values are not shown. */
  readonly secrets: readonly FieldMetadata[];
  /** The fields whose values are dates, in order of `dateIndex`. */
  readonly dates: readonly FieldMetadata[];
  readonly options: EntityOptions;
  /** The relations by name; null for a class that has none. */
  readonly relations: ReadonlyMap<string, Relation> | null;
  /** The getters and methods that `toDict()` shows. */
  readonly computed: readonly ComputedValue[];
  /** Whether keys that no field declares are sent back. */
  readonly keepsUnknown: boolean;
  /** The groups and the version that class-transformer's decorators were read for. */
  readonly transform: TransformOptions;
  /** The keys on the wire that belong to a field or to a computed value. */
  readonly wireNames: ReadonlySet<string>;
  /** Finds fields that may have changed; compiled on first use. */
  scan: Scan | null;
  /** Sets the fields of a record from its saved state; compiled on first use. */
  hydrator: Hydrator | null;
}

/** Sets all fields of a record from its saved state. */
export type Hydrator = (record: object, saved: Readonly<Record<string, unknown>>, state: RecordState) => void;

/**
 * Returns the index of the first field, from `from` on, whose value may differ from the saved JSON; -1 when there is none. It compares only
 * identities and time stamps, so the field it returns must still be compared by value.
 *
 * @param values The values behind the accessors, by field index; undefined for a value that has not been read or set.
 * @param times The time stamps of the saved dates, in milliseconds since 1970, by `dateIndex`.
 */
export type Scan = (
  record: object,
  saved: Readonly<Record<string, unknown>>,
  values: readonly unknown[] | null,
  times: readonly number[] | null,
  from: number,
) => number;
