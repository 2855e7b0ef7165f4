import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CsvError, parse } from 'csv-parse';
import { TableError } from '../errors.js';
import type { ParsingOptions } from '../types.js';

const delimiters = [',', ';', '\t', '|'];
/** The length of the sample in which the delimiter is detected, in characters. */
const sampleLength = 64 * 1024;

/**
 * The records of a CSV file (RFC 4180, LF or CRLF, with or without a byte order mark) as lists of text.
 * @throws TableError for bytes that are invalid in the encoding, and for unbalanced quotes.
 */
export async function* readCsv(stream: Readable, options: ParsingOptions): AsyncGenerator<string[]> {
  const text = decode(stream, options.encoding ?? 'utf-8');
  const { sample, all } = await peek(text);
  const parser = parse({
    delimiter: options.delimiter || detectDelimiter(sample),
    relax_column_count: true,
    skip_empty_lines: false,
  });
  const piping = pipeline(all, parser).catch((error: unknown) => parser.destroy(error instanceof Error ? error : new Error(String(error))));
  try {
    yield* parser as AsyncIterable<string[]>;
    await piping;
  } catch (error) {
    throw error instanceof CsvError
      ? new TableError(`the CSV is malformed: ${error.message}. Put quotes around the cell and double those inside it.`, { cause: error })
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
    throw new TableError(`the encoding '${encoding}' is unknown; use one such as utf-8, utf-16le or windows-1252`, { cause: error });
  }
}

/** A sample of the start of a text, and the whole text. */
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

/** The most frequent of `,` `;` tab and `|`, outside quotes, in the first line that is not blank; the comma when there is none. */
export function detectDelimiter(sample: string): string {
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
