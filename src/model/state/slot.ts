import type { BaseConnection } from '../connection.js';
import { finisherOf } from '../fields/entity.js';
import { type FieldMetadata, metadataOf, type RecordMetadata } from '../fields/metadata.js';
import type { OperationQueue } from '../hooks/queue.js';

/** Everything a record knows beside its fields. Nothing of it can be seen from outside. */
export class RecordState {
  /** The saved state: the parsed JSON itself, never written to; null until the record is loaded or saved. */
  saved: Record<string, unknown> | null;
  /** Values behind the own accessors, by field index; undefined where the saved state still speaks. */
  values: unknown[] | null = null;
  /** What the constructor was given, until it is done. */
  given: object | null;
  /** Keys without a field that a clone took over from its source. */
  extras: Record<string, unknown> | null = null;
  /** Values that class field initialisers gave to fields the platform did not send; they are not changes. */
  initial: Map<FieldMetadata, unknown> | null = null;
  isDeleted = false;
  /** The connection the record came from; null while its class decides. */
  connection: BaseConnection | null = null;
  /** The error of a create whose answer was lost. */
  lost: Error | null = null;
  /** Operations that wait for each other. */
  queue: OperationQueue | null = null;

  constructor(
    readonly metadata: RecordMetadata,
    saved: Record<string, unknown> | null,
    given: object | null,
  ) {
    this.saved = saved;
    this.given = given;
  }
}

/** A class of records. */
export type RecordClass<T extends object = object> = abstract new (...args: never[]) => T;

let read: (record: object) => RecordState;
let has: (value: unknown) => boolean;
let complete: (record: object, state: RecordState) => void = () => undefined;
let loading: { target: object; json: Record<string, unknown> } | null = null;

/** Hands in what puts the fields into a record once its last constructor is done. */
export function setCompletion(completion: typeof complete): void {
  complete = completion;
}

/** The root of BaseResource: it holds the state where no tool can see it. */
export class StatefulRecord {
  readonly #state: RecordState;
  /** Null until the record is saved. */
  id: string | null = null;

  static {
    read = (record) => (record as StatefulRecord).#state;
    has = (value) => typeof value === 'object' && value !== null && #state in value;
  }

  constructor(attributes?: object) {
    let saved: Record<string, unknown> | null = null;
    if (loading !== null && loading.target === new.target) {
      saved = loading.json;
      loading = null;
    }
    this.#state = new RecordState(metadataOf(new.target), saved, attributes ?? null);
    if (finisherOf(new.target) === null) complete(this, this.#state);
  }
}

export function stateOf(record: object): RecordState {
  return read(record);
}

/** Whether a value is a record. */
export function isRecord(value: unknown): value is StatefulRecord {
  return has(value);
}

export function completeRecord(record: object): void {
  complete(record, read(record));
}

/** A record as the platform sent it: its constructor runs without arguments, and what the JSON says wins. */
export function loadRecord<T extends object>(target: RecordClass<T>, json: Record<string, unknown>, connection: BaseConnection | null): T {
  const outer = loading;
  loading = { target, json };
  try {
    const record = new (target as unknown as new () => T)();
    const state = read(record);
    state.connection = connection;
    // An undecorated subclass may have set fields of its own after they were completed.
    if (finisherOf(target) !== target) complete(record, state);
    return record;
  } finally {
    loading = outer;
  }
}
