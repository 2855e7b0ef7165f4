import type { Readable } from 'node:stream';
import { ConfigurationError, ValidationError } from '#front';
import { checkCount } from '../../vendor.js';
import { orderOf, orderOfAll, readDate } from '../tables/dates.js';
import { isPlainInteger, isPlainNumber, readBoolean } from '../tables/forms.js';
import type { DateOrder, ParsingOptions } from '../tables/parsing-options.js';
import { TableProblem } from '../tables/problem.js';
import { readTable, type TableFileType } from '../tables/read-table.js';
import { isBlank } from '../tables/words.js';
import type { ColumnInput, ColumnType } from './columns.js';

/** How a sample is read. What is set is stored in the `parsingOptions` of the schema version, so that the data is read in the same way. */
export interface SampleOptions extends ParsingOptions {
  /** The number of rows to read below the header. Default: 100. */
  sampleSize?: number | undefined;
  /** `'none'` makes every column a string. Default: 'types'. */
  infer?: 'types' | 'none' | undefined;
}

/** The schema inferred from a sample. */
export interface InferredSchema {
  columns: ColumnInput[];
  parsingOptions: ParsingOptions;
}

/**
 * Infers columns from the header and the first rows of a CSV or XLSX file. A column is an integer if all of its cells are whole numbers, a
 * float if all are numbers, a boolean if all are words such as yes and no, a datetime if all are dates, and otherwise a string. Blank cells
 * are ignored. A column is a string, too, if a cell would not be the same number again, such as `007`, `+1`, `1E5` and whole numbers beyond
 * 2^53, and if no cell shows the order of day and month of its dates. Every column is nullable, because rows outside the sample may lack a
 * value.
 *
 * @throws ValidationError if the file cannot be read as a table, naming the row, ConfigurationError if it is XLSX and a package is missing.
 */
export async function inferSchema(
  stream: Readable,
  name: string,
  { sampleSize = 100, infer = 'types', fileType = 'csv', ...parsing }: SampleOptions & { fileType?: TableFileType | undefined },
): Promise<InferredSchema> {
  const { headerRow = 1 } = parsing;
  checkCount('headerRow', headerRow, 1);
  checkCount('sampleSize', sampleSize, 0);
  const found: ParsingOptions = {};
  let header: readonly string[] = [];
  const rows: (readonly unknown[])[] = [];
  try {
    const onDialect = (dialect: { delimiter: string; encoding: string }) => Object.assign(found, dialect);
    for await (const batch of readTable(stream, { fileType, parsingOptions: parsing, onDialect })) {
      header = batch.header;
      for (const row of batch.rows.slice(0, sampleSize - rows.length)) rows.push(row);
      if (rows.length >= sampleSize) break;
    }
  } catch (error) {
    throw error instanceof TableProblem ? broken(name, error, headerRow) : error;
  }
  const orders = new Set<DateOrder>();
  const columns = header.map((column, index) => {
    const cells = rows.map((row) => row[index]).filter((cell) => !isBlank(cell));
    const { type, order } = infer === 'none' ? { type: 'string' } : typeOf(cells, parsing);
    if (order) orders.add(order);
    return { name: column, type, required: false };
  });
  const [dateOrder] = orders;
  const given = Object.fromEntries(Object.entries(parsing).filter(([, value]) => value !== undefined));
  return { columns, parsingOptions: { ...given, ...(orders.size === 1 && { dateOrder }), ...found, headerRow } };
}

/** The type of a column with these cells, none of which is blank, and the order that its dates show. */
function typeOf(
  cells: readonly unknown[],
  { decimalSeparator, dateOrder }: ParsingOptions,
): { type: ColumnType; order?: DateOrder | undefined } {
  if (cells.length === 0) return { type: 'string' };
  if (cells.every((cell) => (typeof cell === 'string' ? isPlainInteger(cell.trim()) : Number.isSafeInteger(cell))))
    return { type: 'integer' };
  if (cells.every((cell) => (typeof cell === 'string' ? isPlainNumber(cell.trim(), decimalSeparator) : typeof cell === 'number'))) {
    return { type: 'float' };
  }
  if (cells.every((cell) => typeof cell === 'boolean' || readBoolean(String(cell)) !== undefined)) return { type: 'boolean' };
  const order = dateOrder ?? orderOfAll(cells);
  const isDate = (cell: unknown) => cell instanceof Date || (typeof cell === 'string' && readDate(cell, { order }) !== undefined);
  const isUndecided = order === undefined && cells.some((cell) => typeof cell === 'string' && orderOf(cell) === 'either');
  return cells.every(isDate) && !isUndecided ? { type: 'datetime', order } : { type: 'string' };
}

function broken(name: string, cause: TableProblem, headerRow: number): Error {
  if (cause.code === 'package') return new ConfigurationError(cause.message, { cause });
  return new ValidationError(`No schema can be created from ${name}: ${problemOf(cause, headerRow)}.`, { cause });
}

function problemOf({ code, message, row, column }: TableProblem, headerRow: number): string {
  if (code === 'no_header') return `row ${headerRow} should contain the column names, but it is missing or blank`;
  if (code === 'repeated_name') return `row ${headerRow} contains the name "${column}" twice; rename one of the columns`;
  if (code === 'malformed') return `it is not valid CSV or XLSX: ${message.replace(/\.$/, '')}`;
  if (row !== undefined) return `row ${headerRow + row} ${message.replace(/^it /, '')}`;
  return column === undefined ? message : `column "${column}": ${message}`;
}
