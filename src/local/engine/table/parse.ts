import { TableError } from '../errors.js';
import type { ParseTableOptions, ParsingOptions, Row, TableSource } from '../types.js';
import { compileColumns, textColumns } from './columns.js';
import { readCsv } from './csv.js';
import { readXlsx } from './xlsx.js';

/**
 * Reads a CSV or XLSX file row by row, typed by the schema's columns; without columns every cell is a string.
 *
 * Columns are found by their header (`source`, else `name`); a column of the file that the schema does not name is left out.
 * Blank lines are passed over. A cell goes through the column's operations, then to its type (`string integer float boolean
 * datetime`); then the columns with a `transformExpr` are computed from the row. An empty cell is null, and refused where
 * the column is not nullable.
 *
 * A row is counted from 1 without the header.
 * @throws TableError naming row and column, what was found and what to do, on the first row that does not fit.
 */
export async function* parseTable(source: TableSource, options: ParseTableOptions): AsyncGenerator<Row> {
  const parsing = options.parsingOptions ?? {};
  const stream = typeof source === 'function' ? await source() : source;
  const records = options.fileType === 'xlsx' ? readXlsx(stream) : readCsv(stream, parsing);
  let header: string[] | undefined;
  let toRow: ((record: readonly unknown[], row: number) => Row) | undefined;
  let count = 0;
  for await (const record of wanted(records, parsing)) {
    if (!header || !toRow) {
      header = headerOf(record);
      toRow = options.columns?.length ? compileColumns(options.columns, header) : textColumns(header);
      continue;
    }
    count++;
    const width = lastFilled(record, header.length);
    if (width !== header.length) throw ragged(width, header, count);
    yield toRow(record, count);
  }
  if (!header) throw new TableError('the file has no line with column names; give it one, or check parsingOptions.headerRow and skipRows');
}

/** The header and the rows under it: no skipped line, no blank one, none above the header. */
async function* wanted(records: AsyncIterable<readonly unknown[]>, options: ParsingOptions): AsyncGenerator<readonly unknown[]> {
  const { skipRows = 0, headerRow = 1 } = options;
  const skipped = Array.isArray(skipRows) ? new Set(skipRows) : undefined;
  const isSkipped = (index: number) => (skipped ? skipped.has(index) : index < Number(skipRows));
  let index = -1;
  let line = 0;
  for await (const record of records) {
    index++;
    if (isSkipped(index)) continue;
    line++;
    if (line >= headerRow && !isBlankLine(record)) yield record;
  }
}

/** Names for all columns: those of the header, `column_3` for a third one without a name. */
function headerOf(record: readonly unknown[]): string[] {
  const names = record.map((cell, index) => (isBlank(cell) ? `column_${index + 1}` : String(cell).trim()));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new TableError('the header names it twice; give each column a name of its own', { column: twice });
  if (names.includes('__proto__')) throw new TableError('this name is not possible for a column; rename it', { column: '__proto__' });
  return names;
}

/** How many cells a record has; blank ones beyond the header do not count. */
function lastFilled(record: readonly unknown[], expected: number): number {
  let width = record.length;
  while (width > expected && isBlank(record[width - 1])) width--;
  return width;
}

function ragged(width: number, header: readonly string[], row: number): TableError {
  const end =
    width < header.length ? `the last one belongs to '${header[width - 1] ?? header[0]}'` : `the header ends with '${header.at(-1)}'`;
  const advice = 'correct the row; a cell that holds the delimiter or a line break needs quotes around it';
  return new TableError(`it has ${width} ${width === 1 ? 'cell' : 'cells'} where the header has ${header.length} (${end}); ${advice}`, {
    row,
  });
}

function isBlankLine(record: readonly unknown[]): boolean {
  return record.length === 0 || (record.length === 1 && isBlank(record[0]));
}

function isBlank(cell: unknown): boolean {
  return cell === null || cell === undefined || cell === '';
}
