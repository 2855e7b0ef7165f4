import type { Relation } from './declaration.js';

/**
 * Removes the properties that a compiler which defines class fields makes of `post!: Related<Post>`: they would hide the accessors of the
 * relations. A value that an initialiser gave is assigned. `declare post` under legacy decorators, and `accessor post` under both kinds, make
 * no such properties, and so spare the record the change of its layout (see `detach` in state/hydrate.ts).
 */
export function removeShadows(record: object, relations: ReadonlyMap<string, Relation>): void {
  const own = record as Record<string, unknown>;
  const found = [...relations.keys()].filter((name) => Object.hasOwn(own, name));
  // From the end: what was added last is deleted without a trace in some versions of V8.
  for (const name of found.reverse()) {
    const value = own[name];
    delete own[name];
    if (value !== undefined) own[name] = value;
  }
}
