import { Buffer } from 'node:buffer';
import { Readable } from 'node:stream';
import { type AdapterRequest, isContent } from '../adapters/adapter.js';

/** The chunks of content as they are: object mode keeps Node from joining them. */
const CHUNK_STREAM_OPTIONS = { objectMode: true, highWaterMark: 1 };

/** The body of a request as Node has it: content to upload as a stream, anything else as bytes, which are not copied. */
export function sentBody(body: AdapterRequest['body']): { content?: Readable; bytes?: Buffer } {
  // The content keeps the error.
  if (isContent(body)) return { content: Readable.from(body.chunks(), CHUNK_STREAM_OPTIONS).on('error', () => {}) };
  return body ? { bytes: Buffer.from(body.buffer, body.byteOffset, body.byteLength) } : {};
}
