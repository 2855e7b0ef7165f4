import { Buffer } from 'node:buffer';
import { ByteReader } from './byte-reader.js';
import type { Coding } from './content-codings.js';
import { decoders } from './decoders.js';
import type { UnpackingGuard } from './unpacking-guard.js';

/** A body may be encoded several times; browsers give up at about as many. */
const MAX_CODINGS = 5;

/**
 * Undoes codings, the last applied first. An empty source is valid: a proxy may set Content-Encoding on a response without a body.
 * @param guard Checked for each chunk of the result.
 * @throws Error for bytes that are not encoded so, or are cut short; the error of the guard.
 */
export async function* unpack(
  source: AsyncIterable<Buffer> | Iterable<Buffer>,
  codings: readonly Coding[],
  guard: UnpackingGuard,
): AsyncGenerator<Buffer> {
  if (codings.length > MAX_CODINGS) throw new Error(`it is encoded ${codings.length} times`);
  let received = 0;
  async function* counted() {
    for await (const chunk of source) {
      received += chunk.length;
      yield chunk;
    }
  }
  let decoded: AsyncGenerator<Buffer> = counted();
  for (const coding of codings.toReversed()) decoded = decode(decoded, coding);
  let unpacked = 0;
  for await (const chunk of decoded) {
    unpacked += chunk.length;
    guard.check(received, unpacked);
    yield chunk;
  }
}

async function* decode(source: AsyncIterable<Buffer>, coding: Coding): AsyncGenerator<Buffer> {
  const reader = new ByteReader(source);
  try {
    const isEmpty = (await reader.peek(1)).length === 0;
    if (!isEmpty) yield* decoders[coding](reader);
  } finally {
    reader.close();
  }
}

/** Undoes codings in memory. */
export async function unpackBytes(packed: Buffer, codings: readonly Coding[], guard: UnpackingGuard): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of unpack([packed], codings, guard)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
