import { Buffer } from 'node:buffer';
import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { AbortedError, FileUploadError } from '../../model/errors/index.js';
import { unlessAborted } from '../../model/support/abort.js';
import { FileWriter } from './file-writer.js';
import { CHUNK_BYTES, CHUNK_STREAM_OPTIONS, readChunks, type Source } from './source.js';

/**
 * Copies a stream that can be read only once to where it can be read again: memory for up to 1 MiB, else a temporary file that
 * nobody else can see and that goes away with the process. Its hash is taken on the way.
 * @param size the number of bytes to expect, if known.
 * @throws FileUploadError with step `read` when the stream fails or has another size; AbortedError.
 */
export async function spool(stream: Readable, size: number | undefined, signal: AbortSignal | undefined): Promise<Source> {
  const digest = createHash('sha256');
  const held: Buffer[] = [];
  let total = 0;
  let file: FileHandle | undefined;
  let writer: FileWriter | undefined;
  try {
    for await (const piece of chunksOf(stream, signal)) {
      const chunk = bytesOf(piece);
      digest.update(chunk);
      total += chunk.length;
      if (size !== undefined && total > size) break;
      if (!file && total > CHUNK_BYTES) {
        file = await temporaryFile();
        writer = new FileWriter(file);
        for (const earlier of held.splice(0)) await writer.write(earlier);
      }
      if (writer) await writer.write(chunk);
      else held.push(chunk);
    }
    await writer?.finish();
    if (size !== undefined && total !== size)
      throw new FileUploadError(
        `The stream has ${total > size ? 'more than' : `${total} instead of`} the ${size} bytes that were declared.`,
        { step: 'read' },
      );
    return file ? fileSource(file, total, digest.digest('hex')) : memorySource(Buffer.concat(held), digest.digest('hex'));
  } catch (cause) {
    await writer?.stop();
    await file?.close();
    if (signal?.aborted) throw new AbortedError('Reading the stream to upload was aborted.', { cause: signal.reason });
    if (cause instanceof FileUploadError) throw cause;
    throw new FileUploadError(`The stream to upload cannot be read: ${(cause as Error).message}`, { step: 'read', cause });
  } finally {
    stream.destroy();
  }
}

/** What a stream gives, until the signal fires: a stream that waits for its source may not end by being destroyed. */
async function* chunksOf(stream: Readable, signal: AbortSignal | undefined): AsyncGenerator<unknown> {
  signal?.throwIfAborted();
  const iterator = stream[Symbol.asyncIterator]();
  for (;;) {
    const { done, value } = await unlessAborted(iterator.next(), signal);
    if (done) return;
    yield value;
  }
}

/** Bytes in memory. */
export function memorySource(bytes: Buffer, sha256?: string): Source {
  const chunks = function* () {
    for (let at = 0; at < bytes.length; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES);
  };
  return { size: bytes.length, sha256, stream: () => Readable.from(chunks(), CHUNK_STREAM_OPTIONS), dispose: async () => {} };
}

function fileSource(file: FileHandle, size: number, sha256: string): Source {
  const unchanged = async () => {};
  const stream = () => Readable.from(readChunks(file, size, 'The temporary copy', unchanged), CHUNK_STREAM_OPTIONS);
  return { size, sha256, stream, dispose: () => file.close() };
}

/** A file without a name where the system has such things: it cannot be left behind. */
async function temporaryFile(): Promise<FileHandle> {
  const path = join(tmpdir(), `remote-record-${randomUUID()}`);
  const file = await open(path, 'wx+', 0o600);
  await unlink(path);
  return file;
}

function bytesOf(piece: unknown): Buffer {
  if (typeof piece === 'string') return Buffer.from(piece);
  if (piece instanceof Uint8Array) return Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
  throw new FileUploadError(`The stream to upload gives ${typeof piece}s, not bytes or text.`, { step: 'read' });
}
