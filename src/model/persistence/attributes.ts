import type { BaseResource } from '../base-resource.js';

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
export type WritableKeys<R> = {
  [K in FieldKeys<R>]: Same<Pick<R, K>, Writable<Pick<R, K>>> extends true ? K : never;
}[FieldKeys<R>];

/** Values for a record's fields, as `save()` and `Class.create()` accept them. */
export type Attributes<R> = { [K in WritableKeys<R>]?: R[K] | undefined };
