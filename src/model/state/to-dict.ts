import { fieldToJson } from './change-set.js';
import { unknownKeysOf } from './saved.js';
import { stateOf } from './slot.js';
import { enter, isAt, refuse, restoring } from './walk.js';

/**
 * The record with the keys of the wire, those without a field included.
 *
 * @throws ValidationError for what JSON cannot carry, such as a record that contains itself.
 */
export function toDict(record: object): Record<string, unknown> {
  return restoring(() => {
    // The record is entered already where it is part of what is being written.
    if (!isAt(record) && enter(record) !== undefined) refuse('contains itself, or is nested too deeply, which JSON cannot carry');
    const state = stateOf(record);
    const result: Record<string, unknown> = {};
    for (const field of state.metadata.fields) {
      if (!field.sends || Object.hasOwn(result, field.wire)) continue;
      const json = fieldToJson(record, state, field);
      if (json !== undefined) result[field.wire] = json;
    }
    return { ...result, ...unknownKeysOf(state) };
  });
}
