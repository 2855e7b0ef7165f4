import { TableError } from '../errors.js';
import { compileExpression } from '../expression/compile.js';
import type { Column, ParsingOptions, Row } from '../types.js';
import { type Cast, castColumn, castTo, isCastType, mapCast } from '../values/cast.js';
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

/**
 * Converts records by a schema. `sample` are the first records, whose dates tell the order of day and month.
 * @throws TableError for a missing column, an unknown type or an invalid operation or expression.
 */
export function compileColumns(
  columns: readonly Column[],
  header: readonly string[],
  sample: readonly (readonly unknown[])[] = [],
  parsing: ParsingOptions = {},
): ToRow {
  const ordered = columns.toSorted((a, b) => (a.pos ?? 0) - (b.pos ?? 0));
  const places = new Map(header.map((name, index) => [name, index]));
  const cells = ordered.filter((column) => !column.transformExpr).map((column) => compileCell(column, places, sample, parsing));
  const computed = ordered.filter((column) => column.transformExpr).map((column) => compileComputed(column, parsing));
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
  places: ReadonlyMap<string, number>,
  sample: readonly (readonly unknown[])[],
  parsing: ParsingOptions,
): { name: string; read: (record: readonly unknown[], row: number) => unknown } {
  const { name } = column;
  const source = column.source ?? name;
  const index = places.get(source);
  if (index === undefined)
    throw new TableError(`the file has no column '${source}', only ${listed(places.keys())}; correct the schema or the file`, {
      column: name,
    });
  const operations = (column.operations ?? []).map((operation) => within(name, () => compileColumnOperation(operation, parsing)));
  const convert = forColumn([...operations, typed(column, parsing)], () => sample.map((record) => emptyAsNull(record[index])));
  const read = (record: readonly unknown[], row: number): unknown => {
    try {
      return convert(emptyAsNull(record[index]));
    } catch (error) {
      throw cellError(error, name, row);
    }
  };
  return { name, read };
}

/** The steps for the values of a column as one, each prepared with what the steps before it make of the sample. */
function forColumn(steps: readonly Cast[], sample: () => readonly unknown[]): Cast {
  let values = steps.some((step) => step.forColumn) ? sample() : [];
  const prepared = steps.map((step) => {
    const ready = step.forColumn?.(values) ?? step;
    values = values.map((value) => attempt(ready, value));
    return ready;
  });
  const [only] = prepared;
  if (prepared.length === 1 && only) return only;
  return (value) => prepared.reduce((current, step) => step(current), value);
}

function attempt(cast: Cast, value: unknown): unknown {
  try {
    return cast(value);
  } catch {
    return null;
  }
}

function emptyAsNull(cell: unknown): unknown {
  return cell === '' || cell === undefined ? null : cell;
}

function compileComputed(column: Column, parsing: ParsingOptions): { name: string; compute: (row: Row, number: number) => unknown } {
  const { name } = column;
  const expression = within(name, () => compileExpression(column.transformExpr ?? ''));
  const finish = typed(column, parsing);
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
function typed({ name, type, nullable }: Column, { dateOrder, decimalSeparator }: ParsingOptions): Cast {
  if (!isCastType(type)) {
    throw new TableError(`its type '${type}' is unknown; use string, integer, float, boolean or datetime`, { column: name });
  }
  const cast = castColumn(type, { dateOrder, decimalSeparator });
  if (nullable) return cast;
  return mapCast(cast, (inner) => (value) => {
    const result = inner(value);
    if (result === null) throw new Error('the cell is empty, but the column is not nullable');
    return result;
  });
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
