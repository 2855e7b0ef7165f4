import type { Row } from '../../types.js';
import { listed, messageOf } from '../../values/kinds.js';

/** Transforms rows. `label` names the operation in errors. */
export type RowOperation = (rows: AsyncIterable<Row>, label: string) => AsyncIterable<Row>;

/**
 * An operation on one row at a time; `change` gives the new row, or undefined to drop it.
 * The required columns must exist in the first row; a later row that lacks one has null there.
 */
export function perRow(required: readonly string[], change: (row: Row) => Row | undefined): RowOperation {
  return async function* (rows, label) {
    let number = 0;
    for await (const row of rows) {
      if (number++ === 0) requireColumns(row, required, label);
      const changed = atRow(number, label, () => change(row));
      if (changed) yield changed;
    }
  };
}

/** @throws Error naming the missing column and the existing ones. */
export function requireColumns(row: Row, required: readonly string[], label: string): void {
  const missing = required.find((name) => !Object.hasOwn(row, name));
  if (missing !== undefined) throw new Error(`${label}: there is no column '${missing}'; the rows have ${listed(Object.keys(row))}`);
}

/** Runs an action on a row; errors name the operation and the row, counted from 1. */
export function atRow<T>(number: number, label: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    throw new Error(`${label}, row ${number}: ${messageOf(cause)}`, { cause });
  }
}

/** The value of a column in a row; null if it is absent. */
export function valueAt(row: Row, column: string): unknown {
  return Object.hasOwn(row, column) ? (row[column] ?? null) : null;
}
