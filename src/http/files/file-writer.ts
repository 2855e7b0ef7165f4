import { Buffer } from 'node:buffer';
import type { FileHandle } from 'node:fs/promises';
import { CHUNK_BYTES } from './source.js';

/** Writes a file in pieces of 1 MiB, each while the next is gathered: small writes, one after another, take twice as long. */
export class FileWriter {
  readonly #file: FileHandle;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** A failure to write is thrown here, by a later call, or by `finish`. */
  async write(chunk: Buffer): Promise<void> {
    this.#held.push(chunk);
    this.#heldBytes += chunk.length;
    if (this.#heldBytes >= CHUNK_BYTES) await this.#flush();
  }

  /** Waits until everything is written. */
  async finish(): Promise<void> {
    await this.#flush();
    await this.#writing;
  }

  /** Waits until nothing is being written any more, and forgets what was not. */
  async stop(): Promise<void> {
    this.#held = [];
    this.#heldBytes = 0;
    await this.#writing.catch(() => {});
  }

  async #flush(): Promise<void> {
    await this.#writing;
    if (this.#heldBytes === 0) return;
    const piece = Buffer.concat(this.#held, this.#heldBytes);
    this.#held = [];
    this.#heldBytes = 0;
    this.#writing = this.#file.writeFile(piece);
    // Whoever comes next hears of a failure; until then it must not count as unhandled.
    this.#writing.catch(() => {});
  }
}
