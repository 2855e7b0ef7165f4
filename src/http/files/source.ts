import { Buffer } from 'node:buffer';
import { type BigIntStats, constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { FileUploadError, ValidationError } from '../../model/errors/index.js';

/** How much is read and sent at a time, in bytes: larger pieces cost fewer turns, and memory stays small. */
export const CHUNK_BYTES = 1024 * 1024;

/** How streams of such pieces are made: a stream of bytes would glue them together again. */
export const CHUNK_STREAM_OPTIONS = { objectMode: true, highWaterMark: 1 };

/** Bytes that can be read as often as needed. */
export interface Source {
  size: number;
  /** Known when reading the input had to happen anyway. */
  sha256: string | undefined;
  stream(): Readable;
  dispose(): Promise<void>;
}

/**
 * A file on disk. It stays open until it is disposed of, so that replacing it meanwhile does no harm; when it is changed in
 * place, its stream fails before the last byte is out.
 * @throws ValidationError when there is no such file or it is not a regular one; FileUploadError when it cannot be opened.
 */
export async function openFile(path: string): Promise<Source> {
  const handle = await openForReading(path);
  try {
    const before = await handle.stat({ bigint: true });
    if (!before.isFile()) throw new ValidationError(`${path} is ${kindOf(before)}, not a regular file.${hint(before)}`);
    const size = Number(before.size);
    const unchanged = async () => {
      const now = await handle.stat({ bigint: true });
      if (now.size !== before.size || now.mtimeNs !== before.mtimeNs) throw fileChanged(path);
    };
    const stream = () => Readable.from(readChunks(handle, size, path, unchanged), CHUNK_STREAM_OPTIONS);
    return { size, sha256: undefined, stream, dispose: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function openForReading(path: string): Promise<FileHandle> {
  try {
    // Without O_NONBLOCK, opening a named pipe would wait for somebody to write to it.
    return await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new ValidationError(`There is no file ${path}.`, { cause });
    throw new FileUploadError(`${path} cannot be opened: ${message}`, { step: 'read', cause });
  }
}

/** The first `size` bytes of an open file. The last piece is given only when the file is what it was. */
export async function* readChunks(handle: FileHandle, size: number, name: string, unchanged: () => Promise<void>): AsyncGenerator<Buffer> {
  if (size === 0) await unchanged();
  for (let at = 0; at < size; ) {
    const buffer = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, size - at));
    const { bytesRead } = await readAt(handle, buffer, at, name);
    if (bytesRead === 0) throw fileChanged(name);
    at += bytesRead;
    if (at === size) await unchanged();
    yield buffer.subarray(0, bytesRead);
  }
}

async function readAt(handle: FileHandle, buffer: Buffer, at: number, name: string) {
  try {
    return await handle.read(buffer, 0, buffer.length, at);
  } catch (cause) {
    throw new FileUploadError(`${name} cannot be read: ${(cause as Error).message}`, { step: 'read', cause });
  }
}

function fileChanged(path: string): FileUploadError {
  return new FileUploadError(`${path} was changed while it was being uploaded; upload it again when nobody writes to it.`, {
    step: 'read',
    retryable: true,
  });
}

function kindOf(stats: BigIntStats): string {
  if (stats.isDirectory()) return 'a directory';
  if (stats.isFIFO()) return 'a named pipe';
  return stats.isSocket() ? 'a socket' : 'a device';
}

function hint(stats: BigIntStats): string {
  return stats.isDirectory() ? ' Give the path of a file in it.' : ' Pass createReadStream(path) to upload what it delivers.';
}
