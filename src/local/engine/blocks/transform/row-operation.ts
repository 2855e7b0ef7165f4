import type { Row } from '../../types.js';
import { listed, messageOf } from '../../values/kinds.js';

/** Rows in, rows out. `label` names the operation in errors. */
export type RowOperation = (rows: AsyncIterable<Row>, label: string) => AsyncIterable<Row>;

/**
 * An operation that looks at one row at a time; `change` gives the new row, or undefined to leave it out.
 * Columns it needs must be in the first row; a later row that lacks one has null there.
 */
export function perRow(needs: readonly string[], change: (row: Row) => Row | undefined): RowOperation {
  return async function* (rows, label) {
    let number = 0;
    for await (const row of rows) {
      if (number++ === 0) requireColumns(row, needs, label);
      const changed = atRow(number, label, () => change(row));
      if (changed) yield changed;
    }
  };
}

/** @throws Error naming the column that is missing and those there are. */
export function requireColumns(row: Row, needs: readonly string[], label: string): void {
  const missing = needs.find((name) => !Object.hasOwn(row, name));
  if (missing !== undefined) throw new Error(`${label}: there is no column '${missing}'; the rows have ${listed(Object.keys(row))}`);
}

/** Does something with a row; what it throws names the operation and the row, counted from 1. */
export function atRow<T>(number: number, label: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    throw new Error(`${label}, row ${number}: ${messageOf(cause)}`, { cause });
  }
}

/** A row's value; null where it has none. */
export function valueAt(row: Row, column: string): unknown {
  return Object.hasOwn(row, column) ? (row[column] ?? null) : null;
}
