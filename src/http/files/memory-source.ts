import { CHUNK_BYTES, type Source } from './source.js';

/** A source of bytes in memory. @param sha256 In lower-case hexadecimal, if known. */
export function memorySource(bytes: Uint8Array, sha256?: string): Source {
  return {
    size: bytes.length,
    sha256,
    blob: () => new Blob([bytes as Uint8Array<ArrayBuffer>]),
    async *chunks() {
      for (let at = 0; at < bytes.length; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES);
    },
    dispose: async () => {},
  };
}
