import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CsvError, parse } from 'csv-parse';
import { TableError } from '../errors.js';
import type { ParsingOptions } from '../types.js';

const delimiters = [',', ';', '\t', '|'];
/** How much of the start is looked at to find the delimiter, in characters. */
const sampleLength = 64 * 1024;

/**
 * The records of a CSV file (RFC 4180, LF or CRLF, with or without a byte order mark) as lists of text.
 * @throws TableError for bytes that are not in the encoding, and for quotes that do not fit.
 */
export async function* readCsv(stream: Readable, options: ParsingOptions): AsyncGenerator<string[]> {
  const text = decode(stream, options.encoding ?? 'utf-8');
  const { sample, all } = await peek(text);
  const parser = parse({
    delimiter: options.delimiter || sniffDelimiter(sample),
    relax_column_count: true,
    skip_empty_lines: false,
  });
  const feeding = pipeline(all, parser).catch((error: unknown) =>
    parser.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  try {
    yield* parser as AsyncIterable<string[]>;
    await feeding;
  } catch (error) {
    throw error instanceof CsvError
      ? new TableError(`the CSV text is broken: ${error.message}. Put quotes around the cell and double those inside it.`, { cause: error })
      : error;
  } finally {
    parser.destroy();
    stream.destroy();
  }
}

async function* decode(stream: Readable, encoding: string): AsyncGenerator<string> {
  const decoder = decoderFor(encoding);
  try {
    for await (const chunk of stream) yield typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new TableError(`the file is not ${encoding} text; save it as UTF-8 or name its encoding in parsingOptions.encoding`, {
      cause: error,
    });
  }
}

function decoderFor(encoding: string): TextDecoder {
  try {
    return new TextDecoder(encoding, { fatal: true });
  } catch (error) {
    throw new TableError(`the encoding '${encoding}' is not known; use one such as utf-8, utf-16le or windows-1252`, { cause: error });
  }
}

/** The start of a text, and the whole of it again. */
async function peek(text: AsyncGenerator<string>): Promise<{ sample: string; all: Readable }> {
  const parts: string[] = [];
  let length = 0;
  while (length < sampleLength) {
    const { done, value } = await text.next();
    if (done) break;
    parts.push(value);
    length += value.length;
  }
  const all = Readable.from(
    (async function* () {
      yield* parts;
      yield* text;
    })(),
  );
  return { sample: parts.join('').slice(0, sampleLength), all };
}

/** The one of `,` `;` tab and `|` that stands most often, outside quotes, in the first line that is not blank; the comma when none does. */
export function sniffDelimiter(sample: string): string {
  const counts = new Map(delimiters.map((delimiter) => [delimiter, 0]));
  let quoted = false;
  for (const character of sample.trimStart()) {
    if (character === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (character === '\n' || character === '\r') break;
    else if (counts.has(character)) counts.set(character, (counts.get(character) ?? 0) + 1);
  }
  return [...counts].reduce((best, candidate) => (candidate[1] > best[1] ? candidate : best))[0];
}
