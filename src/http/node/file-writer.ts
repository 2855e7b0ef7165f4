import { Buffer } from 'node:buffer';
import type { FileHandle } from 'node:fs/promises';
import { CHUNK_BYTES } from '../files/source.js';

/** Writes a file in chunks of 1 MiB, each while the next is collected. Small sequential writes take twice as long. */
export class FileWriter {
  readonly #file: FileHandle;
  #buffered: Uint8Array[] = [];
  #bufferedBytes = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** @throws the error of this write, or of an earlier one. Errors that occur later are thrown by `finish`. */
  async write(chunk: Uint8Array): Promise<void> {
    this.#buffered.push(chunk);
    this.#bufferedBytes += chunk.length;
    if (this.#bufferedBytes >= CHUNK_BYTES) await this.#flush();
  }

  /** Resolves when everything is written. */
  async finish(): Promise<void> {
    await this.#flush();
    await this.#writing;
  }

  /** Discards what is not written yet, and resolves when the write in progress ends. */
  async stop(): Promise<void> {
    this.#buffered = [];
    this.#bufferedBytes = 0;
    await this.#writing.catch(() => {});
  }

  async #flush(): Promise<void> {
    await this.#writing;
    if (this.#bufferedBytes === 0) return;
    const chunk = Buffer.concat(this.#buffered, this.#bufferedBytes);
    this.#buffered = [];
    this.#bufferedBytes = 0;
    this.#writing = this.#file.writeFile(chunk);
    // The next call throws the error; until then it must not count as an unhandled rejection.
    this.#writing.catch(() => {});
  }
}
