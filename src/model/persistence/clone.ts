import type { BaseResource } from '../base-resource.js';
import { connectionOfRecord } from '../binding.js';
import { type HookOptions, operate } from '../hooks/life-cycle.js';
import { assignFields, checkNames, type Properties } from '../state/assign.js';
import { unknownKeysOf } from '../state/saved.js';
import { stateOf } from '../state/slot.js';
import { checkOptions } from '../support/known-options.js';

export async function cloneRecord<R extends BaseResource>(record: R, attributes: object, options: HookOptions): Promise<R> {
  checkNames(stateOf(record).metadata, attributes, `clone of ${String(record)}`);
  checkOptions(record.constructor, 'clone', options);
  return operate<R>(record, {
    operation: 'clone',
    args: Object.keys(attributes).length > 0 ? [attributes] : [],
    options,
    queued: false,
    perform: async () => record.buildClone(attributes, options),
  });
}

/** A new record with deep copies of a record's values, without its id, what the platform owns, and its saved state. */
export function copyRecord<R extends BaseResource>(record: R, attributes: object): R {
  const source = stateOf(record);
  const copy = new (record.constructor as new () => R)();
  const state = stateOf(copy);
  state.connection = connectionOfRecord(record);
  state.extras = unknownKeysOf(source);
  for (const field of source.metadata.fields) {
    if (field.property === 'id' || !field.copies) continue;
    const value = (record as unknown as Properties)[field.property];
    (copy as unknown as Properties)[field.property] = field.codec.copy(value, source.saved?.[field.wire]);
  }
  assignFields(copy, attributes);
  return copy;
}
