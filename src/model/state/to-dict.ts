import { metadataOf } from '../fields/compile.js';
import type { RecordMetadata } from '../fields/metadata.js';
import type { DictOptions, TransformOptions } from '../ports/transform-options.js';
import { fieldToJson } from './change-set.js';
import { unknownKeysOf } from './saved.js';
import { hidesSecrets, writingTo } from './secrets.js';
import { type RecordState, stateOf } from './slot.js';
import { noteSource, toJson } from './to-json.js';
import { enter, isAt, refuse, restoring } from './walk.js';
import { readable } from './wire-number.js';

/**
 * The record as JSON with wire names, including the keys that no field declares and the values that its class computes.
 *
 * @param options Default: those of the connection.
 * @throws ValidationError for a value that JSON cannot represent, such as a record that contains itself.
 */
export function toDict(record: object, options: DictOptions = {}): Record<string, unknown> {
  const state = stateOf(record);
  const own = options.secrets === undefined ? undefined : options.secrets ? 'send' : 'show';
  const writing = (write: () => Record<string, unknown>): Record<string, unknown> =>
    writingTo('show', () => whileWriting(record, write), own);
  return writing(() => {
    const metadata = viewOf(record, state, options);
    const result = fieldsOf(record, state, metadata);
    for (const { property, name, transform } of metadata.computed) {
      const found = (record as Record<string, unknown>)[property];
      const value = typeof found === 'function' ? (found.call(record) as unknown) : found;
      const json = toJson(transform ? transform(value, record) : value, property);
      if (json !== undefined) result[name] = json;
    }
    return readable({ ...result, ...unknownKeysOf(state) });
  });
}

/** The record as it is sent inside another one: with the digits of its numbers, and without what its class computes. */
export function toWire(record: object, options: TransformOptions = {}): Record<string, unknown> {
  const state = stateOf(record);
  return whileWriting(record, () => {
    const json = { ...fieldsOf(record, state, viewOf(record, state, options)), ...unknownKeysOf(state) };
    return noteSource(json, record);
  });
}

function viewOf(record: object, { metadata }: RecordState, { groups, version }: TransformOptions): RecordMetadata {
  if (groups === undefined && version === undefined) return metadata;
  const { transform } = metadata;
  return metadataOf(record.constructor, { groups: groups ?? transform.groups, version: version ?? transform.version });
}

function fieldsOf(record: object, state: RecordState, metadata: RecordMetadata): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const field of metadata.fields) {
    if (!field.sends || (field.secret && hidesSecrets()) || Object.hasOwn(result, field.sentAs)) continue;
    const json = fieldToJson(record, state, field);
    if (json !== undefined) result[field.sentAs] = json;
  }
  return result;
}

function whileWriting<T>(record: object, write: () => T): T {
  return restoring(() => {
    // The record is entered already where it is part of what is being written.
    if (!isAt(record) && enter(record) !== undefined) refuse('contains itself, or is nested too deeply, which JSON cannot carry');
    return write();
  });
}
