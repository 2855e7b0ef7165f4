import type { BaseResource } from '../base-resource.js';
import type { BaseConnection } from '../connection.js';
import { ConfigurationError } from '../errors/index.js';
import { metadataOf } from '../fields/compile.js';
import type { GetStatics } from '../persistence/get.js';
import type { SearchableClass, SearchStatics } from '../searching/searchable.js';
import { inJson } from '../state/describe.js';
import { isRecordClass, type RecordClass } from '../state/slot.js';
import type { Relation } from './declaration.js';

/** A class at the other side of a relation, with what it may be able to do. */
export type TargetClass = RecordClass<BaseResource> & typeof BaseResource & Partial<GetStatics> & Partial<SearchStatics>;

/** A relation for messages: 'Comment.post'. */
export function titleOf(owner: object, relation: Relation): string {
  return `${(owner as { name: string }).name}.${relation.name}`;
}

/** The class that a relation names. @throws ConfigurationError where its function returns something else. */
export function declaredTarget(owner: object, relation: Relation): TargetClass {
  const target: unknown = relation.target(owner);
  if (typeof target === 'function' && isRecordClass(target)) return target as unknown as TargetClass;
  throw new ConfigurationError(
    `${titleOf(owner, relation)}: the function that names the other class returned ${target === undefined ? 'undefined' : inJson(target)}, not a class of records. ` +
      'In an import cycle, name the class in the function only, and import it from the module that declares it.',
  );
}

/** That class for a connection: the user's own subclass of it, where one is bound. */
export function targetOn(connection: BaseConnection, owner: object, relation: Relation): TargetClass {
  return connection.bindFor(declaredTarget(owner, relation));
}

/** The same for a class that is to be searched. @throws ConfigurationError where it cannot. */
export function searchableTarget(connection: BaseConnection, owner: object, relation: Relation): SearchableClass {
  const target = targetOn(connection, owner, relation);
  if (typeof target.search === 'function') return target as unknown as SearchableClass;
  throw new ConfigurationError(
    `${titleOf(owner, relation)}: ${target.name} cannot be searched. Let it extend SearchResourceMixin(BaseResource).`,
  );
}

/** How the records of a relation to many are found: the parameter, and the property that has the other record's id, where it is known. */
export function findingBy(target: object, { key, by }: Relation): { by: string; key: string | undefined } {
  const field = key === undefined ? undefined : metadataOf(target).byProperty.get(key);
  return { by: by ?? field?.wire ?? key!, key: field?.property };
}
