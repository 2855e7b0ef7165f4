import type { CallOptions } from '../ports/transport.js';
import type { BaseSearchParams } from '../searching/params.js';
import type { Search } from '../searching/search.js';

/** Options of a call that loads the other record of a relation. */
export interface RelationOptions extends CallOptions {
  /** Whether to load it again although it has been loaded. Default: false. */
  reload?: boolean | undefined;
}

/** Options of a search. */
export interface SearchCallOptions<Path extends string = string> extends CallOptions {
  /**
   * The relations to load with each page, by name: `['pipeline', 'pipeline.team']`. They take one list request for each relation and 100
   * ids where the API can search by ids (`@Entity({ search: { idsParam } })`, `list: true`), otherwise one request for each record.
   */
  include?: readonly Path[] | undefined;
  /** How many requests of `include` are under way at a time. Default: 8. */
  concurrency?: number | undefined;
}

/** Options of a call that searches the records of a relation. */
export interface RelatedSearchOptions<Path extends string = string> extends SearchCallOptions<Path> {
  /** Whether to search again although the records have been loaded by `include`. Default: false. */
  reload?: boolean | undefined;
}

/** The one record that belongs to a record: the property of `@HasOne`. */
export interface RelatedOne<T extends object, Missing = null> {
  /**
   * Loads the record; one that has been loaded, and has not been deleted since, is not loaded again.
   *
   * @throws ValidationError for unknown options and where this record has no id, ConfigurationError where the other class cannot be loaded.
   */
  (options?: RelationOptions): Promise<T | Missing>;
  /** What has been loaded; null where there is none, undefined where it has not been loaded. */
  readonly loaded: T | null | undefined;
}

/** The record that a record belongs to: the property of `@BelongsTo`. `Related<Post, never>` is one of a relation with `required: true`. */
export interface Related<T extends object, Missing = null> extends RelatedOne<T, Missing> {
  /**
   * Sets the key to the id of a record, or to null.
   *
   * @throws ValidationError for a record without an id, one of another class, and where the key is read-only.
   */
  set(record: T | null): void;
}

/** The parameters of a search that does not declare any. */
export type AnyParams = BaseSearchParams & Readonly<Record<string, unknown>>;

/** The records that belong to a record: the property of `@HasMany`. `Params` are the parameters that a search of them takes. */
export interface RelatedMany<T extends object, Params extends object = AnyParams> {
  /**
   * A search of the records, which is made when it is awaited or iterated. Those that `include` has loaded are used where there are neither
   * parameters nor options that may find others: all but `signal`, `timeout` and `maxRetries`.
   *
   * @throws ValidationError where this record has no id, ConfigurationError where the other class cannot be searched.
   */
  (params?: Params, options?: RelatedSearchOptions<RelationPath<T>>): Search<T, Params>;
  /** What `include` has loaded; undefined where it has not. */
  readonly loaded: readonly T[] | undefined;
}

/** What every relation has. */
interface AnyRelation {
  (...args: never[]): unknown;
  readonly loaded: unknown;
}

/** The names of a record's relations. */
export type RelationKeys<R> = { [K in keyof R]-?: R[K] extends AnyRelation ? K : never }[keyof R] & string;

/** The records at the other side of a relation. */
type TargetOf<V> = V extends RelatedMany<infer T, infer _Params> ? T : V extends RelatedOne<infer T, infer _Missing> ? T : never;

/** The names of relations and, behind dots, of relations of theirs: up to three. */
export type RelationPath<R, Depth extends readonly unknown[] = [1, 2, 3]> = Depth extends readonly [unknown, ...infer Rest]
  ? { [K in RelationKeys<R>]: K | `${K}.${RelationPath<TargetOf<R[K]>, Rest>}` }[RelationKeys<R>]
  : never;

/** What can be assigned to a relation by its name. */
export type AssignedTo<V> = V extends Related<infer T, infer Missing> ? T | Extract<Missing, null> : never;

/** The names of the relations whose key can be set. */
export type AssignableRelations<R> = {
  [K in keyof R]-?: R[K] extends AnyRelation & { set(record: never): void } ? K : never;
}[keyof R] &
  string;
