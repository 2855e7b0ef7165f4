import type { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ResourceError, ValidationError } from '../../model/errors/index.js';
import { unlessAborted } from '../../model/support/abort.js';
import { safeFileName } from './safe-file-name.js';
import { FileWriter } from './file-writer.js';

/** Where downloaded bytes go. */
export interface Sink {
  write(chunk: Buffer): Promise<void>;
  /** Forgets what was written. @throws ResourceError when it is out of reach already. */
  restart(): Promise<void>;
  /** Makes it final. Where that means to wait for somebody, the signal ends the wait with its reason. */
  finish(signal?: AbortSignal): Promise<Uint8Array | undefined>;
  /** Leaves nothing behind. */
  discard(): Promise<void>;
}

/**
 * The sink for a target: memory when there is none, a stream, or a path. A folder, given as one that exists or with a slash at
 * its end, takes the file name; parents are created.
 */
export async function openSink(target: string | Writable | undefined, fileName: string | undefined): Promise<Sink> {
  if (target === undefined) return new MemorySink();
  if (target instanceof Writable) return new StreamSink(target);
  if (typeof target === 'string' && target !== '') return FileSink.open(target, fileName);
  throw new ValidationError('The target of a download must be a path or a writable stream; leave it out to get the bytes.');
}

class MemorySink implements Sink {
  #chunks: Buffer[] = [];

  async write(chunk: Buffer): Promise<void> {
    this.#chunks.push(chunk);
  }

  async restart(): Promise<void> {
    this.#chunks = [];
  }

  async finish(): Promise<Uint8Array> {
    const bytes = new Uint8Array(this.#chunks.reduce((total, { length }) => total + length, 0));
    let at = 0;
    for (const chunk of this.#chunks) {
      bytes.set(chunk, at);
      at += chunk.length;
    }
    return bytes;
  }

  async discard(): Promise<void> {
    this.#chunks = [];
  }
}

class StreamSink implements Sink {
  readonly #stream: Writable;
  readonly #ended: Promise<void>;
  #written = false;
  /** Ends the wait for room in a stream that has come to its end instead. */
  #wake: (() => void) | undefined;

  constructor(stream: Writable) {
    this.#stream = stream;
    this.#ended = finished(stream, { readable: false });
    // Whoever writes next, or finishes, hears of a failure; meanwhile it must not count as unhandled.
    this.#ended.catch(() => {}).then(() => this.#wake?.());
  }

  async write(chunk: Buffer): Promise<void> {
    this.#written = true;
    this.#check();
    if (this.#stream.write(chunk)) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      this.#stream.once('drain', resolve);
    });
    this.#check();
  }

  async restart(): Promise<void> {
    if (this.#written)
      throw this.#failed(new Error('the download broke off, has to begin again, and a stream cannot take back what it was given'));
  }

  async finish(signal?: AbortSignal): Promise<undefined> {
    if (this.#standard) return;
    this.#stream.end();
    const ended = this.#ended.catch((error) => {
      throw this.#failed(error);
    });
    await unlessAborted(ended, signal);
  }

  async discard(): Promise<void> {
    if (!this.#standard) this.#stream.destroy(new Error('The download failed.'));
  }

  /** The process's own output stays open, as it does at the end of a pipeline. */
  get #standard(): boolean {
    return this.#stream === process.stdout || this.#stream === process.stderr;
  }

  #check(): void {
    const { destroyed, writableEnded, errored } = this.#stream;
    if (destroyed || writableEnded || errored) throw this.#failed(errored ?? new Error('it is closed'));
  }

  #failed(cause: Error): ResourceError {
    return new ResourceError(`The target stream of the download failed: ${cause.message}.`, { cause });
  }
}

/** A temporary file beside its target; only a complete one gets the target's name. */
class FileSink implements Sink {
  readonly #path: string;
  readonly #temporary: string;
  /** Who may do what with the file that is replaced. */
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
    const temporary = join(dirname(path), `.${basename(path).slice(0, 100)}.${randomUUID()}.part`);
    return wrapWriteErrors(path, async () => {
      await mkdir(dirname(path), { recursive: true });
      const replaced = await stat(path).catch(ignoreMissing);
      return new FileSink(path, temporary, await open(temporary, 'wx', replaced?.mode), replaced?.mode);
    });
  }

  async write(chunk: Buffer): Promise<void> {
    await wrapWriteErrors(this.#path, () => this.#writer.write(chunk));
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

/** A target that is not there yet is no failure; one whose name or place the system refuses is, and better now than after the download. */
function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
}
