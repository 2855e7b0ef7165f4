import type { BaseResource } from '../base-resource.js';
import type { AssignableRelations, AssignedTo } from '../relations/types.js';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** The names of a record's data properties: neither methods nor, apart from `id`, members of BaseResource, nor the type of its results. */
export type FieldKeys<R> = {
  [K in keyof R]-?: K extends Exclude<keyof BaseResource, 'id'> | 'runResult'
    ? never
    : NonNullable<R[K]> extends (...args: never[]) => unknown
      ? never
      : K;
}[keyof R] &
  string;

/** The names of a record's data properties that are not readonly. */
export type WritableKeys<R> = WritableOf<R, FieldKeys<R>>;

type WritableOf<R, Keys extends keyof R> = {
  [K in Keys]: Same<Pick<R, K>, Writable<Pick<R, K>>> extends true ? K : never;
}[Keys];

/**
 * Values for a record's fields, as `save()` and `Class.create()` accept them. For a relation to one that is not readonly, it may be the record
 * whose id the key gets: `{ post }`.
 */
export type Attributes<R> = {
  [K in WritableKeys<R> | WritableOf<R, AssignableRelations<R>>]?: (K extends AssignableRelations<R> ? AssignedTo<R[K]> : R[K]) | undefined;
};
