import { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { AbortedError, FileUploadError } from '../../model/errors/index.js';
import { unlessAborted } from '../../model/support/abort.js';
import { readChunks } from './file-source.js';
import { FileWriter } from './file-writer.js';
import { sha256 } from './hash.js';
import { memorySource } from './memory-source.js';
import { CHUNK_BYTES, CHUNK_STREAM_OPTIONS, type Source } from './source.js';

/**
 * Copies a stream, which can be read only once, to memory (up to 1 MiB) or to a temporary file, and computes its SHA-256.
 * @param size The expected number of bytes, if known.
 * @throws FileUploadError with step `read` when the stream fails or has another size; AbortedError.
 */
export async function spool(stream: Readable, size: number | undefined, signal: AbortSignal | undefined): Promise<Source> {
  const digest = sha256();
  const buffered: Buffer[] = [];
  let total = 0;
  let file: FileHandle | undefined;
  let writer: FileWriter | undefined;
  try {
    for await (const value of chunksOf(stream, signal)) {
      const chunk = bytesOf(value);
      digest.update(chunk);
      total += chunk.length;
      if (size !== undefined && total > size) break;
      if (!file && total > CHUNK_BYTES) {
        file = await temporaryFile();
        writer = new FileWriter(file);
        for (const earlier of buffered.splice(0)) await writer.write(earlier);
      }
      if (writer) await writer.write(chunk);
      else buffered.push(chunk);
    }
    await writer?.finish();
    if (size !== undefined && total !== size)
      throw new FileUploadError(
        `The stream has ${total > size ? 'more than' : `${total} instead of`} the ${size} bytes that were declared.`,
        { step: 'read' },
      );
    return file ? fileSource(file, total, digest.digest('hex')) : memorySource(Buffer.concat(buffered), digest.digest('hex'));
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

/** The chunks of a stream, until the signal fires. Destroying a stream does not end the wait for a source that never responds. */
async function* chunksOf(stream: Readable, signal: AbortSignal | undefined): AsyncGenerator<unknown> {
  signal?.throwIfAborted();
  const iterator = stream[Symbol.asyncIterator]();
  for (;;) {
    const { done, value } = await unlessAborted(iterator.next(), signal);
    if (done) return;
    yield value;
  }
}

function fileSource(file: FileHandle, size: number, sha256: string): Source {
  const checkUnchanged = async () => {};
  const stream = () => Readable.from(readChunks(file, size, 'The temporary copy', checkUnchanged), CHUNK_STREAM_OPTIONS);
  return { size, sha256, stream, dispose: () => file.close() };
}

/** A temporary file for this user only. It is unlinked at once, so that the system removes it when it is closed or the process ends. */
async function temporaryFile(): Promise<FileHandle> {
  const path = join(tmpdir(), `remote-record-${randomUUID()}`);
  const file = await open(path, 'wx+', 0o600);
  await unlink(path);
  return file;
}

function bytesOf(chunk: unknown): Buffer {
  if (typeof chunk === 'string') return Buffer.from(chunk);
  if (chunk instanceof Uint8Array) return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  throw new FileUploadError(`The stream to upload yields ${typeof chunk}s, not bytes or strings.`, { step: 'read' });
}
