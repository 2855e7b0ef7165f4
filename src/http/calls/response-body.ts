import type { AdapterResponse } from '../adapters/adapter.js';
import type { ReceivedBody } from '../adapters/received-body.js';
import type { CheckedBodyLimits } from '../body-limits.js';
import { concat } from '../concat.js';
import { codingsOf } from '../encoding/content-codings.js';
import type { Decoders } from '../encoding/decoder.js';
import { unpack, unpackBytes } from '../encoding/unpack.js';
import { UNBOUNDED, UnpackingGuard } from '../encoding/unpacking-guard.js';
import { UnreadableResponse } from '../errors/unreadable-response.js';
import { decodeText } from './json-text.js';

/** The encodings accepted when the adapter does not decode by itself. */
export const ACCEPT_ENCODING = 'gzip, br';

/** How bodies are read. */
export interface BodyReading {
  limits: CheckedBodyLimits;
  decoders: Decoders;
}

/** The text of an error response. */
export interface ErrorText {
  text: string;
  /** Whether the text is complete. */
  complete: boolean;
}

/** The bytes of a body as they came, or in one chunk where they were decompressed. */
export interface Body {
  chunks: readonly Uint8Array[];
  size: number;
}

/**
 * Reads the whole body. `onBytes` is called for each chunk.
 * @throws Error when fewer bytes arrive than Content-Length says, or when the compressed data is broken; UnreadableResponse for a body over
 * the limits.
 */
export async function readBody(response: AdapterResponse, { limits, decoders }: BodyReading, onBytes: () => void): Promise<Body> {
  const { jsonBytes, unpackedBytes, unpackingRatio } = limits;
  const codings = codingsOf(response.headers, decoders);
  const isVerbatim = !response.decoded || codings.length === 0;
  const declared = isVerbatim ? Number(response.headers['content-length'] ?? Number.NaN) : Number.NaN;
  const tooLarge = (bytes: number) =>
    new UnreadableResponse(`of ${bytes} bytes or more, over the ${jsonBytes} that the setting \`limits.jsonBytes\` allows`);
  if (declared > jsonBytes) throw tooLarge(declared);
  const { chunks, size, failure } = await readChunks(response.body, jsonBytes, onBytes);
  if (size > jsonBytes) throw tooLarge(size);
  if (failure) throw failure;
  if (size !== declared && !Number.isNaN(declared)) throw new Error(`${size} of ${declared} bytes arrived`);
  if (codings.length === 0) return { chunks, size };
  const [max, setting] = jsonBytes < unpackedBytes ? [jsonBytes, 'limits.jsonBytes'] : [unpackedBytes, 'limits.unpackedBytes'];
  const bounds = { bytes: max, setting, ratio: unpackingRatio };
  const guard = new UnpackingGuard(bounds, (what) => new UnreadableResponse(`that is too large: ${what}`));
  if (response.decoded) {
    guard.check(Number(response.headers['content-length'] ?? Number.POSITIVE_INFINITY), size);
    return { chunks, size };
  }
  const packed = concat(chunks, size);
  try {
    const bytes = await unpackBytes(packed, { codings, decoders, guard });
    return { chunks: [bytes], size: bytes.length };
  } catch (error) {
    // A proxy may have decoded the body and left the label.
    if (error instanceof UnreadableResponse || !isJson(decodeText(packed))) throw error;
    return { chunks, size };
  }
}

/** Reads an error response's body up to the limit. When the connection or the compressed data is broken, the text read so far is returned. */
export async function readErrorText(response: AdapterResponse, { limits, decoders }: BodyReading, onBytes: () => void): Promise<ErrorText> {
  const { errorBytes } = limits;
  const { chunks, size, failure } = await readChunks(response.body, errorBytes, onBytes);
  const complete = size <= errorBytes && !failure;
  const received = concat(chunks, size).subarray(0, errorBytes);
  const codings = response.decoded ? [] : codingsOf(response.headers, decoders);
  if (codings.length === 0) return { text: decodeText(received), complete };
  const unpacked: Uint8Array[] = [];
  let length = 0;
  try {
    const guard = new UnpackingGuard(UNBOUNDED, Error);
    for await (const chunk of unpack([received], { codings, decoders, guard })) {
      unpacked.push(chunk);
      length += chunk.length;
      if (length > errorBytes) break;
    }
  } catch {
    if (length === 0) return { text: isUtf8(received) ? decodeText(received) : '', complete };
    return { text: decodeText(concat(unpacked)), complete: false };
  }
  return { text: decodeText(concat(unpacked).subarray(0, errorBytes)), complete: complete && length <= errorBytes };
}

/** What was read of a body, which is more than allowed, or which has failed, or which is complete. */
interface ReadChunks {
  chunks: Uint8Array[];
  size: number;
  failure: Error | undefined;
}

/** Reads a body until it has more than `maxBytes`. */
function readChunks(body: ReceivedBody, maxBytes: number, onBytes: () => void): Promise<ReadChunks> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const collect = (chunk: Uint8Array): boolean => {
    onBytes();
    chunks.push(chunk);
    size += chunk.length;
    return size <= maxBytes;
  };
  const read = (failure?: Error): ReadChunks => ({ chunks, size, failure });
  return body.forEach(collect).then(() => read(), read);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Whether bytes are UTF-8; the last character may be incomplete. */
function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
