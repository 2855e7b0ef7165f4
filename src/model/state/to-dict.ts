import { ValidationError } from '../errors/index.js';
import { fieldToJson } from './change-set.js';
import { unknownKeysOf } from './saved.js';
import { stateOf } from './slot.js';

/** Records that are being written, to detect a record that contains itself. */
const writing = new WeakSet<object>();

/**
 * The record as JSON with wire names, including the keys that no field declares.
 *
 * @throws ValidationError for a value that JSON cannot represent.
 */
export function toDict(record: object): Record<string, unknown> {
  const state = stateOf(record);
  if (writing.has(record)) throw new ValidationError(`${String(record)} contains itself, which JSON cannot represent.`);
  writing.add(record);
  try {
    const result: Record<string, unknown> = {};
    for (const field of state.metadata.fields) {
      if (!field.sends || Object.hasOwn(result, field.wire)) continue;
      const json = fieldToJson(record, state, field);
      if (json !== undefined) result[field.wire] = json;
    }
    return { ...result, ...unknownKeysOf(state) };
  } finally {
    writing.delete(record);
  }
}
