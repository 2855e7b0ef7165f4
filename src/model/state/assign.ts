import { ValidationError } from '../errors/index.js';
import type { FieldMetadata, RecordMetadata } from '../fields/metadata.js';
import { nearestName } from '../support/names.js';
import { inJson } from './describe.js';
import { isObject } from './json.js';
import { type RecordState, stateOf } from './slot.js';

/** A record's own properties by name. */
export type Properties = Record<string, unknown>;

/**
 * Checks the names a caller wants to set, before anything is assigned.
 *
 * @throws ValidationError for what is not an object, and for unknown and read-only names.
 */
export function checkNames(metadata: RecordMetadata, attributes: object, operation: string): void {
  if (!isObject(attributes)) {
    throw new ValidationError(`${operation}: expected an object of fields, got ${inJson(attributes)}.`);
  }
  const details = Object.keys(attributes).flatMap((name) => {
    const problem = problemWithName(metadata, name);
    return problem ? [{ field: name, message: problem }] : [];
  });
  if (details.length === 0) return;
  throw new ValidationError(
    `${operation}: ${details.map(({ field, message }) => `${field} ${message}`).join('; ')}. Nothing was assigned.`,
    { details },
  );
}

function problemWithName(metadata: RecordMetadata, name: string): string | undefined {
  const field = metadata.byProperty.get(name);
  if (!field) {
    const nearest = nearestName(name, metadata.byProperty.keys());
    return `is not a field of ${metadata.className}${nearest ? ` (did you mean ${nearest}?)` : ` (it has ${[...metadata.byProperty.keys()].join(', ')})`}`;
  }
  return field.readOnly ? 'is read-only: the platform sets it' : undefined;
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
