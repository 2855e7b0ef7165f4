import type { Buffer } from 'node:buffer';
import { Readable } from 'node:stream';
import { CHUNK_BYTES, CHUNK_STREAM_OPTIONS, type Source } from './source.js';

/** A source of bytes in memory. @param sha256 In lower-case hexadecimal, if known. */
export function memorySource(bytes: Buffer, sha256?: string): Source {
  const chunks = function* () {
    for (let at = 0; at < bytes.length; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES);
  };
  return { size: bytes.length, sha256, stream: () => Readable.from(chunks(), CHUNK_STREAM_OPTIONS), dispose: async () => {} };
}
