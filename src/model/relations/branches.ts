import type { BaseConnection } from '../connection.js';
import { ValidationError } from '../errors/index.js';
import { metadataOf } from '../fields/compile.js';
import { suggestion } from '../support/names.js';
import type { Relation } from './declaration.js';
import { searchableTarget, type TargetClass, targetOn } from './target.js';

/** A relation to load, and those to load of the records at its other side. */
export interface Branch {
  readonly relation: Relation;
  readonly target: TargetClass;
  readonly branches: readonly Branch[];
}

/**
 * What paths such as 'pipeline.team' lead to.
 *
 * @param subject What they are paths of, for the message.
 * @throws ValidationError for a name that is not a relation.
 */
export function branchesOf(subject: string, owner: object, connection: BaseConnection, paths: readonly string[]): Branch[] {
  const byName = new Map<string, string[]>();
  for (const path of paths) {
    const [name = '', ...rest] = path.split('.');
    const further = byName.get(name) ?? [];
    byName.set(name, further);
    if (rest.length > 0) further.push(rest.join('.'));
  }
  return [...byName].map(([name, further]) => {
    const relation = relationNamed(subject, owner, name);
    const find = relation.kind === 'belongsTo' ? targetOn : searchableTarget;
    const target = find(connection, owner, relation) as TargetClass;
    return { relation, target, branches: branchesOf(subject, target, connection, further) };
  });
}

function relationNamed(subject: string, owner: object, name: string): Relation {
  const { className, relations } = metadataOf(owner);
  const relation = relations?.get(name);
  if (relation) return relation;
  throw new ValidationError(
    `${subject}: include: ${className} has no relation "${name}" (${suggestion(name, [...(relations?.keys() ?? [])])}).`,
  );
}
