import { BaseResource } from '../base-resource.js';

/** What a capability can be mixed into: a class of records, abstract or not. */
export type RecordBase = abstract new (...args: never[]) => BaseResource;

/**
 * What a mixin adds to the instances of its base. TypeScript lets a class extend an intersection of constructors only when all
 * but one take `any[]` (TS2545).
 */
// biome-ignore lint/suspicious/noExplicitAny: required of mixin constructors by the language
export type Adds<T> = abstract new (...args: any[]) => T;

/** Refuses to mix a capability into something that is not a class of records. */
export function checkMixinBase(base: unknown, mixin: string): void {
  if (typeof base === 'function' && (base === BaseResource || base.prototype instanceof BaseResource)) return;
  const what = typeof base === 'function' ? `class ${base.name || '(anonymous)'}` : String(base);
  throw new TypeError(`${mixin}(${what}): the base must be BaseResource or a class that extends it.`);
}

/** A base as a class that can be extended, which the compiler does not allow for a type parameter without `any`. */
export function asBase(base: RecordBase): typeof BaseResource {
  return base as typeof BaseResource;
}
