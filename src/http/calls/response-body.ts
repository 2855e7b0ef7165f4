import { Buffer } from 'node:buffer';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip } from 'node:zlib';
import { ValidationError } from '../../model/errors/index.js';
import type { AdapterResponse } from '../adapters/adapter.js';
import { UnreadableResponse } from '../errors/connection-failure.js';

/** The most an answer of JSON may weigh, in bytes. Files go through `download`, which has no such limit. */
const MAX_BODY_BYTES = 256 * 1024 * 1024;

/** How much of an error's body is kept, in bytes. */
const MAX_ERROR_BODY_BYTES = 1024 * 1024;

/** What an answer may be compressed with, when the wire leaves that to us. */
export const ACCEPT_ENCODING = 'gzip, br';

/** The whole body as text. `onBytes` is called as it comes in. @throws when there are not as many bytes as were announced. */
export async function readText(response: AdapterResponse, onBytes: () => void): Promise<string> {
  const chunks: Buffer[] = [];
  const size = await readChunks(decodeBody(response), MAX_BODY_BYTES, chunks, onBytes);
  const { 'content-length': announced, 'content-encoding': encoding } = response.headers;
  if (announced !== undefined && encoding === undefined && size !== Number(announced))
    throw new Error(`${size} of ${announced} bytes arrived`);
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/^\uFEFF/, '');
}

/** As much of an error's body as there is, up to a limit; a connection that breaks meanwhile does not matter. */
export async function readErrorText(response: AdapterResponse, onBytes: () => void): Promise<string> {
  const chunks: Buffer[] = [];
  await readChunks(decodeBody(response), MAX_ERROR_BODY_BYTES, chunks, onBytes).catch(() => {});
  return Buffer.concat(chunks).toString('utf8');
}

/** The body with its Content-Encoding undone (RFC 9110 §8.4). */
export function decodeBody(response: AdapterResponse): Readable {
  const encoding = response.headers['content-encoding']?.trim().toLowerCase();
  const empty = response.status === 204 || response.headers['content-length'] === '0';
  if (response.decoded || empty || !encoding || encoding === 'identity') return response.body;
  const decoder = decoderFor(encoding);
  if (!decoder) throw new UnreadableResponse(`the answer is encoded as ${encoding}, which was not asked for`);
  response.body.once('error', (error) => decoder.destroy(error));
  decoder.once('close', () => response.body.destroy());
  // No bytes at all are no broken encoding: a proxy may name one for an answer without a body.
  let began = false;
  response.body.pipe(decoder, { end: false });
  response.body.once('data', () => {
    began = true;
  });
  response.body.once('end', () => {
    if (began) return decoder.end();
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

/** A body as JSON text. @throws ValidationError when the value has no JSON form. */
export function encodeJson(body: unknown): Buffer {
  let text: string | undefined;
  try {
    text = JSON.stringify(body);
  } catch (cause) {
    throw new ValidationError(`The body cannot be sent as JSON: ${(cause as Error).message}`, { cause });
  }
  if (text === undefined) throw new ValidationError(`The body cannot be sent as JSON: a ${typeof body} has no JSON form.`);
  return Buffer.from(text);
}

/** Reads with events: twice as fast as iterating, where answers are small. Gives the number of bytes. */
function readChunks(stream: Readable, most: number, chunks: Buffer[], onBytes: () => void): Promise<number> {
  return new Promise((resolve, reject) => {
    let size = 0;
    stream.on('data', (chunk: Buffer) => {
      onBytes();
      size += chunk.length;
      if (size > most) stream.destroy(new UnreadableResponse(`the answer is larger than ${most} bytes`));
      else chunks.push(chunk);
    });
    stream.once('end', () => resolve(size));
    stream.on('error', reject);
    stream.once('close', () => reject(new Error('the connection was closed before the answer was complete')));
  });
}
