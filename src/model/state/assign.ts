import { ValidationError } from '../errors/index.js';
import type { FieldMetadata, RecordMetadata } from '../fields/metadata.js';
import { nearestName } from '../support/names.js';
import { isObject } from './json.js';
import type { RecordState } from './slot.js';

/** A record's own properties by name. */
export type Properties = Record<string, unknown>;

/** The names a caller may set, checked before anything is assigned. */
export function checkNames(metadata: RecordMetadata, attributes: object, operation: string): void {
  if (!isObject(attributes)) {
    throw new ValidationError(`${operation}: expected an object of fields, got ${JSON.stringify(attributes) ?? typeof attributes}.`);
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

/** The field of that name. */
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

/** Sets fields to a caller's values, which were checked before. Undefined members are left as they are. */
export function assignFields(record: object, attributes: object): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) (record as Properties)[name] = value;
  }
}
