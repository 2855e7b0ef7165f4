import { concat } from '../concat.js';
import type { Coding } from './content-codings.js';
import type { Decoders } from './decoder.js';
import type { UnpackingGuard } from './unpacking-guard.js';

/** A body may be encoded several times; browsers give up at about as many. */
const MAX_CODINGS = 5;

/** How something is unpacked. */
export interface Unpacking {
  /** In the order in which they were applied. */
  codings: readonly Coding[];
  decoders: Decoders;
  /** Checked for each chunk of the result. */
  guard: UnpackingGuard;
}

/**
 * Undoes codings, the last applied first. An empty source is valid: a proxy may set Content-Encoding on a response without a body.
 * @throws Error for bytes that are not encoded so, or are cut short; the error of the guard.
 */
export async function* unpack(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { codings, decoders, guard }: Unpacking,
): AsyncGenerator<Uint8Array> {
  if (codings.length > MAX_CODINGS) throw new Error(`it is encoded ${codings.length} times`);
  let received = 0;
  async function* counted() {
    for await (const chunk of source) {
      received += chunk.length;
      yield chunk;
    }
  }
  let decoded: AsyncIterable<Uint8Array> = counted();
  for (const coding of codings.toReversed()) {
    const decode = decoders[coding];
    if (!decode) throw new Error(`${coding} cannot be decoded here`);
    decoded = decode(decoded);
  }
  let unpacked = 0;
  for await (const chunk of decoded) {
    unpacked += chunk.length;
    guard.check(received, unpacked);
    yield chunk;
  }
}

/** Undoes codings in memory. */
export async function unpackBytes(packed: Uint8Array, unpacking: Unpacking): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of unpack([packed], unpacking)) chunks.push(chunk);
  return concat(chunks);
}
