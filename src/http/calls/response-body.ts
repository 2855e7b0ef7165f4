import { Buffer } from 'node:buffer';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip } from 'node:zlib';
import type { AdapterResponse } from '../adapters/adapter.js';
import { UnreadableResponse } from '../errors/unreadable-response.js';

/** The largest JSON response in bytes. `download` has no such limit. */
const MAX_BODY_BYTES = 256 * 1024 * 1024;

/** How much of an error response's body is read, in bytes. */
const MAX_ERROR_BODY_BYTES = 1024 * 1024;

/** The encodings accepted when the adapter does not decode by itself. */
export const ACCEPT_ENCODING = 'gzip, br';

/**
 * Reads the whole body as text without a byte order mark. `onBytes` is called for each chunk.
 * @throws Error when fewer bytes arrive than Content-Length says; UnreadableResponse for a body over 256 MiB or in another encoding.
 */
export async function readText(response: AdapterResponse, onBytes: () => void): Promise<string> {
  const chunks: Buffer[] = [];
  const size = await readChunks(decodeBody(response), MAX_BODY_BYTES, chunks, onBytes);
  const { 'content-length': declared, 'content-encoding': encoding } = response.headers;
  if (declared !== undefined && encoding === undefined && size !== Number(declared))
    throw new Error(`${size} of ${declared} bytes arrived`);
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/^\uFEFF/, '');
}

/** Reads up to 1 MiB of an error response's body. When the connection fails, the text read so far is returned. */
export async function readErrorText(response: AdapterResponse, onBytes: () => void): Promise<string> {
  const chunks: Buffer[] = [];
  await readChunks(decodeBody(response), MAX_ERROR_BODY_BYTES, chunks, onBytes).catch(() => {});
  return Buffer.concat(chunks).toString('utf8');
}

/** The body with its Content-Encoding decoded (RFC 9110 §8.4). @throws UnreadableResponse for an unknown encoding. */
export function decodeBody(response: AdapterResponse): Readable {
  const encoding = response.headers['content-encoding']?.trim().toLowerCase();
  const empty = response.status === 204 || response.headers['content-length'] === '0';
  if (response.decoded || empty || !encoding || encoding === 'identity') return response.body;
  const decoder = decoderFor(encoding);
  if (!decoder) throw new UnreadableResponse(`the response is encoded as ${encoding}, which was not requested`);
  response.body.once('error', (error) => decoder.destroy(error));
  decoder.once('close', () => response.body.destroy());
  // An empty body is valid: a proxy may set Content-Encoding on a response without a body.
  let started = false;
  response.body.pipe(decoder, { end: false });
  response.body.once('data', () => {
    started = true;
  });
  response.body.once('end', () => {
    if (started) return decoder.end();
    decoder.once('end', () => decoder.destroy());
    decoder.push(null);
  });
  return decoder;
}

function decoderFor(encoding: string) {
  if (encoding === 'gzip' || encoding === 'x-gzip') return createGunzip();
  if (encoding === 'br') return createBrotliDecompress();
  return undefined;
}

/** Collects the chunks of a stream and returns the number of bytes. Events are twice as fast as iteration for small responses. */
function readChunks(stream: Readable, maxBytes: number, chunks: Buffer[], onBytes: () => void): Promise<number> {
  return new Promise((resolve, reject) => {
    let size = 0;
    stream.on('data', (chunk: Buffer) => {
      onBytes();
      size += chunk.length;
      if (size > maxBytes) stream.destroy(new UnreadableResponse(`the response is larger than ${maxBytes} bytes`));
      else chunks.push(chunk);
    });
    stream.once('end', () => resolve(size));
    stream.on('error', reject);
    stream.once('close', () => reject(new Error('the connection was closed before the response was complete')));
  });
}
