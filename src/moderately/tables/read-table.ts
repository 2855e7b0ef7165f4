import type { Readable } from 'node:stream';
import { type CsvDialect, readCsv } from './csv.js';
import { LineFilter } from './line-filter.js';
import type { ParsingOptions } from './parsing-options.js';
import { TableProblem } from './problem.js';
import { firstRepeated, isBlank, quote } from './words.js';
import { readXlsx } from './xlsx/read-xlsx.js';

export type TableFileType = 'csv' | 'xlsx';

/** The most columns that a table may have. A sheet has at most 16,384 by its format. */
const mostColumns = 200_000;

/** The most columns without a name at the right of a sheet. What is farther away is no part of the table. */
const mostUnnamed = 256;

/** Some rows of a table. */
export interface TableBatch {
  /** The names of the columns. */
  header: readonly string[];
  /** Each with as many cells as the header: text from CSV; text, numbers, booleans, dates and null from XLSX. A null marker is null. */
  rows: readonly (readonly unknown[])[];
  /** The number of rows before them. */
  before: number;
}

export interface ReadTableOptions {
  fileType: TableFileType;
  parsingOptions?: ParsingOptions | null | undefined;
  /** Called before the first batch of a CSV file. */
  onDialect?: ((dialect: CsvDialect) => void) | undefined;
}

/**
 * Reads a CSV or XLSX file. There is at least one batch, which may have no rows. The stream is destroyed at the end.
 *
 * The one reader of tables: the inference of schemas and the local platform read with it, so that each reads what the other does.
 * @throws TableProblem for a file that is no table, naming the row and the column.
 */
export async function* readTable(stream: Readable, options: ReadTableOptions): AsyncGenerator<TableBatch, undefined> {
  const parsing = options.parsingOptions ?? {};
  const filter = new LineFilter(parsing);
  const isSheet = options.fileType === 'xlsx';
  const batches = isSheet ? readXlsx(stream, parsing, filter) : readCsv(stream, parsing, options.onDialect);
  const isHeader = parsing.hasHeader ?? true;
  const isMissing = missingOf(parsing.nullValues);
  let header: string[] | undefined;
  let before = 0;
  for await (const records of batches) {
    const rows: (readonly unknown[])[] = [];
    let problem: TableProblem | undefined;
    for (const [index, record] of records.entries()) {
      if (!filter.keeps(record)) continue;
      if (!header) {
        const first = isSheet ? widened(record, records.slice(index + 1)) : record;
        header = isHeader ? headerOf(first) : unnamedColumns(first);
        if (isHeader) continue;
      }
      const row = before + rows.length + 1;
      const cells = fitted(record, header.length, isSheet);
      if (!cells) {
        problem = widthProblem(record, header, row);
        break;
      }
      rows.push(isMissing ? cells.map((cell) => (isMissing(cell) ? null : cell)) : cells);
    }
    if (header) yield { header, rows, before };
    // After the rows above it, which a reader may be content with.
    if (problem) throw problem;
    before += rows.length;
  }
  if (!header) throw noHeader('the file has no line with column names; add one, or check parsingOptions.headerRow and skipRows');
}

/** The names of all columns: those of the header, or `column_3` for a third one without a name. */
function headerOf(record: readonly unknown[]): string[] {
  checkWidth(record);
  if (record.every(isBlank))
    throw noHeader('the line with the column names is blank; fill it in, or check parsingOptions.headerRow and skipRows');
  const written = new Set(record.map((cell) => (isBlank(cell) ? '' : nameOf(cell))));
  const names = record.map((cell, index) => (isBlank(cell) ? unnamed(index, written) : nameOf(cell)));
  const twice = firstRepeated(names);
  if (twice !== undefined) {
    throw new TableProblem('repeated_name', 'the header has it twice; the names of columns must be unique', { column: twice });
  }
  if (names.includes('__proto__'))
    throw new TableProblem('invalid_name', 'a column cannot have this name; rename it', { column: '__proto__' });
  return names;
}

function checkWidth({ length }: readonly unknown[]): void {
  if (length <= mostColumns) return;
  throw new TableProblem('limit', `it has ${length.toLocaleString('en')} columns; a table may have ${mostColumns.toLocaleString('en')}`);
}

function nameOf(cell: unknown): string {
  return cell instanceof Date ? cell.toISOString() : String(cell).trim();
}

/** A name for a column without one, which no other column has. */
function unnamed(index: number, written: ReadonlySet<string>): string {
  let name = `column_${index + 1}`;
  while (written.has(name)) name += '_';
  return name;
}

function unnamedColumns(record: readonly unknown[]): string[] {
  checkWidth(record);
  return record.map((_cell, index) => `column_${index + 1}`);
}

/** The first record of a sheet, as wide as the first rows below it: columns at the right may lack a name, and a sheet does not say so. */
function widened(record: readonly unknown[], rows: readonly (readonly unknown[])[]): readonly unknown[] {
  const most = record.length + mostUnnamed;
  const width = rows.reduce((widest, { length }) => (length <= most ? Math.max(widest, length) : widest), record.length);
  return Array.from({ length: width }, (_unused, index) => record[index] ?? null);
}

/** A record with this many cells: without blank ones beyond them and, of a sheet, with null for those it lacks. Undefined if it has others. */
function fitted(record: readonly unknown[], width: number, isSheet: boolean): readonly unknown[] | undefined {
  if (record.length === width) return record;
  if (record.length < width) return isSheet ? Array.from({ length: width }, (_unused, index) => record[index] ?? null) : undefined;
  for (let index = width; index < record.length; index++) if (!isBlank(record[index])) return undefined;
  return record.slice(0, width);
}

function missingOf(markers: readonly string[] = []): ((cell: unknown) => boolean) | undefined {
  if (markers.length === 0) return undefined;
  const set = new Set(markers);
  return (cell) => typeof cell === 'string' && set.has(cell.trim());
}

function widthProblem(record: readonly unknown[], header: readonly string[], row: number): TableProblem {
  let width = record.length;
  while (width > header.length && isBlank(record[width - 1])) width--;
  const isShort = width < header.length;
  const end = isShort ? `the last one belongs to '${header[width - 1] ?? header[0]}'` : `the header ends with '${header.at(-1)}'`;
  const beyond = isShort ? '' : `, and the first one beyond it is ${quote(record.slice(header.length).find((cell) => !isBlank(cell)))}`;
  return new TableProblem(
    'width',
    `it has ${width} ${width === 1 ? 'cell' : 'cells'} where the header has ${header.length} (${end})${beyond}; correct the row; a cell that ` +
      'holds the delimiter or a line break needs quotes around it',
    { row },
  );
}

function noHeader(reason: string): TableProblem {
  return new TableProblem('no_header', reason);
}
