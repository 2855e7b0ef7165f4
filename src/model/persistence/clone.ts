import type { BaseResource } from '../base-resource.js';
import { connectionOfRecord } from '../binding.js';
import { type HookOptions, operate } from '../hooks/life-cycle.js';
import { assignFields, checkNames, type Properties } from '../state/assign.js';
import { copyField } from '../state/construction.js';
import { inOneCopy, remember } from '../state/copy.js';
import { unknownKeysOf } from '../state/saved.js';
import { stateOf } from '../state/slot.js';
import { checkOptions } from '../support/known-options.js';
import { loadedRecord } from './loaded.js';

/** Runs the clone operation. @throws ValidationError for an unknown or read-only name. */
export async function cloneRecord<R extends BaseResource>(record: R, attributes: object, options: HookOptions): Promise<R> {
  checkNames(record, attributes, `clone of ${String(record)}`);
  checkOptions(record.constructor, 'clone', options);
  return operate<R>(record, {
    operation: 'clone',
    args: Object.keys(attributes).length > 0 ? [attributes] : [],
    options,
    queued: false,
    perform: async ({ limit }) => {
      limit.depart();
      const source = await loadedRecord(record, 'clone', { signal: options.signal });
      return source.buildClone(attributes, options);
    },
  });
}

/** Makes a new record with deep copies of a record's values, without the id, fields with `onClone: 'reset'`, and the saved state. */
export function copyRecord<R extends BaseResource>(record: R, attributes: object): R {
  const source = stateOf(record);
  const copy = new (record.constructor as new () => R)();
  const state = stateOf(copy);
  state.connection = connectionOfRecord(record);
  state.extras = unknownKeysOf(source);
  state.precedent = source.saved ?? source.precedent;
  inOneCopy(() => {
    remember(record, copy);
    for (const field of source.metadata.fields) {
      if (field.property === 'id' || !field.copies) continue;
      (copy as unknown as Properties)[field.property] = copyField(record, source, field);
    }
  });
  assignFields(copy, attributes);
  return copy;
}
