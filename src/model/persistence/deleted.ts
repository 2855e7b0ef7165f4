import { ValidationError } from '../errors/index.js';
import { stateOf } from '../state/slot.js';

/** @throws ValidationError for a deleted record. */
export function refuseDeleted(record: object, operation: string): void {
  if (!stateOf(record).isDeleted) return;
  throw new ValidationError(
    `Cannot ${operation} ${String(record)}: it has been deleted and cannot be used. Its values can still be read; clone() makes a new record from them.`,
  );
}
