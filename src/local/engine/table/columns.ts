import { TableError } from '../errors.js';
import { compileExpression } from '../expression/compile.js';
import type { Column, Row } from '../types.js';
import { type Cast, castTo, isCastType } from '../values/cast.js';
import { listed, messageOf } from '../values/kinds.js';
import { compileColumnOperation } from './column-operations.js';

/** Converts a record to a row. @throws TableError naming the row and the column with an invalid cell. */
export type ToRow = (record: readonly unknown[], row: number) => Row;

/** Converts records without a schema: all values are text, and an empty cell is empty text. */
export function textColumns(header: readonly string[]): ToRow {
  const toText = castTo('string');
  return (record) => {
    const row: Row = {};
    for (let index = 0; index < header.length; index++) row[header[index] as string] = toText(record[index]) ?? '';
    return row;
  };
}

/** Converts records by a schema. @throws TableError for a missing column, an unknown type or an invalid operation or expression. */
export function compileColumns(columns: readonly Column[], header: readonly string[]): ToRow {
  const ordered = columns.toSorted((a, b) => (a.pos ?? 0) - (b.pos ?? 0));
  const cells = ordered.filter((column) => !column.transformExpr).map((column) => compileCell(column, header));
  const computed = ordered.filter((column) => column.transformExpr).map(compileComputed);
  const names = ordered.map((column) => column.name);
  return (record, number) => {
    const row: Row = {};
    // Keeps the schema's order even when a computed column is between two read ones.
    if (computed.length > 0) for (const name of names) row[name] = null;
    for (const cell of cells) row[cell.name] = cell.read(record, number);
    for (const column of computed) row[column.name] = column.compute(row, number);
    return row;
  };
}

function compileCell(
  column: Column,
  header: readonly string[],
): { name: string; read: (record: readonly unknown[], row: number) => unknown } {
  const { name } = column;
  const source = column.source ?? name;
  const index = header.indexOf(source);
  if (index < 0)
    throw new TableError(`the file has no column '${source}', only ${listed(header)}; correct the schema or the file`, { column: name });
  const steps = (column.operations ?? []).map((operation) => within(name, () => compileColumnOperation(operation)));
  const finish = typed(column);
  const read = (record: readonly unknown[], row: number): unknown => {
    const cell = record[index];
    try {
      let value: unknown = cell === '' || cell === undefined ? null : cell;
      for (const step of steps) value = step(value);
      return finish(value);
    } catch (error) {
      throw cellError(error, name, row);
    }
  };
  return { name, read };
}

function compileComputed(column: Column): { name: string; compute: (row: Row, number: number) => unknown } {
  const { name } = column;
  const expression = within(name, () => compileExpression(column.transformExpr ?? ''));
  const finish = typed(column);
  const compute = (row: Row, number: number): unknown => {
    try {
      return finish(expression.evaluate(row));
    } catch (error) {
      throw cellError(error, name, number);
    }
  };
  return { name, compute };
}

/** The cast to the column's type, which also rejects empty cells of a column that is not nullable. */
function typed({ name, type, nullable }: Column): Cast {
  if (!isCastType(type)) {
    throw new TableError(`its type '${type}' is unknown; use string, integer, float, boolean or datetime`, { column: name });
  }
  const cast = castTo(type);
  return (value) => {
    const result = cast(value === '' && type !== 'string' ? null : value);
    if (result === null && !nullable) throw new Error('the cell is empty, but the column is not nullable');
    return result;
  };
}

function within<T>(column: string, compile: () => T): T {
  try {
    return compile();
  } catch (error) {
    throw new TableError(`the schema is invalid: ${messageOf(error)}`, { column, cause: error });
  }
}

function cellError(error: unknown, column: string, row: number): TableError {
  const reason = messageOf(error);
  return new TableError(`${reason}; correct the cell or change the column in the schema`, { row, column, cause: error });
}
