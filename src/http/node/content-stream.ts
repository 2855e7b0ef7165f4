import { Readable } from 'node:stream';

/** The chunks of content as they are: object mode keeps Node from joining them. */
const CHUNK_STREAM_OPTIONS = { objectMode: true, highWaterMark: 1 };

/** Content to upload as a stream of Node's. */
export function contentStream(chunks: AsyncGenerator<Uint8Array>): Readable {
  // The content keeps the error.
  return Readable.from(chunks, CHUNK_STREAM_OPTIONS).on('error', () => {});
}
