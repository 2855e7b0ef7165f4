import { ValidationError } from '../errors/index.js';
import { metadataOf } from '../fields/compile.js';
import type { RecordMetadata } from '../fields/metadata.js';
import { fieldToJson } from './change-set.js';
import { unknownKeysOf } from './saved.js';
import { type RecordState, stateOf, type TransformOptions } from './slot.js';
import { toJson } from './to-json.js';
import { readable } from './wire-number.js';

/** Records that are being written: one inside itself would never end. */
const writing = new WeakSet<object>();

/**
 * The record with the keys of the wire, those without a field included, and what its class computes.
 *
 * @param options Default: those of the connection.
 */
export function toDict(record: object, options: TransformOptions = {}): Record<string, unknown> {
  const state = stateOf(record);
  return whileWriting(record, () => {
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
  return whileWriting(record, () => ({ ...fieldsOf(record, state, viewOf(record, state, options)), ...unknownKeysOf(state) }));
}

function viewOf(record: object, { metadata }: RecordState, { groups, version }: TransformOptions): RecordMetadata {
  if (groups === undefined && version === undefined) return metadata;
  const { transform } = metadata;
  return metadataOf(record.constructor, { groups: groups ?? transform.groups, version: version ?? transform.version });
}

function fieldsOf(record: object, state: RecordState, metadata: RecordMetadata): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const field of metadata.fields) {
    if (!field.sends || Object.hasOwn(result, field.sentAs)) continue;
    const json = fieldToJson(record, state, field);
    if (json !== undefined) result[field.sentAs] = json;
  }
  return result;
}

function whileWriting<T>(record: object, write: () => T): T {
  if (writing.has(record)) throw new ValidationError(`${String(record)} contains itself, which JSON cannot carry.`);
  writing.add(record);
  try {
    return write();
  } finally {
    writing.delete(record);
  }
}
