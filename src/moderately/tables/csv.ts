import type { Readable } from 'node:stream';
import { CsvSplitter } from './csv-splitter.js';
import { decode } from './encoding.js';
import { LineFilter } from './line-filter.js';
import type { ParsingOptions } from './parsing-options.js';
import { isBlank } from './words.js';

const delimiters = [',', ';', '\t', '|'];
/** The length of the sample in which the delimiter is detected, in characters. */
const sampleLength = 64 * 1024;
/** The number of rows below the header that are compared with it. */
const comparedRows = 20;
/** Excel's first line that names the delimiter. */
const separatorLine = /^"?sep=([^\r\n])"?(?:\r\n|\n|\r|$)/i;

/** How a CSV file is read in fact. */
export interface CsvDialect {
  delimiter: string;
  encoding: string;
}

/**
 * The records of a CSV file, in batches. `onDialect` is called before the first batch.
 * @throws TableProblem for bytes that are invalid in the encoding, and for a quote that is still open at the end.
 */
export async function* readCsv(
  stream: Readable,
  options: ParsingOptions,
  onDialect?: (dialect: CsvDialect) => void,
): AsyncGenerator<string[][], undefined> {
  try {
    const { encoding, pieces } = await decode(stream, options.encoding || undefined);
    let sample = '';
    while (sample.length < sampleLength) {
      const { done, value } = await pieces.next();
      if (done) break;
      sample += value;
    }
    const [hint = '', named] = separatorLine.exec(sample) ?? [];
    const start = sample.slice(hint.length);
    const delimiter = options.delimiter || named || detectDelimiter(start.slice(0, sampleLength), options);
    onDialect?.({ delimiter, encoding });
    const splitter = new CsvSplitter(delimiter);
    yield splitter.write(start);
    for await (const piece of pieces) yield splitter.write(piece);
    yield splitter.end();
  } finally {
    stream.destroy();
  }
}

/**
 * The delimiter of a CSV file: the one of `,` `;` tab and `|` that splits the header into several cells, and the rows below it into as
 * many; when several do, the one with the most cells. The comma when none does.
 */
export function detectDelimiter(sample: string, options: ParsingOptions): string {
  let best = { delimiter: ',', agreement: 0, width: 1 };
  for (const delimiter of delimiters) {
    const [header, ...rows] = tableIn(sample, delimiter, options);
    const width = header?.length ?? 0;
    if (width < 2) continue;
    const agreeing = rows.filter((row) => row.length === width || (row.length > width && row.slice(width).every(isBlank)));
    const agreement = rows.length === 0 ? 1 : agreeing.length / rows.length;
    if (best.width < 2 || agreement > best.agreement || (agreement === best.agreement && width > best.width)) {
      best = { delimiter, agreement, width };
    }
  }
  return best.delimiter;
}

/** The header and the first rows below it. */
function tableIn(sample: string, delimiter: string, options: ParsingOptions): string[][] {
  const splitter = new CsvSplitter(delimiter);
  const filter = new LineFilter(options);
  const records = splitter.write(sample).filter((record) => filter.keeps(record));
  if (records.length > 0) return records.slice(0, 1 + comparedRows);
  const last = splitter.unfinished();
  return filter.keeps(last) ? [last] : [];
}
