import type { BaseResource } from '../base-resource.js';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** The properties of a record that hold data: neither methods nor what every record has. */
export type FieldKeys<R> = {
  [K in keyof R]-?: K extends Exclude<keyof BaseResource, 'id'>
    ? never
    : NonNullable<R[K]> extends (...args: never[]) => unknown
      ? never
      : K;
}[keyof R] &
  string;

/** Those that may be assigned. */
export type WritableKeys<R> = {
  [K in FieldKeys<R>]: Same<Pick<R, K>, Writable<Pick<R, K>>> extends true ? K : never;
}[FieldKeys<R>];

/** Values for a record's fields, as its constructor and `save()` take them. */
export type Attributes<R> = { [K in WritableKeys<R>]?: R[K] | undefined };
