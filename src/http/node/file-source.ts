import { Buffer } from 'node:buffer';
import { type BigIntStats, constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FileUploadError, ValidationError } from '../../model/errors/index.js';
import { CHUNK_BYTES, type NamedSource } from '../files/source.js';

/**
 * Opens a file by its path or `file:` URL. It stays open until it is disposed of, so replacing the file has no effect on the source. When the file is changed in
 * place, a stream fails before its last chunk.
 * @throws ValidationError when the file does not exist or is not a regular file; FileUploadError when it cannot be opened.
 */
export async function openFile(input: string | URL): Promise<NamedSource> {
  const path = input instanceof URL ? fileURLToPath(input) : input;
  const handle = await openForReading(path);
  try {
    const opened = await handle.stat({ bigint: true });
    if (!opened.isFile()) throw new ValidationError(`${path} is ${kindOf(opened)}, not a regular file.${hint(opened)}`);
    const size = Number(opened.size);
    const checkUnchanged = async () => {
      const now = await handle.stat({ bigint: true });
      if (now.size !== opened.size || now.mtimeNs !== opened.mtimeNs) throw fileChanged(path);
    };
    const chunks = (isDone?: () => boolean) => readChunks(handle, size, path, checkUnchanged, isDone);
    return { name: basename(path), size, sha256: undefined, chunks, blob: () => undefined, dispose: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function openForReading(path: string): Promise<FileHandle> {
  try {
    // Without O_NONBLOCK, opening a named pipe would block until another process writes to it.
    return await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new ValidationError(`The file ${path} does not exist.`, { cause });
    throw new FileUploadError(`${path} cannot be opened: ${message}`, { step: 'read', cause });
  }
}

/**
 * The first `size` bytes of an open file. The next chunk is read while one is hashed or sent. `checkUnchanged` is called before the last
 * chunk.
 * @param isDone See `Source.chunks`: fresh memory for a chunk can take as long as its hash.
 * @throws FileUploadError
 */
export async function* readChunks(
  handle: FileHandle,
  size: number,
  name: string,
  checkUnchanged: () => Promise<void>,
  isDone: () => boolean = () => false,
): AsyncGenerator<Buffer> {
  if (size === 0) await checkUnchanged();
  let free: Buffer | undefined;
  const readNext = (at: number): Promise<Buffer> => {
    const buffer = free?.subarray(0, size - at) ?? Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, size - at));
    const reading = readAt(handle, buffer, at, name);
    // It is reported when the chunk is asked for, if it is.
    reading.catch(() => {});
    return reading;
  };
  let next = size > 0 ? readNext(0) : undefined;
  for (let at = 0; next !== undefined; ) {
    const chunk = await next;
    if (chunk.length === 0) throw fileChanged(name);
    at += chunk.length;
    next = at < size ? readNext(at) : undefined;
    if (at === size) await checkUnchanged();
    yield chunk;
    // All of its memory: a read may have filled a part of it only.
    free = isDone() ? Buffer.from(chunk.buffer) : undefined;
  }
}

async function readAt(handle: FileHandle, buffer: Buffer, at: number, name: string): Promise<Buffer> {
  try {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
    return buffer.subarray(0, bytesRead);
  } catch (cause) {
    throw new FileUploadError(`${name} cannot be read: ${(cause as Error).message}`, { step: 'read', cause });
  }
}

function fileChanged(path: string): FileUploadError {
  return new FileUploadError(`${path} was changed while it was being uploaded; upload it again when no process writes to it.`, {
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
  return stats.isDirectory() ? ' Give the path of a file in it.' : ' Pass createReadStream(path) to upload what can be read from it.';
}
