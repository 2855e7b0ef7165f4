import type { RecordMetadata } from '../fields/metadata.js';
import type { OperationScope } from '../hooks/operation-scope.js';
import type { OperationQueue } from '../hooks/queue.js';
import type { Origin } from '../persistence/deletions.js';
import type { DictOptions, TransformOptions } from '../ports/transform-options.js';

/** What few records have. */
class RareState {
  /** The attributes passed to the constructor; null once no initialiser can overwrite them any more. */
  given: object | null = null;
  /** While it is hydrated: the properties that initialisers had set and that were detached, by field index. */
  detached: readonly (PropertyDescriptor | undefined)[] | null = null;
  /** Values that class field initialisers gave to fields the platform did not send, by field index; they are not changes. */
  initial: Map<number, Initial> | null = null;
  /** Keys without a field, taken over by a clone or by `fromDict` without an id. */
  extras: Record<string, unknown> | null = null;
  /** The saved state of the record this one was copied from: its spelling of what has not changed is used for this one as well. */
  precedent: Record<string, unknown> | null = null;
  isDeleted = false;
  /** Whether it was made with an id, or its id was used in a request. */
  hadId = false;
  /** The error of a create whose response was lost; null when there is none. */
  lost: Error | null = null;
  /** The idempotency key of a create that has not succeeded yet, and the body it stands for. */
  createKey: { readonly key: string; readonly body: string } | null = null;
  /** The entity tag of the response that the saved state came from; null where it is not known. */
  validator: string | null = null;
  /** Where the saved state was asked for, if a GET of the record was answered with it; null where it came otherwise. */
  address: string | null = null;
  /** The queue of operations that wait for each other; made on first use. */
  queue: OperationQueue<OperationScope> | null = null;
}

const nothing = Object.freeze(new RareState());

/**
 * Keeps a `RareState` in one member, made when something is set: members of its own for what few records have would be a tenth of the memory
 * that a record takes beside its JSON (bench/hydrate.mjs).
 */
class OnDemand {
  rare: RareState | null = null;
}

for (const name of Object.keys(nothing) as (keyof RareState)[]) {
  Object.defineProperty(OnDemand.prototype, name, {
    get(this: OnDemand): unknown {
      return (this.rare ?? nothing)[name];
    },
    set(this: OnDemand, value: never): void {
      if (this.rare === null && value === nothing[name]) return;
      this.rare ??= new RareState();
      this.rare[name] = value;
    },
  });
}

/** The state of a record besides its fields. It is not visible from outside. */
export class RecordState extends (OnDemand as unknown as new () => RareState) {
  /** The saved state: the parsed JSON itself, never written to; null until the record is loaded or saved. */
  saved: Record<string, unknown> | null;
  /** Values behind the own accessors, by field index; undefined for a value that has not been read or set. */
  values: unknown[] | null = null;
  /** The time stamps of the saved dates, in milliseconds since 1970, by `dateIndex`; NaN where there is no valid date. Made on first use. */
  times: number[] | null = null;
  /** The record itself. */
  record: object | undefined;
  /** The connection the record came from; null while the record uses its class's connection. */
  connection: object | null = null;
  /** Where a walk found the record. */
  origin: Origin | null = null;

  constructor(
    readonly metadata: RecordMetadata,
    saved: Record<string, unknown> | null,
    given: object | null,
  ) {
    super();
    this.saved = saved;
    if (given !== null) this.given = given;
  }
}

/** What an initialiser gave to a field. */
export interface Initial {
  /** A copy of it, or itself where it cannot be copied. */
  readonly value: unknown;
  /** It as JSON: what it would be on the wire, or a description where it could not be sent. Kept beside it, for it may be edited in place. */
  readonly json: unknown;
  readonly isSendable: boolean;
}

/** A class of records. */
export type RecordClass<T extends object = object> = abstract new (...args: never[]) => T;

/** The static method of a record class that makes a record from saved JSON, for a field of another record. */
export const hydrateValue = Symbol('hydrate a value');

/** The method of a record that copies it with its saved state and edits, for a field of another record. */
export const copyAsValue = Symbol('copy as a value');

/** The method of a record that writes it as JSON, for a field of another record. */
export const writeAsValue = Symbol('write as a value');

/** The static method of a class of records that makes one for class-transformer's `plainToInstance`. */
export const fromPlain = Symbol('from a plain object');

/** What class-transformer calls on a class of records. */
export interface TransformedClass {
  [hydrateValue](saved: Record<string, unknown>, options?: TransformOptions): object;
  [fromPlain](plain: Record<string, unknown>, options?: TransformOptions, target?: object): object;
}

let read: (record: object) => RecordState;
let has: (value: unknown) => boolean;

/** The base class of BaseResource. It keeps the state in a private member, invisible to serialisers, comparisons and inspection. */
export abstract class StatefulRecord {
  readonly #state: RecordState;
  /** The platform's id; null until the record is saved, and after it is deleted. */
  id: string | null = null;

  static {
    read = (record) => (record as StatefulRecord).#state;
    has = (value) => typeof value === 'object' && value !== null && #state in value;
  }

  constructor(state: RecordState) {
    this.#state = state;
    state.record = this;
  }

  abstract [copyAsValue](): object;
  abstract [writeAsValue](options?: TransformOptions): unknown;
  abstract toDict(options?: DictOptions): Record<string, unknown>;
}

/** The state of a record. @throws TypeError for a value that is not a record. */
export function stateOf(record: object): RecordState {
  return read(record);
}

/** Whether a value is a record. */
export function isRecord(value: unknown): value is StatefulRecord {
  return has(value);
}

/** Whether a class is a record class, which can make a record from JSON. */
export function isRecordClass(target: object): target is RecordClass & TransformedClass {
  return typeof target === 'function' && target.prototype instanceof StatefulRecord;
}
