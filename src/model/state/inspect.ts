import type { FieldMetadata } from '../fields/metadata.js';
import { shown } from '../support/shown.js';
import { messageOf } from './describe.js';
import { changedFields } from './dirty-check.js';
import { redacted } from './secrets.js';
import { stateOf } from './slot.js';

/** Records that are being printed, to detect a record that contains itself. */
const printing = new WeakSet<object>();

/** The text for `console.log(record)`: the class, the fields, and which of them have changed. */
export function inspectRecord(
  record: object,
  depth: number | null,
  options: object,
  inspect: (value: unknown, options: object) => string,
): string {
  if (printing.has(record)) return `[Circular ${String(record)}]`;
  printing.add(record);
  try {
    return print(record, depth, options, inspect);
  } finally {
    printing.delete(record);
  }
}

function print(record: object, depth: number | null, options: object, inspect: (value: unknown, options: object) => string): string {
  const state = stateOf(record);
  const name = record.constructor.name;
  if (depth !== null && depth < 0) return `[${String(record)}]`;
  const changed = new Set(state.saved === null ? [] : changedFields(record));
  const inner = { ...options, depth: depth === null ? null : depth - 1 };
  const lines = state.metadata.fields
    .map((field) => ({ field, text: printField(record, field, (value) => shown(value, inner, inspect)) }))
    .filter(({ text }) => text !== undefined)
    .map(({ field, text }) => `  ${field.property}: ${text?.replaceAll('\n', '\n  ')}${changed.has(field) ? ' (modified)' : ''}`);
  const label = state.isDeleted ? ' (deleted)' : state.saved === null ? ' (new)' : '';
  return lines.length === 0 ? `${name}${label} {}` : `${name}${label} {\n${lines.join(',\n')}\n}`;
}

/** What a field is printed as; undefined where it has no value. One that cannot be read says why. */
function printField(record: object, field: FieldMetadata, inspect: (value: unknown) => string): string | undefined {
  try {
    const value = (record as Record<string, unknown>)[field.property];
    if (field.secret && value !== undefined && value !== null) return redacted;
    return value === undefined ? undefined : inspect(value);
  } catch (error) {
    return `[${messageOf(error)}]`;
  }
}
