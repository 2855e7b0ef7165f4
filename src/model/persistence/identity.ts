import type { BaseResource } from '../base-resource.js';
import { ValidationError } from '../errors/index.js';
import { metadataOf } from '../fields/compile.js';
import { asText, inJson } from '../state/describe.js';
import { isChanged } from '../state/dirty-check.js';
import { stateOf } from '../state/slot.js';
import { isId } from '../support/ids.js';
import { refuseDeleted } from './deleted.js';

/** Whether a record is known to the platform: it was loaded or saved, or it was made with an id. */
export function isIdentified(record: object): boolean {
  const { saved, hadId } = stateOf(record);
  return saved !== null || hadId;
}

/**
 * Refuses what needs a record that the platform can be asked about.
 *
 * @throws ValidationError for a deleted one, one without an id, and a loaded one that was given the id of another.
 */
export function refuseWithoutId(record: BaseResource, operation: string): void {
  refuseDeleted(record, operation);
  if (isId(record.id)) {
    refuseChangedId(record, operation);
    return;
  }
  const reason = isIdentified(record)
    ? whyLost(record)
    : `it has not been saved yet, so it has no ${metadataOf(record.constructor).id.wire}. Call save() first`;
  throw new ValidationError(`Cannot ${operation} ${String(record)}: ${reason}.`);
}

/** Refuses a save of one record as another, before anything is assigned. @throws ValidationError for an id that is not the record's own. */
export function refuseGivenId(record: BaseResource, attributes: { readonly id?: unknown }, operation: string): void {
  const { id } = attributes;
  if (id === undefined || !isIdentified(record)) return;
  const { saved, metadata } = stateOf(record);
  const known = saved?.[metadata.id.wire] ?? record.id;
  if (!isId(known) || asText(id) === asText(known)) return;
  const message = `is read-only: the platform sets it (is ${inJson(known)}, got ${inJson(id)})`;
  throw new ValidationError(`${operation}: id ${message}. Nothing was assigned.`, { details: [{ field: 'id', message }] });
}

/** What was meant for one record must not be done to another. */
function refuseChangedId(record: BaseResource, operation: string): void {
  const state = stateOf(record);
  const { id } = state.metadata;
  const known = state.saved?.[id.wire];
  if (!isId(known) || !isChanged(record, state, id)) return;
  const message = `is ${inJson(record.id)}, but this is the record ${inJson(known)}`;
  throw new ValidationError(
    `Cannot ${operation} ${String(record)}: its id ${message}. revert('id') gives it back; ${record.constructor.name}.get(id) loads the other one.`,
    { details: [{ field: 'id', message }] },
  );
}

/** Why a record that the platform has already is without its id, and the way out. */
export function whyLost(record: BaseResource): string {
  const { saved, metadata } = stateOf(record);
  const { wire } = metadata.id;
  if (saved === null) return `its id was taken away. Give it back`;
  if (isId(saved[wire])) return `its id was taken away. revert('id') gives it back`;
  const keys =
    Object.keys(saved)
      .filter((key) => key !== wire)
      .join(', ') || 'no other keys';
  return `what the platform sent for it has no "${wire}" (it has ${keys}). Say which key is its id with @Entity({ id })`;
}
