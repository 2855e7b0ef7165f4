import { defaultMetadataStorage as metadata } from '#class-transformer/storage.js';
import { ownFields } from './field.js';

const hiding = new WeakMap<object, boolean>();

/**
 * Whether decorators of a class, or of classes inside it, make what is written of a value less than what was read of it: `@Exclude`, and
 * `@Expose` for a direction, for groups or for versions. A class that is chosen by a value counts as one.
 */
export function hidesSomething(type: unknown): boolean {
  if (typeof type !== 'function') return false;
  let known = hiding.get(type);
  if (known === undefined) {
    known = search(type, new Set());
    hiding.set(type, known);
  }
  return known;
}

const secretive = new WeakMap<object, boolean>();

/** Whether a class, or one inside it, has secret fields. A class that is chosen by a value counts as one that has. */
export function holdsSecrets(type: unknown, seen = new Set<unknown>()): boolean {
  if (typeof type !== 'function' || seen.has(type)) return false;
  const known = secretive.get(type);
  if (known !== undefined) return known;
  // A class in a cycle is only known for sure where the search begins.
  const isFirst = seen.size === 0;
  seen.add(type);
  let own = false;
  for (let at: object | null = type; typeof at === 'function'; at = Object.getPrototypeOf(at))
    own ||= ownFields(at).some(({ secret }) => secret);
  const found = own || innerTypes(type).some((inner) => inner === undefined || holdsSecrets(inner, seen));
  if (isFirst || found) secretive.set(type, found);
  return found;
}

/** The property that class-transformer reads a key to. */
export function propertyOf(type: unknown, key: string): string {
  return (typeof type === 'function' && metadata.findExposeMetadataByCustomName(type, key)?.propertyName) || key;
}

function search(type: unknown, seen: Set<unknown>): boolean {
  if (typeof type !== 'function' || seen.has(type)) return false;
  seen.add(type);
  if (metadata.getExcludedMetadatas(type).length > 0) return true;
  for (let at: unknown = type; typeof at === 'function' && at !== Function.prototype; at = Object.getPrototypeOf(at)) {
    if (metadata.getStrategy(at) === 'excludeAll') return true;
  }
  const limited = metadata.getExposedMetadatas(type).some(({ options: { groups, since, until, toClassOnly, toPlainOnly } }) => {
    return groups?.length || since !== undefined || until !== undefined || toClassOnly || toPlainOnly;
  });
  return limited || innerTypes(type).some((inner) => inner === undefined || search(inner, seen));
}

/** The classes of a class's properties; undefined for one that depends on the value. */
function innerTypes(type: object): unknown[] {
  const types: unknown[] = [];
  const tables = (metadata as unknown as { _typeMetadatas: Map<unknown, Map<string, { typeFunction?: () => unknown; options?: object }>> })
    ._typeMetadatas;
  for (let at: object | null = type; typeof at === 'function'; at = Object.getPrototypeOf(at)) {
    for (const { typeFunction, options } of tables.get(at)?.values() ?? []) {
      const isFixed = typeFunction?.length === 0 && !(options && 'discriminator' in options && options.discriminator);
      types.push(isFixed ? typeFunction?.() : undefined);
    }
    for (const { type: reference, designType } of ownFields(at)) {
      types.push(reference?.prototype === undefined && reference ? (reference as () => unknown)() : (reference ?? designType ?? Object));
    }
  }
  return types;
}
