import type { BaseResource } from './base-resource.js';
import { changedFields } from './state/changes.js';
import { stateOf } from './state/record-state.js';

/** How a record looks in the console: its class, its fields, and which have changed. */
export function inspectRecord(
  record: BaseResource,
  depth: number,
  options: object,
  inspect: (value: unknown, options: object) => string,
): string {
  const state = stateOf(record);
  const name = record.constructor.name;
  if (depth < 0) return `[${String(record)}]`;
  const changed = new Set(state.saved === null ? [] : changedFields(record));
  const inner = { ...options, depth: depth - 1 };
  const lines = state.shape.fields
    .map((field) => ({ field, value: (record as unknown as Record<string, unknown>)[field.property] }))
    .filter(({ value }) => value !== undefined)
    .map(
      ({ field, value }) =>
        `  ${field.property}: ${inspect(value, inner).replaceAll('\n', '\n  ')}${changed.has(field) ? ' (modified)' : ''}`,
    );
  const label = state.isDeleted ? ' (deleted)' : state.saved === null ? ' (new)' : '';
  return lines.length === 0 ? `${name}${label} {}` : `${name}${label} {\n${lines.join(',\n')}\n}`;
}
