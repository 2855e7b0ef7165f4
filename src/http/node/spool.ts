import { randomUUID } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { concat } from '../concat.js';
import { memorySource } from '../files/memory-source.js';
import { CHUNK_BYTES, type Source, type Spool } from '../files/source.js';
import { readChunks } from './file-source.js';
import { FileWriter } from './file-writer.js';

/** Keeps a stream in memory (up to 1 MiB) or in a temporary file. */
export class FileSpool implements Spool {
  readonly #buffered: Uint8Array[] = [];
  #total = 0;
  #file: FileHandle | undefined;
  #writer: FileWriter | undefined;

  write(chunk: Uint8Array): Promise<void> | undefined {
    this.#total += chunk.length;
    if (this.#writer) return this.#writer.write(chunk);
    this.#buffered.push(chunk);
    return this.#total > CHUNK_BYTES ? this.#moveToFile() : undefined;
  }

  async finish(sha256: string): Promise<Source> {
    await this.#writer?.finish();
    return this.#file ? fileSource(this.#file, this.#total, sha256) : memorySource(concat(this.#buffered), sha256);
  }

  async discard(): Promise<void> {
    await this.#writer?.stop();
    await this.#file?.close();
  }

  async #moveToFile(): Promise<void> {
    this.#file = await temporaryFile();
    this.#writer = new FileWriter(this.#file);
    for (const chunk of this.#buffered.splice(0)) await this.#writer.write(chunk);
  }
}

function fileSource(file: FileHandle, size: number, sha256: string): Source {
  const chunks = (isDone?: () => boolean) => readChunks(file, size, 'The temporary copy', async () => {}, isDone);
  return { size, sha256, chunks, blob: () => undefined, dispose: () => file.close() };
}

/** A temporary file for this user only. It is unlinked at once, so that the system removes it when it is closed or the process ends. */
async function temporaryFile(): Promise<FileHandle> {
  const path = join(tmpdir(), `remote-record-${randomUUID()}`);
  const file = await open(path, 'wx+', 0o600);
  await unlink(path);
  return file;
}
