import { AbortedError, FileUploadError } from '../../model/errors/index.js';
import { unlessAborted } from '../../model/support/abort.js';
import { utf8 } from '../bytes.js';
import type { Digest } from '../runtime.js';
import type { ByteStream } from './content.js';
import type { Source, Spool } from './source.js';

/** How a stream is read. */
export interface SpoolOptions {
  spool: Spool;
  digest: Digest;
  /** The expected number of bytes, if known. */
  size: number | undefined;
  signal: AbortSignal | undefined;
}

/**
 * Copies a stream, which can be read only once, and computes its SHA-256.
 * @throws FileUploadError with step `read` when the stream fails, has been read before or has another size; AbortedError.
 */
export async function spoolStream(stream: ByteStream, { spool, digest, size, signal }: SpoolOptions): Promise<Source> {
  const reader = readerOf(stream);
  let total = 0;
  try {
    signal?.throwIfAborted();
    for (;;) {
      // Giving a stream up does not end the wait for a source that never responds.
      const { done, value } = await unlessAborted(Promise.resolve(reader.next()), signal);
      if (done) break;
      const chunk = bytesOf(value);
      digest.update(chunk);
      total += chunk.length;
      if (size !== undefined && total > size) break;
      const writing = spool.write(chunk);
      if (writing) await writing;
    }
    if (size !== undefined && total !== size)
      throw new FileUploadError(
        `The stream has ${total > size ? 'more than' : `${total} instead of`} the ${size} bytes that were declared.`,
        { step: 'read' },
      );
    return await spool.finish(digest.hex());
  } catch (cause) {
    await spool.discard();
    if (signal?.aborted) throw new AbortedError('Reading the stream to upload was aborted.', { cause: signal.reason });
    throw cause instanceof FileUploadError ? cause : unreadable(cause as Error);
  } finally {
    reader.close();
  }
}

interface Reader {
  next(): Promise<IteratorResult<unknown>> | IteratorResult<unknown>;
  /** Gives the rest of the stream up. */
  close(): void;
}

function readerOf(stream: ByteStream): Reader {
  const { errored } = stream as { errored?: Error | null };
  if (errored) throw unreadable(errored);
  if (isUsed(stream))
    throw new FileUploadError('The stream to upload has already been read, or is being read elsewhere.', { step: 'read' });
  if ('getReader' in stream) {
    const reader = stream.getReader();
    return { next: () => reader.read() as Promise<IteratorResult<unknown>>, close: () => void reader.cancel().catch(() => {}) };
  }
  const iterator = stream[Symbol.asyncIterator]();
  const { destroy } = stream as { destroy?: () => void };
  const close = destroy ? () => destroy.call(stream) : () => void Promise.resolve(iterator.return?.()).catch(() => {});
  return { next: () => iterator.next(), close };
}

function unreadable(cause: Error): FileUploadError {
  return new FileUploadError(`The stream to upload cannot be read: ${cause.message}`, { step: 'read', cause });
}

/** Whether a web stream is locked, or a stream of Node's is at its end. */
function isUsed(stream: ByteStream): boolean {
  const { locked, destroyed, readableEnded } = stream as { locked?: boolean; destroyed?: boolean; readableEnded?: boolean };
  return locked === true || destroyed === true || readableEnded === true;
}

function bytesOf(chunk: unknown): Uint8Array {
  if (typeof chunk === 'string') return utf8(chunk);
  if (chunk instanceof Uint8Array) return chunk;
  throw new FileUploadError(`The stream to upload yields ${typeof chunk}s, not bytes or strings.`, { step: 'read' });
}
