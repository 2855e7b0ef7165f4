import { BaseResource } from '../base-resource.js';

/** A class that a capability can be mixed into: a record class, abstract or not. */
export type RecordBase = abstract new (...args: never[]) => BaseResource;

/**
 * The members that a mixin adds to the instances of its base. TypeScript lets a class extend an intersection of constructors only when all
 * but one take `any[]` (TS2545).
 */
// biome-ignore lint/suspicious/noExplicitAny: required of mixin constructors by the language
export type Adds<T> = abstract new (...args: any[]) => T;

/** @throws TypeError when the base of a mixin is not a record class. */
export function checkMixinBase(base: unknown, mixin: string): void {
  if (typeof base === 'function' && (base === BaseResource || base.prototype instanceof BaseResource)) return;
  const what = typeof base === 'function' ? `class ${base.name || '(anonymous)'}` : String(base);
  throw new TypeError(`${mixin}(${what}): the base must be BaseResource or a class that extends it.`);
}

/** Casts a base to a class that can be extended, which the compiler does not allow for a type parameter without `any`. */
export function asBase(base: RecordBase): typeof BaseResource {
  return base as typeof BaseResource;
}
