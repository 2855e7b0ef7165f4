import { pipeline, Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { parse as parseNow } from 'csv-parse/sync';
import { ValidationError } from '#front';
import { checkCount } from '../../vendor.js';
import type { ColumnInput, ColumnType, ParsingOptions } from './columns.js';

export interface SampleOptions {
  /** The row with the column names, from 1. Default: 1. */
  headerRow?: number | undefined;
  /** How many rows below it are read. Default: 100. */
  sampleSize?: number | undefined;
  /** Default: the one of `,` `;` tab and `|` that makes the most columns of the header. */
  delimiter?: string | undefined;
  /** Default: 'utf-8'. */
  encoding?: string | undefined;
  /** `'none'` makes every column a text. Default: 'types'. */
  infer?: 'types' | 'none' | undefined;
}

/** What a sample says about a table. */
export interface InferredSchema {
  columns: ColumnInput[];
  parsingOptions: ParsingOptions;
}

const delimiters = [',', ';', '\t', '|'];

/**
 * Reads the header and some rows of a CSV file and works out the columns: all cells whole numbers make integer, numbers float, words of
 * yes and no boolean, at least four of five dates datetime, anything else string. Blank cells say nothing; numbers with leading zeros
 * are codes and stay strings. Every column is nullable, for a sample cannot tell that no later row lacks a value.
 *
 * @throws ValidationError for text that is not CSV, a missing header, blank or repeated names, and rows of another length than the header.
 */
export async function inferSchema(stream: Readable, name: string, options: SampleOptions): Promise<InferredSchema> {
  const { headerRow = 1, sampleSize = 100, encoding = 'utf-8', infer = 'types' } = options;
  checkCount('headerRow', headerRow, 1);
  checkCount('sampleSize', sampleSize, 0);
  const { records, delimiter } = await readRecords(stream, name, {
    delimiter: options.delimiter,
    encoding,
    headerRow,
    last: headerRow + sampleSize,
  });
  const header = records[headerRow - 1]?.map((cell) => cell.trim());
  if (!header || header.every((cell) => cell === ''))
    throw broken(name, `row ${headerRow} should have the column names, but it is missing or blank`);
  checkHeader(name, header, headerRow);
  const rows = records.slice(headerRow);
  checkRows(name, rows, header.length, headerRow);
  const columns = header.map((column, index) => {
    const cells = rows.flatMap((row) => (row[index] ?? '').trim() || []);
    return { name: column, type: infer === 'none' ? 'string' : typeOf(cells), required: false };
  });
  return { columns, parsingOptions: { delimiter, headerRow, encoding } };
}

async function readRecords(
  stream: Readable,
  name: string,
  options: { delimiter: string | undefined; encoding: string; headerRow: number; last: number },
): Promise<{ records: string[][]; delimiter: string }> {
  const text = decoded(stream, name, options.encoding);
  try {
    const { value: start = '' } = await text.next();
    const delimiter = options.delimiter ?? sniffed(start, options.headerRow);
    const whole = async function* (): AsyncGenerator<string> {
      yield start;
      yield* text;
    };
    const parser = parse({ delimiter, relax_column_count: true, to: options.last });
    const records: string[][] = [];
    pipeline(Readable.from(whole()), parser, () => undefined);
    for await (const record of parser as AsyncIterable<string[]>) records.push(record);
    return { records, delimiter };
  } catch (error) {
    if (error instanceof CsvError) throw broken(name, `its CSV is broken: ${error.message}`, error);
    throw error;
  } finally {
    stream.destroy();
  }
}

async function* decoded(stream: Readable, name: string, encoding: string): AsyncGenerator<string, undefined> {
  try {
    const decoder = new TextDecoder(encoding, { fatal: true });
    for await (const chunk of stream as AsyncIterable<Uint8Array>) yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    throw broken(name, `it is not ${encoding} text; say its encoding, such as windows-1252`, error);
  }
}

/** The delimiter that makes the most columns of the header. */
function sniffed(start: string, headerRow: number): string {
  const widths = delimiters.map((delimiter) => {
    try {
      const records: string[][] = parseNow(start, { delimiter, relax_column_count: true, to: headerRow });
      return records[headerRow - 1]?.length ?? 0;
    } catch {
      return 0; // not even readable with this one
    }
  });
  return delimiters[widths.indexOf(Math.max(...widths))]!;
}

function checkHeader(name: string, header: readonly string[], headerRow: number): void {
  for (const [index, column] of header.entries()) {
    if (column === '') throw broken(name, `column ${index + 1} of row ${headerRow} has no name`);
    if (header.indexOf(column) !== index) throw broken(name, `row ${headerRow} has the name "${column}" twice; rename one`);
  }
}

function checkRows(name: string, rows: readonly string[][], width: number, headerRow: number): void {
  for (const [index, { length }] of rows.entries()) {
    const isBlank = length === 1 && rows[index]![0] === '';
    if (length === width || isBlank) continue;
    throw broken(
      name,
      `row ${headerRow + 1 + index} has ${length} cells, but the header in row ${headerRow} has ${width}; mend the row, or put quotes ` +
        'around cells with a delimiter in them',
    );
  }
}

const dates = [/^\d{4}-\d{2}-\d{2}/, /^\d{2}\/\d{2}\/\d{4}/];
const yesNo = new Set(['true', 'false', '1', '0', 'yes', 'no', 'y', 'n']);
const leadingZeros = /^[+-]?0\d/;

/** What all of these cells are; blank ones are not among them. */
function typeOf(cells: readonly string[]): ColumnType {
  if (cells.length === 0) return 'string';
  if (cells.some((cell) => leadingZeros.test(cell)) && cells.every(isNumber)) return 'string';
  if (cells.every((cell) => /^[+-]?\d+$/.test(cell)))
    return cells.every((cell) => Number.isSafeInteger(Number(cell))) ? 'integer' : 'string';
  if (cells.every(isNumber)) return 'float';
  if (cells.every((cell) => yesNo.has(cell.toLowerCase()))) return 'boolean';
  const dated = cells.filter((cell) => dates.some((pattern) => pattern.test(cell))).length;
  return dated >= cells.length * 0.8 ? 'datetime' : 'string';
}

function isNumber(cell: string): boolean {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(cell);
}

function broken(name: string, problem: string, cause?: unknown): ValidationError {
  return new ValidationError(`No schema can be made from ${name}: ${problem}.`, cause === undefined ? {} : { cause });
}
