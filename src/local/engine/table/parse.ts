import { ConfigurationError } from '../../../model/errors/index.js';
import { TableProblem } from '../../../moderately/tables/problem.js';
import { readTable, type TableBatch } from '../../../moderately/tables/read-table.js';
import { TableError } from '../errors.js';
import type { ParseTableOptions, Row, TableSource } from '../types.js';
import { compileColumns, type ToRow, textColumns } from './columns.js';

/** The number of rows in which the order of day and month is sought. */
const sampleSize = 1000;

/**
 * Reads a CSV or XLSX file row by row, typed by the schema's columns; without columns every cell is a string.
 *
 * Columns are found by their header (`source`, or else `name`); columns of the file that the schema does not name are ignored,
 * and so are blank lines. The column's operations are applied to a cell, then it is cast to the column's type (`string integer
 * float boolean datetime`). Then the columns with a `transformExpr` are computed from the row. An empty cell is null, which is
 * rejected if the column is not nullable; for a type other than string, white space is empty too.
 *
 * Rows are counted from 1 without the header.
 * @throws TableError for the first invalid row, naming row and column, the cell and the remedy.
 */
export async function* parseTable(source: TableSource, options: ParseTableOptions): AsyncGenerator<Row> {
  const stream = typeof source === 'function' ? await source() : source;
  const batches = tableErrors(readTable(stream, options));
  try {
    const first: TableBatch[] = [];
    let sampled = 0;
    while (sampled < sampleSize) {
      const { done, value } = await batches.next();
      if (done) break;
      first.push(value);
      sampled += value.rows.length;
    }
    const toRow = compile(first, options);
    for (const { rows, before } of first)
      for (let index = 0; index < rows.length; index++) yield toRow(rows[index] ?? [], before + index + 1);
    for await (const { rows, before } of batches) {
      for (let index = 0; index < rows.length; index++) yield toRow(rows[index] ?? [], before + index + 1);
    }
  } finally {
    await batches.return(undefined);
    stream.destroy();
  }
}

function compile(first: readonly TableBatch[], { columns, parsingOptions }: ParseTableOptions): ToRow {
  const header = first[0]?.header ?? [];
  if (!columns?.length) return textColumns(header);
  return compileColumns(
    columns,
    header,
    first.flatMap(({ rows }) => rows),
    parsingOptions ?? {},
  );
}

async function* tableErrors(batches: AsyncGenerator<TableBatch, undefined>): AsyncGenerator<TableBatch, undefined> {
  try {
    yield* batches;
  } catch (cause) {
    if (!(cause instanceof TableProblem)) throw cause;
    const { code, message, row, column } = cause;
    if (code === 'package') throw new ConfigurationError(message, { cause });
    throw new TableError(message, { row, column, cause });
  }
}
