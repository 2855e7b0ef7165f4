import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ResourceError, ValidationError } from '../../model/errors/index.js';
import { cutToBytes, safeFileName } from '../files/safe-file-name.js';
import type { Sink } from '../files/sink.js';
import { FileWriter } from './file-writer.js';

/** Writes downloaded bytes to a temporary file beside the target, and renames it when it is complete. */
export class FileSink implements Sink<undefined> {
  readonly #path: string;
  readonly #temporary: string;
  /** The permissions of the file that is replaced; undefined when there is none. */
  readonly #mode: number | undefined;
  #file: FileHandle;
  #writer: FileWriter;

  private constructor(path: string, temporary: string, file: FileHandle, mode: number | undefined) {
    this.#path = path;
    this.#temporary = temporary;
    this.#mode = mode;
    this.#file = file;
    this.#writer = new FileWriter(file);
  }

  static async open(target: string, fileName: string | undefined): Promise<FileSink> {
    const path = await pathFor(target, fileName);
    const temporary = join(dirname(path), `.${cutToBytes(basename(path), 100)}.${randomUUID()}.part`);
    return wrapWriteErrors(path, async () => {
      await mkdir(dirname(path), { recursive: true });
      const replaced = await stat(path).catch(ignoreMissing);
      return new FileSink(path, temporary, await open(temporary, 'wx', replaced?.mode), replaced?.mode);
    });
  }

  write(chunk: Uint8Array): Promise<void> | undefined {
    const writing = this.#writer.write(chunk);
    return writing && wrapWriteErrors(this.#path, () => writing);
  }

  async restart(): Promise<void> {
    await wrapWriteErrors(this.#path, async () => {
      await this.#writer.stop();
      await this.#file.close();
      this.#file = await open(this.#temporary, 'w');
      this.#writer = new FileWriter(this.#file);
    });
  }

  async finish(): Promise<undefined> {
    await wrapWriteErrors(this.#path, async () => {
      await this.#writer.finish();
      if (this.#mode !== undefined) await this.#file.chmod(this.#mode & 0o777);
      await this.#file.sync();
      await this.#file.close();
      await rename(this.#temporary, this.#path);
    });
  }

  async discard(): Promise<void> {
    await this.#writer.stop();
    await this.#file.close().catch(() => {});
    await rm(this.#temporary, { force: true }).catch(() => {});
  }
}

/** The path of the file to write. A link is resolved, so that its target is replaced. */
async function pathFor(target: string, fileName: string | undefined): Promise<string> {
  const stats = await wrapWriteErrors(target, () => stat(target).catch(ignoreMissing));
  if (stats?.isDirectory() || /[\\/]$/.test(target)) {
    if (fileName === undefined) throw new ValidationError(`${target} is a folder; give the path of a file in it.`);
    return join(target, safeFileName(fileName));
  }
  if (stats && !stats.isFile()) throw new ValidationError(`${target} is not a regular file; pass a writable stream instead.`);
  return stats ? realpath(target) : target;
}

async function wrapWriteErrors<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new ResourceError(`${path} cannot be written: ${(cause as Error).message}`, { cause });
  }
}

/** A missing target is not an error. Other errors, such as an invalid name, are reported before the download starts. */
function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
}
