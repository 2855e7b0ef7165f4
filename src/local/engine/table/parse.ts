import { TableError } from '../errors.js';
import type { ParseTableOptions, ParsingOptions, Row, TableSource } from '../types.js';
import { compileColumns, textColumns } from './columns.js';
import { readCsv } from './csv.js';
import { readXlsx } from './xlsx.js';

/**
 * Reads a CSV or XLSX file row by row, typed by the schema's columns; without columns every cell is a string.
 *
 * Columns are found by their header (`source`, or else `name`); columns of the file that the schema does not name are ignored,
 * and so are blank lines. The column's operations are applied to a cell, then it is cast to the column's type (`string integer
 * float boolean datetime`). Then the columns with a `transformExpr` are computed from the row. An empty cell is null, which is
 * rejected if the column is not nullable.
 *
 * Rows are counted from 1 without the header.
 * @throws TableError for the first invalid row, naming row and column, the cell and the remedy.
 */
export async function* parseTable(source: TableSource, options: ParseTableOptions): AsyncGenerator<Row> {
  const parsing = options.parsingOptions ?? {};
  const stream = typeof source === 'function' ? await source() : source;
  const records = options.fileType === 'xlsx' ? readXlsx(stream) : readCsv(stream, parsing);
  let header: string[] | undefined;
  let toRow: ((record: readonly unknown[], row: number) => Row) | undefined;
  let count = 0;
  for await (const record of tableLines(records, parsing)) {
    if (!header || !toRow) {
      header = headerOf(record);
      toRow = options.columns?.length ? compileColumns(options.columns, header) : textColumns(header);
      continue;
    }
    count++;
    const width = lastFilled(record, header.length);
    if (width !== header.length) throw widthError(width, header, count);
    yield toRow(record, count);
  }
  if (!header) throw new TableError('the file has no line with column names; add one, or check parsingOptions.headerRow and skipRows');
}

/** The header and the rows below it, without skipped and blank lines. */
async function* tableLines(records: AsyncIterable<readonly unknown[]>, options: ParsingOptions): AsyncGenerator<readonly unknown[]> {
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

/** The names of all columns: those of the header, or `column_3` for a third one without a name. */
function headerOf(record: readonly unknown[]): string[] {
  const names = record.map((cell, index) => (isBlank(cell) ? `column_${index + 1}` : String(cell).trim()));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new TableError('the header has it twice; the names of columns must be unique', { column: twice });
  if (names.includes('__proto__')) throw new TableError('a column cannot have this name; rename it', { column: '__proto__' });
  return names;
}

/** The number of cells of a record, without blank ones beyond the header. */
function lastFilled(record: readonly unknown[], expected: number): number {
  let width = record.length;
  while (width > expected && isBlank(record[width - 1])) width--;
  return width;
}

function widthError(width: number, header: readonly string[], row: number): TableError {
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
