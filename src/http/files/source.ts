import type { Readable } from 'node:stream';

/** The size of the chunks that are read and sent, in bytes. Larger chunks cost fewer event loop turns but more memory. */
export const CHUNK_BYTES = 1024 * 1024;

/** Options for streams of such chunks: object mode keeps Node from joining them. */
export const CHUNK_STREAM_OPTIONS = { objectMode: true, highWaterMark: 1 };

/** Bytes that can be read any number of times. */
export interface Source {
  /** The number of bytes. */
  size: number;
  /** In lower-case hexadecimal; undefined unless opening the source had to read it. */
  sha256: string | undefined;
  /** A new stream of all bytes. */
  stream(): Readable;
  dispose(): Promise<void>;
}
