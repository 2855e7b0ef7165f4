import { ConfigurationError } from '../errors/index.js';
import { type AnyClass, ownFields } from '../fields/field.js';
import { isRecord } from '../state/slot.js';
import { suggestion } from '../support/names.js';
import { assignRelated } from './assign.js';
import { ownRelations, type Relation } from './declaration.js';
import { handleOf } from './handle.js';

/**
 * Gives the records of a class the accessors of the relations that it declares. They are members of its prototype, so that records have no
 * further properties.
 *
 * @throws ConfigurationError for a relation with the name of another member, and for a key that is not a field.
 */
export function installRelations(target: AnyClass<object>): void {
  for (const relation of ownRelations(target)) {
    const where = `The relation ${target.name}.${relation.name}`;
    const fields = fieldsOf(target);
    if (relation.kind === 'belongsTo' && !fields.includes(relation.key!))
      throw new ConfigurationError(`${where}: its key ${relation.key} is not a field (${suggestion(relation.key!, fields)}).`);
    refuseClash(where, target, relation, fields);
    if (!relation.isWritten) Object.defineProperty(target.prototype, relation.name, accessorOf(relation));
  }
}

function refuseClash(where: string, target: AnyClass<object>, { name }: Relation, fields: readonly string[]): void {
  let at: object | null = Object.getPrototypeOf(target.prototype);
  while (at !== null && !Object.hasOwn(at, name)) at = Object.getPrototypeOf(at);
  const isTaken = at !== null && !ownRelations(at.constructor).some((relation) => relation.name === name);
  if (isTaken || fields.includes(name))
    throw new ConfigurationError(`${where}: there is already a ${isTaken ? 'member' : 'field'} of that name. Use another name.`);
}

/** The names of the fields of a class, inherited ones included. */
function fieldsOf(target: object): string[] {
  const names = ['id'];
  for (let at: object | null = target; typeof at === 'function'; at = Object.getPrototypeOf(at)) {
    names.push(...ownFields(at).map(({ property }) => property));
  }
  return names;
}

function accessorOf(relation: Relation): PropertyDescriptor {
  return {
    configurable: true,
    get(this: object) {
      // Tools read the properties of prototypes as well.
      return isRecord(this) ? handleOf(this, relation) : undefined;
    },
    set(this: object, value: unknown) {
      assignRelated(this, relation, value);
    },
  };
}
