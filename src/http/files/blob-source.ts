import { CHUNK_BYTES, type Source } from './source.js';

/** A source of the bytes of a Blob or File, which is read slice by slice. @param sha256 In lower-case hexadecimal, if known. */
export function blobSource(blob: Blob, sha256?: string): Source {
  return {
    size: blob.size,
    sha256,
    blob: () => blob,
    async *chunks() {
      for (let at = 0; at < blob.size; at += CHUNK_BYTES) yield new Uint8Array(await blob.slice(at, at + CHUNK_BYTES).arrayBuffer());
    },
    dispose: async () => {},
  };
}
