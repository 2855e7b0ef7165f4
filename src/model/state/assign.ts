import { ValidationError } from '../errors/index.js';
import type { FieldMetadata } from '../fields/metadata.js';
import { problemWithRelated } from '../relations/assign.js';
import type { Relation } from '../relations/declaration.js';
import { nearestName } from '../support/names.js';
import { inJson } from './describe.js';
import { isObject } from './json.js';
import { type RecordState, stateOf } from './slot.js';

/** A record's own properties by name. */
export type Properties = Record<string, unknown>;

/**
 * Checks the names that a caller wants to set, and the records that are to be assigned to relations, before anything is assigned.
 *
 * @throws ValidationError for what is not an object, for unknown and read-only names, and for what a relation cannot be.
 */
export function checkNames(record: object, attributes: object, operation: string): void {
  if (!isObject(attributes)) {
    throw new ValidationError(`${operation}: expected an object of fields, got ${inJson(attributes)}.`);
  }
  const details = Object.keys(attributes).flatMap((name) => {
    const problem = problemWithName(record, attributes as Properties, name);
    return problem ? [{ field: name, message: problem }] : [];
  });
  if (details.length === 0) return;
  throw new ValidationError(
    `${operation}: ${details.map(({ field, message }) => `${field} ${message}`).join('; ')}. Nothing was assigned.`,
    { details },
  );
}

function problemWithName(record: object, attributes: Properties, name: string): string | undefined {
  const { metadata } = stateOf(record);
  const relation = metadata.relations?.get(name);
  if (relation) return problemWithRelation(record, relation, attributes);
  const field = metadata.byProperty.get(name);
  if (!field) {
    const nearest = nearestName(name, metadata.byProperty.keys());
    return `is not a field of ${metadata.className}${nearest ? ` (did you mean ${nearest}?)` : ` (it has ${[...metadata.byProperty.keys()].join(', ')})`}`;
  }
  return field.readOnly ? 'is read-only: the platform sets it' : undefined;
}

function problemWithRelation(record: object, relation: Relation, attributes: Properties): string | undefined {
  const { name, key = '' } = relation;
  if (attributes[name] === undefined) return undefined;
  if (relation.kind === 'belongsTo' && attributes[key] !== undefined) return `and its key ${key} are both given; give one of them`;
  return problemWithRelated(record.constructor, stateOf(record).metadata, relation, attributes[name]);
}

/** The field with a property name. @throws ValidationError for an unknown name. */
export function fieldNamed(state: RecordState, name: string, operation: string): FieldMetadata {
  const field = state.metadata.byProperty.get(name);
  if (field) return field;
  throw new ValidationError(
    `${operation}('${name}'): ${state.metadata.className} has no such field; it has ${[...state.metadata.byProperty.keys()].join(', ')}.`,
    {
      details: [{ field: name, message: 'is not a field' }],
    },
  );
}

/** Sets fields to a caller's values, whose names have been checked. A field given as undefined keeps its value. */
export function assignFields(record: object, attributes: object): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) (record as Properties)[name] = value;
  }
}

/** Whether all fields can be assigned, as taking over a response needs. */
export function isAssignable(record: object): boolean {
  return closedFields(record).length === 0;
}

/**
 * @param names Which fields are to be assigned. Default: all.
 * @throws ValidationError where one of them cannot be, because the user has frozen the record.
 */
export function checkAssignable(record: object, problem: string, names?: readonly string[]): void {
  const closed = closedFields(record, names);
  if (closed.length === 0) return;
  throw new ValidationError(
    `${problem}: ${closed.join(', ')} cannot be assigned${Object.isFrozen(record) ? ', for the record is frozen' : ''}. Use a clone, or a record that is not frozen.`,
    { details: closed.map((field) => ({ field, message: 'cannot be assigned' })) },
  );
}

function closedFields(record: object, names: Iterable<string> = stateOf(record).metadata.byProperty.keys()): string[] {
  return [...names].filter((property) => {
    const found = Object.getOwnPropertyDescriptor(record, property);
    if (!found) return !Object.isExtensible(record);
    return found.set === undefined && found.writable !== true;
  });
}
