import type { BaseResource } from '../base-resource.js';
import { type FieldProblem, ValidationError } from '../errors/index.js';
import { problemWith } from '../fields/checks.js';
import { metadataOf } from '../fields/compile.js';
import { entityOptions } from '../fields/effective-options.js';
import type { FieldMetadata } from '../fields/metadata.js';
import type { Properties } from '../state/assign.js';
import type { Change, ChangeSet } from '../state/change-set.js';
import { inJson } from '../state/describe.js';
import { shownValue } from '../state/secrets.js';
import { withoutSecrets } from '../state/without-secrets.js';
import { isId } from '../support/ids.js';
import { isIdentified, whyLost } from './identity.js';

/**
 * Checks the change set of a save before it is sent.
 *
 * @throws ValidationError for a known record that has lost its id, a changed field that cannot be sent, a required field that is missing,
 *   and a value that a check refuses.
 */
export function checkSave(record: BaseResource, changeSet: ChangeSet): void {
  const { creates, fields: changed, saved } = changeSet;
  refuseSecondCreate(record);
  const own = record as unknown as Properties;
  const { fields } = metadataOf(record.constructor);
  const { create = 'POST', update = 'put' } = entityOptions(record.constructor);
  const name = record.constructor.name;
  if (creates && create === 'none') {
    throw new ValidationError(
      `save of ${String(record)}: the platform has no way to create a ${name}. Use get() or search() for existing records.`,
    );
  }
  const fixed = changed.flatMap((field) => {
    const why = whyFixed(field, { creates, isNew: saved === null, updates: update !== 'none', name });
    if (why === undefined) return [];
    const { from, to } = changeSet.changes[field.property] as Change;
    return [{ field: field.property, message: `${why} (was ${inJson(shownValue(field, from))}, is ${inJson(shownValue(field, to))})` }];
  });
  if (fixed.length > 0) {
    refuse(record, fixed, `Undo it with revert(${fixed.map(({ field }) => `'${field}'`).join(', ')}).`);
  }
  const missing = creates ? fields.filter((field) => field.required && own[field.property] === undefined) : [];
  const wrong = changed.flatMap((field) => {
    const value = own[field.property];
    // An update sends a removed value as null.
    const message = !creates && value === undefined ? whyNeeded(field) : problemWith(field, value);
    return message === undefined ? [] : [{ field: field.property, message }];
  });
  const details = [...missing.map((field) => ({ field: field.property, message: 'is required' })), ...wrong];
  if (details.length > 0) refuse(record, details, 'Nothing was sent.');
}

/** The reason why a changed field cannot be sent; undefined when it can. */
function whyFixed(
  field: FieldMetadata,
  { creates, isNew, updates, name }: { creates: boolean; isNew: boolean; updates: boolean; name: string },
): string | undefined {
  if (field.readOnly || (field.property === 'id' && !isNew && !creates)) return 'is read-only: the platform sets it';
  if (creates) return undefined;
  if (!updates) return `cannot be changed: the platform has no way to update a ${name}`;
  return field.createOnly ? 'is fixed once the record is created' : undefined;
}

/** The reason why a field may not be removed; undefined when it may. */
function whyNeeded(field: FieldMetadata): string | undefined {
  if (field.required) return 'is required';
  return field.nullable ? undefined : 'must not be null';
}

function refuse(record: BaseResource, problems: FieldProblem[], advice: string): never {
  const details = withoutSecrets(record, problems);
  const list = details.map(({ field, message }) => `${field} ${message}`).join('; ');
  throw new ValidationError(`save of ${String(record)}: ${list}. ${advice}`, { details });
}

/** Refuses to create again a record that the platform has already. @throws ValidationError with the way out. */
function refuseSecondCreate(record: BaseResource): void {
  if (isId(record.id) || !isIdentified(record)) return;
  throw new ValidationError(`Cannot save ${String(record)}: ${whyLost(record)}; clone() makes a new record of its values.`, {
    details: [{ field: 'id', message: 'is missing' }],
  });
}
