import { Buffer } from 'node:buffer';
import type { FileHandle } from 'node:fs/promises';

/** Smaller writes take up to twice as long, and so does fresh memory for each. Larger ones are no faster. */
const BLOCK_BYTES = 256 * 1024;

/**
 * The largest block that raises the limit of glibc, when it is freed, up to which freed memory stays with the process (M_TRIM_THRESHOLD of
 * mallopt(3)). Below it, the memory of what is received goes back to the system and comes again, page by page. It is never touched.
 */
const RAISING_BYTES = 31 * 1024 * 1024;
let isRaised = false;

/** Writes a file in blocks, each while the next is collected. */
export class FileWriter {
  readonly #file: FileHandle;
  /** The block that is collected. */
  #block: Buffer | undefined;
  #length = 0;
  /** The block that is written, or was. */
  #written: Buffer | undefined;
  #writing: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /**
   * Copies the bytes.
   * @returns What must be waited for before more are written.
   * @throws the error of an earlier write, or `finish` does.
   */
  write(bytes: Uint8Array): Promise<void> | undefined {
    this.#block ??= Buffer.allocUnsafeSlow(BLOCK_BYTES);
    const room = BLOCK_BYTES - this.#length;
    this.#block.set(bytes.length > room ? bytes.subarray(0, room) : bytes, this.#length);
    this.#length += Math.min(bytes.length, room);
    if (bytes.length < room) return undefined;
    return this.#flush().then(() => (bytes.length > room && !this.#isStopped ? this.write(bytes.subarray(room)) : undefined));
  }

  /** Resolves when everything is written. */
  async finish(): Promise<void> {
    await this.#flush();
    await this.#writing;
  }

  /** Discards what is not written yet, and resolves when the write in progress ends. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#length = 0;
    await this.#writing.catch(() => {});
  }

  async #flush(): Promise<void> {
    await this.#writing;
    const block = this.#block;
    if (block === undefined || this.#length === 0) return;
    if (!isRaised && this.#length === BLOCK_BYTES) {
      isRaised = true;
      Buffer.allocUnsafeSlow(RAISING_BYTES);
    }
    this.#writing = this.#writeAll(block.subarray(0, this.#length));
    // The next call throws the error; until then it must not count as an unhandled rejection.
    this.#writing.catch(() => {});
    this.#block = this.#written;
    this.#written = block;
    this.#length = 0;
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) at += (await this.#file.write(bytes, at)).bytesWritten;
  }
}
