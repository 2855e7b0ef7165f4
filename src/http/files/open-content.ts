import { ValidationError } from '../../model/errors/index.js';
import { checkHeaderText } from '../../model/support/header-text.js';
import { utf8 } from '../bytes.js';
import type { Runtime } from '../runtime.js';
import { blobSource } from './blob-source.js';
import type { ByteStream, Bytes, Content, ContentOptions, UploadInput } from './content.js';
import { hashSource } from './hash.js';
import { memorySource } from './memory-source.js';
import { mimeTypeOf } from './mime.js';
import { baseName, extensionOf } from './names.js';
import type { Source } from './source.js';
import { spoolStream } from './spool.js';

const SUPPORTED_INPUTS =
  'a path, a file: URL, a Buffer or other typed array, an ArrayBuffer, a Blob or File, a Node or web stream, or { path | data | stream, name?, size? }';

interface OpenedInput extends Source {
  name: string;
  mimeType: string | undefined;
}

/**
 * Opens an input for uploading and determines its size, SHA-256 and MIME type. Files are not loaded into memory. A stream is copied first,
 * since its hash must be known before the first byte is sent: in Node to a temporary file, in a browser to a Blob.
 * @throws ValidationError for an unsupported input or a missing file; FileUploadError with step `read` when it cannot be read;
 * AbortedError.
 */
export async function openContent(runtime: Runtime, input: UploadInput, options: ContentOptions): Promise<Content> {
  const opened = await open(runtime, input, options);
  try {
    const sha256 = opened.sha256 ?? (await hashSource(opened, (await runtime.loadDigest())(), options.signal));
    const { name, size } = opened;
    const mimeType = checkHeaderText('mimeType', options.mimeType ?? opened.mimeType ?? mimeTypeOf(name));
    return {
      name,
      size,
      sha256,
      mimeType,
      stream: (isDone) => opened.chunks(isDone),
      blob: () => opened.blob(),
      dispose: () => opened.dispose(),
    };
  } catch (error) {
    await opened.dispose();
    throw error;
  }
}

async function open(runtime: Runtime, input: unknown, options: ContentOptions): Promise<OpenedInput> {
  if (typeof input === 'string' || input instanceof URL) return openPath(runtime, input, options.name);
  if (isBytes(input)) return { ...memorySource(bytesOf(input)), name: options.name ?? fallbackName(options), mimeType: undefined };
  if (input instanceof Blob) {
    const blobName = 'name' in input && typeof input.name === 'string' ? baseName(input.name) : '';
    return { ...blobSource(input), name: options.name ?? (blobName || fallbackName(options)), mimeType: input.type || undefined };
  }
  if (isStream(input)) return openStream(runtime, input, undefined, options);
  if (typeof input === 'object' && input !== null) return openNamed(runtime, input, options);
  throw unsupported(input);
}

/** Opens `{ path | data | stream, name?, mimeType?, size? }`. */
async function openNamed(runtime: Runtime, input: object, options: ContentOptions): Promise<OpenedInput> {
  const { path, data, stream, name, mimeType, size } = input as Record<string, unknown>;
  const inner = { ...options, name: options.name ?? checkText('name', name) };
  const type = checkText('mimeType', mimeType);
  let opened: OpenedInput;
  if (typeof path === 'string' || path instanceof URL) opened = await open(runtime, path, inner);
  else if (typeof data === 'string') opened = await open(runtime, utf8(data), inner);
  else if (isBytes(data)) opened = await open(runtime, data, inner);
  else if (isStream(stream)) {
    if (size !== undefined && (typeof size !== 'number' || !Number.isInteger(size) || size < 0))
      throw new ValidationError(`size is ${String(size)}; it must be a number of bytes.`);
    opened = await openStream(runtime, stream, size, inner);
  } else throw unsupported(input);
  return { ...opened, mimeType: type ?? opened.mimeType };
}

async function openStream(runtime: Runtime, stream: ByteStream, size: number | undefined, options: ContentOptions): Promise<OpenedInput> {
  const digest = (await runtime.loadDigest())();
  const source = await spoolStream(stream, { spool: runtime.createSpool(), digest, size, signal: options.signal });
  return { ...source, name: options.name ?? (nameOf(stream) || fallbackName(options)), mimeType: undefined };
}

async function openPath(runtime: Runtime, input: string | URL, name: string | undefined): Promise<OpenedInput> {
  if (input instanceof URL && input.protocol !== 'file:')
    throw new ValidationError(`A URL to upload must begin with file:, not ${input.protocol}; fetch it first and pass the stream.`);
  const source = await runtime.openPath(input);
  const extension = extensionOf(source.name);
  if (name === undefined) return { ...source, mimeType: undefined };
  const complete = name.toLowerCase().endsWith(extension.toLowerCase()) ? name : name + extension;
  return { ...source, name: complete, mimeType: undefined };
}

function isBytes(value: unknown): value is Bytes {
  return ArrayBuffer.isView(value) || value instanceof ArrayBuffer;
}

function bytesOf(bytes: Bytes): Uint8Array {
  return ArrayBuffer.isView(bytes) ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) : new Uint8Array(bytes);
}

function isStream(value: unknown): value is ByteStream {
  return typeof value === 'object' && value !== null && (Symbol.asyncIterator in value || 'getReader' in value);
}

/** The base name of a stream with a `name` or, like a file stream, a `path`. */
function nameOf(stream: ByteStream): string {
  const { path, name } = stream as { path?: unknown; name?: unknown };
  const given = typeof name === 'string' ? name : typeof path === 'string' ? path : '';
  return baseName(given);
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
