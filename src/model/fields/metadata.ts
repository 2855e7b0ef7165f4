import type { TransformOptions } from '../state/slot.js';
import type { FieldCheck } from './checks.js';
import type { EntityOptions } from './entity-options.js';
import type { ComputedValue } from './transformer.js';

/** How one field's value is read from JSON, written to it and compared with it. `source` is the JSON of the whole record, `record` the record. */
export interface Codec {
  /** A value of its own for the record; it shares nothing with the JSON. */
  decode(saved: unknown, source?: unknown, record?: object): unknown;
  /** A copy as JSON. Where the value is still what `saved` says, the platform's own spelling of it. */
  encode(local: unknown, field: string, saved?: unknown, source?: unknown, record?: object): unknown;
  /** Whether the value is what the JSON says. */
  same(local: unknown, saved: unknown, source?: unknown, record?: object): boolean;
  /**
   * Which JSON values are decoded on first read: objects and arrays, all that are there, or missing ones as well. What is not is put into
   * the record when it is hydrated.
   */
  readonly lazy: 'nested' | 'present' | 'always';
  /** Whether texts and numbers are decoded to Dates. */
  readonly dates: boolean;
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

/** One field, ready to be used. */
export interface FieldMetadata {
  /** Its place among the fields of its class. */
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
  /** Whether it is read from responses. */
  readonly reads: boolean;
  /** Whether it is sent, and so whether a change of it is a change. */
  readonly sends: boolean;
  /** Whether a clone gets a copy of its value. */
  readonly copies: boolean;
  readonly equals: ((local: unknown, saved: unknown) => boolean) | undefined;
  readonly codec: Codec;
  /** The own accessor of values that are decoded on first read; the same one for all records of the class. */
  readonly accessor: PropertyDescriptor;
  /** Its place among the fields whose values are dates; -1 for the others. */
  readonly dateIndex: number;
}

/** What the decorators of a class and its parents come to, worked out once. */
export interface RecordMetadata {
  readonly className: string;
  readonly fields: readonly FieldMetadata[];
  readonly byProperty: ReadonlyMap<string, FieldMetadata>;
  readonly id: FieldMetadata;
  /** The fields whose values are dates, by `dateIndex`. */
  readonly dates: readonly FieldMetadata[];
  readonly options: EntityOptions;
  /** The getters and methods that `toDict()` shows. */
  readonly computed: readonly ComputedValue[];
  /** Whether keys that no field stands for are sent back. */
  readonly keepsUnknown: boolean;
  /** What class-transformer is told, of the connection. */
  readonly transform: TransformOptions;
  /** Keys on the wire that a field stands for, or a computed value. */
  readonly wireNames: ReadonlySet<string>;
  /** Finds fields that may have changed; compiled when it is first needed. */
  scan: Scan | null;
}

/**
 * The index of the first field, from `from` on, whose value may differ from the saved JSON; -1 when there is none. It compares
 * identities and time stamps only, so that what it finds must be compared by value.
 *
 * @param values What stands behind the accessors, by field index; undefined where a value has not been read or set.
 * @param times When the saved dates are, in milliseconds since 1970, by `dateIndex`.
 */
export type Scan = (
  record: object,
  saved: Readonly<Record<string, unknown>>,
  values: readonly unknown[] | null,
  times: readonly number[] | null,
  from: number,
) => number;
