import { z } from 'zod';
import { compileExpression } from '../../expression/compile.js';
import { operation } from '../../operation.js';
import { columnName, columnNames } from '../../table/column-name.js';
import { compileColumnOperation } from '../../table/column-operations.js';
import type { ColumnOperation, Row } from '../../types.js';
import { type Cast, castColumn, castTypes } from '../../values/cast.js';
import { messageOf } from '../../values/kinds.js';
import { peek } from '../../values/table.js';
import { perRow, type RowOperation, valueAt } from './row-operation.js';

/** `{ columns: ['a', 'b'] }`: keeps these columns, in this order. */
export const select = operation(
  z.looseObject({ columns: columnNames }),
  ({ columns }): RowOperation => perRow(columns, (row) => Object.fromEntries(columns.map((name) => [name, valueAt(row, name)]))),
);

/** `{ columns: ['a'] }`: removes these columns. */
export const drop = operation(z.looseObject({ columns: columnNames }), ({ columns }): RowOperation => {
  const dropped = new Set(columns);
  return perRow(columns, (row) => Object.fromEntries(Object.entries(row).filter(([name]) => !dropped.has(name))));
});

/** `{ columns: { old: 'new' } }`: renames columns without reordering them. An existing name is an error. */
export const rename = operation(z.looseObject({ columns: z.record(z.string(), columnName) }), ({ columns }): RowOperation => {
  const names = new Map(Object.entries(columns));
  return perRow([...names.keys()], (row) => {
    const renamed: Row = {};
    for (const [name, value] of Object.entries(row)) {
      const now = names.get(name) ?? name;
      if (Object.hasOwn(renamed, now)) throw new Error(`two columns would have the name '${now}'; drop one of them or choose another name`);
      renamed[now] = value;
    }
    return renamed;
  });
});

/** `{ column: 'total', expression: 'price * count' }`: sets a column to the value of an expression. A new column is the last one. */
export const derive = operation(z.looseObject({ column: columnName, expression: z.string() }), ({ column, expression }): RowOperation => {
  const compiled = compileExpression(expression);
  return perRow(compiled.columns, (row) => ({ ...row, [column]: compiled.evaluate(row) }));
});

/**
 * `{ columns: { count: 'integer' } }`: casts columns to string, integer, float, number, boolean, datetime or object. Blank text becomes
 * null, except in a string. Of dates with slashes, the first one that shows the order of day and month decides for the column.
 */
export const cast = operation(
  z.looseObject({ columns: z.record(columnName, z.enum(castTypes)) }),
  ({ columns }): RowOperation => eachColumn(Object.entries(columns).map(([name, type]) => [name, castColumn(type)])),
);

/** `{ columns: ['a'], ...parameters }`: applies a column operation of a dataset schema to each of these columns. */
export function onColumns(type: string) {
  return operation(z.looseObject({ columns: columnNames }), (parameters): RowOperation => {
    const change = compileColumnOperation({ ...parameters, type } as ColumnOperation);
    return eachColumn(parameters.columns.map((name) => [name, change]));
  });
}

/** The number of rows in which the order of day and month is sought. */
const sampleSize = 1000;

function eachColumn(changes: readonly (readonly [string, Cast])[]): RowOperation {
  const names = changes.map(([name]) => name);
  const apply = (casts: typeof changes) =>
    perRow(names, (row) => {
      const changed = { ...row };
      for (const [name, change] of casts) changed[name] = within(name, () => change(valueAt(row, name)));
      return changed;
    });
  if (changes.every(([, change]) => change.forColumn === undefined)) return apply(changes);
  return async function* (rows, label) {
    const { first, all } = await peek(rows, sampleSize);
    const prepared = changes.map(([name, change]) => [name, change.forColumn?.(first.map((row) => valueAt(row, name))) ?? change] as const);
    yield* apply(prepared)(all, label);
  };
}

function within<T>(column: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    throw new Error(`column '${column}': ${messageOf(cause)}`, { cause });
  }
}
