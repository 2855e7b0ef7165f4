import type { Readable } from 'node:stream';
import { TableProblem } from './problem.js';

/** The byte order marks of the Encoding Standard. */
const marks: readonly (readonly [encoding: string, ...bytes: number[]])[] = [
  ['utf-8', 0xef, 0xbb, 0xbf],
  ['utf-16le', 0xff, 0xfe],
  ['utf-16be', 0xfe, 0xff],
];

/** The text of a file, and its encoding: that of its byte order mark, or else the given one. */
export interface DecodedText {
  encoding: string;
  pieces: AsyncGenerator<string, undefined>;
}

/**
 * Decodes a file as the Encoding Standard does: a byte order mark takes precedence over `encoding`, `utf-8` by default. The encoding of a
 * file without a mark is not guessed, because encodings such as windows-1252 and windows-1250 give the same bytes different letters.
 * @throws TableProblem for an unknown encoding and, while it is read, for bytes that are invalid in the encoding.
 */
export async function decode(stream: Readable, encoding = 'utf-8'): Promise<DecodedText> {
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Uint8Array | string>;
  const start = await firstBytes(chunks);
  const marked =
    typeof start === 'string' ? undefined : marks.find(([, ...bytes]) => bytes.every((byte, index) => start[index] === byte))?.[0];
  const name = marked ?? encoding;
  const decoder = decoderFor(name);
  return { encoding: name, pieces: decoded(start, chunks, decoder, name) };
}

async function firstBytes(chunks: AsyncIterator<Uint8Array | string>): Promise<Uint8Array | string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  while (length < 3) {
    const { done, value } = await chunks.next();
    if (done) break;
    if (typeof value === 'string') return value;
    parts.push(value);
    length += value.length;
  }
  return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
}

async function* decoded(
  start: Uint8Array | string,
  chunks: AsyncIterator<Uint8Array | string>,
  decoder: TextDecoder,
  encoding: string,
): AsyncGenerator<string, undefined> {
  try {
    yield typeof start === 'string' ? start : decoder.decode(start, { stream: true });
    for (;;) {
      const { done, value } = await chunks.next();
      if (done) break;
      yield typeof value === 'string' ? value : decoder.decode(value, { stream: true });
    }
    yield decoder.decode();
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new TableProblem(
      'encoding',
      `the file is not ${encoding} text; save it as UTF-8 or name its encoding in parsingOptions.encoding`,
      { cause },
    );
  } finally {
    await chunks.return?.();
  }
}

function decoderFor(encoding: string): TextDecoder {
  try {
    return new TextDecoder(encoding, { fatal: true });
  } catch (cause) {
    throw new TableProblem('encoding', `the encoding '${encoding}' is unknown; use one such as utf-8, utf-16le or windows-1252`, { cause });
  }
}
