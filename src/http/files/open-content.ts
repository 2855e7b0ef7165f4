import { Buffer } from 'node:buffer';
import { basename, extname } from 'node:path';
import { Readable } from 'node:stream';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { fileURLToPath } from 'node:url';
import { FileUploadError, ValidationError } from '../../model/errors/index.js';
import { checkHeaderText } from '../../model/support/header-text.js';
import type { ByteStream, Bytes, Content, ContentOptions, UploadInput } from './content.js';
import { openFile } from './file-source.js';
import { hashSource } from './hash.js';
import { memorySource } from './memory-source.js';
import { mimeTypeOf } from './mime.js';
import type { Source } from './source.js';
import { spool } from './spool.js';

const SUPPORTED_INPUTS =
  'a path, a file: URL, a Buffer or other typed array, an ArrayBuffer, a Blob or File, a Node or web stream, or { path | data | stream, name?, size? }';

interface OpenedInput extends Source {
  name: string;
  mimeType: string | undefined;
}

/**
 * Opens an input for uploading and determines its size, SHA-256 and MIME type. Files are not loaded into memory. A stream is copied to
 * a temporary file, since its hash must be known before the first byte is sent.
 * @throws ValidationError for an unsupported input or a missing file; FileUploadError with step `read` when it cannot be read;
 * AbortedError.
 */
export async function openContent(input: UploadInput, options: ContentOptions): Promise<Content> {
  const opened = await open(input, options);
  try {
    const sha256 = opened.sha256 ?? (await hashSource(opened, options.signal));
    const { name, size } = opened;
    const mimeType = checkHeaderText('mimeType', options.mimeType ?? opened.mimeType ?? mimeTypeOf(name));
    return { name, size, sha256, mimeType, stream: () => opened.stream(), dispose: () => opened.dispose() };
  } catch (error) {
    await opened.dispose();
    throw error;
  }
}

async function open(input: unknown, options: ContentOptions): Promise<OpenedInput> {
  if (typeof input === 'string' || input instanceof URL) return openPath(input, options.name);
  if (isBytes(input)) return { ...memorySource(bytesOf(input)), name: options.name ?? fallbackName(options), mimeType: undefined };
  if (input instanceof Blob) {
    const blobName = 'name' in input && typeof input.name === 'string' ? basename(input.name) : '';
    return { ...blobSource(input), name: options.name ?? (blobName || fallbackName(options)), mimeType: input.type || undefined };
  }
  if (isStream(input)) return openStream(input, undefined, options);
  if (typeof input === 'object' && input !== null) return openNamed(input, options);
  throw unsupported(input);
}

/** Opens `{ path | data | stream, name?, mimeType?, size? }`. */
async function openNamed(input: object, options: ContentOptions): Promise<OpenedInput> {
  const { path, data, stream, name, mimeType, size } = input as Record<string, unknown>;
  const inner = { ...options, name: options.name ?? checkText('name', name) };
  const type = checkText('mimeType', mimeType);
  let opened: OpenedInput;
  if (typeof path === 'string' || path instanceof URL) opened = await open(path, inner);
  else if (typeof data === 'string') opened = await open(Buffer.from(data), inner);
  else if (isBytes(data)) opened = await open(data, inner);
  else if (isStream(stream)) {
    if (size !== undefined && (typeof size !== 'number' || !Number.isInteger(size) || size < 0))
      throw new ValidationError(`size is ${String(size)}; it must be a number of bytes.`);
    opened = await openStream(stream, size, inner);
  } else throw unsupported(input);
  return { ...opened, mimeType: type ?? opened.mimeType };
}

async function openStream(stream: ByteStream, size: number | undefined, options: ContentOptions): Promise<OpenedInput> {
  const source = await spool(toReadable(stream), size, options.signal);
  return { ...source, name: options.name ?? (nameOf(stream) || fallbackName(options)), mimeType: undefined };
}

async function openPath(input: string | URL, name: string | undefined): Promise<OpenedInput> {
  if (input instanceof URL && input.protocol !== 'file:')
    throw new ValidationError(`A URL to upload must begin with file:, not ${input.protocol}; fetch it first and pass the stream.`);
  const path = input instanceof URL ? fileURLToPath(input) : input;
  const source = await openFile(path);
  const extension = extname(path);
  if (name === undefined) return { ...source, name: basename(path), mimeType: undefined };
  const complete = name.toLowerCase().endsWith(extension.toLowerCase()) ? name : name + extension;
  return { ...source, name: complete, mimeType: undefined };
}

function blobSource(blob: Blob): Source {
  const stream = () => Readable.fromWeb(blob.stream() as NodeReadableStream<Uint8Array>);
  return { size: blob.size, sha256: undefined, stream, dispose: async () => {} };
}

function isBytes(value: unknown): value is Bytes {
  return ArrayBuffer.isView(value) || value instanceof ArrayBuffer;
}

function bytesOf(bytes: Bytes): Buffer {
  return ArrayBuffer.isView(bytes) ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) : Buffer.from(bytes);
}

function isStream(value: unknown): value is ByteStream {
  return typeof value === 'object' && value !== null && (Symbol.asyncIterator in value || 'getReader' in value);
}

function toReadable(stream: ByteStream): Readable {
  const used = stream instanceof Readable ? stream.destroyed || stream.readableEnded : stream instanceof ReadableStream && stream.locked;
  if (used) throw new FileUploadError('The stream to upload has already been read, or is being read elsewhere.', { step: 'read' });
  if (stream instanceof Readable) return stream;
  return 'getReader' in stream ? Readable.fromWeb(stream as NodeReadableStream<Uint8Array>) : Readable.from(stream);
}

/** The base name of a stream with a `name` or, like a file stream, a `path`. */
function nameOf(stream: ByteStream): string {
  const { path, name } = stream as { path?: unknown; name?: unknown };
  const given = typeof name === 'string' ? name : typeof path === 'string' ? path : '';
  return basename(given);
}

function fallbackName(options: ContentOptions): string {
  return options.fallbackName ?? 'uploaded_file';
}

function checkText(name: string, value: unknown): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  throw new ValidationError(`${name} must be a string, not ${typeof value}.`);
}

function unsupported(input: unknown): ValidationError {
  const given =
    input === null
      ? 'null'
      : typeof input === 'object'
        ? `an object with ${Object.keys(input).join(', ') || 'no keys'}`
        : `a ${typeof input}`;
  return new ValidationError(`${given} cannot be uploaded; give ${SUPPORTED_INPUTS}.`);
}
