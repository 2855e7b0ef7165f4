import { shown } from '../support/shown.js';
import { changedFields } from './dirty-check.js';
import { stateOf } from './slot.js';

/** Records that are being printed: one inside itself would never end. */
const printing = new WeakSet<object>();

/** How a record is shown in the console: its class, its fields, and which have changed. */
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
    .map((field) => ({ field, value: (record as Record<string, unknown>)[field.property] }))
    .filter(({ value }) => value !== undefined)
    .map(
      ({ field, value }) =>
        `  ${field.property}: ${shown(value, inner, inspect).replaceAll('\n', '\n  ')}${changed.has(field) ? ' (modified)' : ''}`,
    );
  const label = state.isDeleted ? ' (deleted)' : state.saved === null ? ' (new)' : '';
  return lines.length === 0 ? `${name}${label} {}` : `${name}${label} {\n${lines.join(',\n')}\n}`;
}
