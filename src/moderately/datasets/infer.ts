import { ValidationError } from '#front';
import { checkCount } from '../../vendor.js';
import type { ColumnInput, ColumnType, ParsingOptions } from './columns.js';

export interface SampleOptions {
  /** The row with the column names. The first row is 1. Default: 1. */
  headerRow?: number | undefined;
  /** The number of rows to read below the header. Default: 100. */
  sampleSize?: number | undefined;
  /** Default: the one of comma, semicolon, tab and `|` that splits the header into the most columns. */
  delimiter?: string | undefined;
  /** Default: 'utf-8'. */
  encoding?: string | undefined;
  /** `'none'` makes every column a string. Default: 'types'. */
  infer?: 'types' | 'none' | undefined;
}

/** The schema inferred from a sample. */
export interface InferredSchema {
  columns: ColumnInput[];
  parsingOptions: ParsingOptions;
}

const delimiters = [',', ';', '\t', '|'];

/**
 * Infers columns from the header and the first rows of a CSV file. A column is an integer if all of its cells are whole numbers, a float if
 * all are numbers, a boolean if all are words such as yes and no, a datetime if at least 80 % are dates, and otherwise a string. Blank
 * cells are ignored. Numbers with leading zeros are treated as codes and make the column a string. Every column is nullable, because rows outside
 * the sample may lack a value.
 *
 * @throws ValidationError if the text is not valid CSV, the header is missing, a name is blank or repeated, or the length of a row differs
 *   from that of the header.
 */
export async function inferSchema(content: AsyncIterable<Uint8Array>, name: string, options: SampleOptions): Promise<InferredSchema> {
  const { headerRow = 1, sampleSize = 100, encoding = 'utf-8', infer = 'types' } = options;
  checkCount('headerRow', headerRow, 1);
  checkCount('sampleSize', sampleSize, 0);
  const { records, delimiter } = await readRecords(content, name, {
    delimiter: options.delimiter,
    encoding,
    headerRow,
    last: headerRow + sampleSize,
  });
  const header = records[headerRow - 1]?.map((cell) => cell.trim());
  if (!header || header.every((cell) => cell === ''))
    throw broken(name, `row ${headerRow} should contain the column names, but it is missing or blank`);
  checkHeader(name, header, headerRow);
  const rows = records.slice(headerRow);
  checkRows(name, rows, header.length, headerRow);
  const columns = header.map((column, index) => {
    const cells = rows.flatMap((row) => (row[index] ?? '').trim() || []);
    return { name: column, type: infer === 'none' ? 'string' : typeOf(cells), required: false };
  });
  return { columns, parsingOptions: { delimiter, headerRow, encoding } };
}

type Parse = typeof import('#csv-parse').parse;

async function readRecords(
  content: AsyncIterable<Uint8Array>,
  name: string,
  options: { delimiter: string | undefined; encoding: string; headerRow: number; last: number },
): Promise<{ records: string[][]; delimiter: string }> {
  const { CsvError, parse } = await import('#csv-parse');
  const text = decoded(content, name, options.encoding);
  try {
    const { value: start = '' } = await text.next();
    const delimiter = options.delimiter ?? (await sniffed(parse, start, options.headerRow));
    async function* whole(): AsyncGenerator<string> {
      yield start;
      yield* text;
    }
    return { records: await firstRecords(parse, whole(), delimiter, options.last), delimiter };
  } catch (error) {
    if (error instanceof CsvError) throw broken(name, `it is not valid CSV: ${error.message}`, error);
    throw error;
  } finally {
    await text.return(undefined);
  }
}

/** The first records of a text that comes in pieces. No more is read than they need. @throws CsvError */
async function firstRecords(
  parse: Parse,
  pieces: AsyncIterable<string> | Iterable<string>,
  delimiter: string,
  last: number,
): Promise<string[][]> {
  const parser = parse({ delimiter, relax_column_count: true, to: last });
  // The parser calls it at the end, but the streams of its edition for browsers have none.
  parser.destroy ??= () => parser;
  const records: string[][] = [];
  const parsed = new Promise<void>((resolve, reject) => {
    parser.on('readable', () => {
      for (let record = parser.read(); record !== null; record = parser.read()) records.push(record as string[]);
    });
    parser.once('end', resolve);
    parser.once('error', reject);
  });
  for await (const piece of pieces) {
    await Promise.race([parsed, new Promise<void>((resolve) => parser.write(piece, () => resolve()))]);
    if (records.length >= last) break;
  }
  parser.end();
  await parsed;
  return records;
}

async function* decoded(content: AsyncIterable<Uint8Array>, name: string, encoding: string): AsyncGenerator<string, undefined> {
  try {
    const decoder = new TextDecoder(encoding, { fatal: true });
    for await (const chunk of content) yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    throw broken(name, `it is not ${encoding} text; set encoding, for example to windows-1252`, error);
  }
}

/** The delimiter that splits the header into the most columns. */
async function sniffed(parse: Parse, start: string, headerRow: number): Promise<string> {
  const widths = await Promise.all(
    delimiters.map((delimiter) =>
      firstRecords(parse, [start], delimiter, headerRow).then(
        (records) => records[headerRow - 1]?.length ?? 0,
        () => 0, // not valid CSV with this delimiter
      ),
    ),
  );
  return delimiters[widths.indexOf(Math.max(...widths))]!;
}

function checkHeader(name: string, header: readonly string[], headerRow: number): void {
  for (const [index, column] of header.entries()) {
    if (column === '') throw broken(name, `column ${index + 1} of row ${headerRow} has no name`);
    if (header.indexOf(column) !== index)
      throw broken(name, `row ${headerRow} contains the name "${column}" twice; rename one of the columns`);
  }
}

function checkRows(name: string, rows: readonly string[][], width: number, headerRow: number): void {
  for (const [index, { length }] of rows.entries()) {
    const isBlank = length === 1 && rows[index]![0] === '';
    if (length === width || isBlank) continue;
    throw broken(
      name,
      `row ${headerRow + 1 + index} has ${length} cells, but the header in row ${headerRow} has ${width}; correct the row, or put quotes ` +
        'around cells that contain the delimiter',
    );
  }
}

const dates = [/^\d{4}-\d{2}-\d{2}/, /^\d{2}\/\d{2}\/\d{4}/];
const yesNo = new Set(['true', 'false', '1', '0', 'yes', 'no', 'y', 'n']);
const leadingZeros = /^[+-]?0\d/;

/** The type of a column with these cells, none of which is blank. */
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
  return new ValidationError(`No schema can be created from ${name}: ${problem}.`, cause === undefined ? {} : { cause });
}
