import { Buffer } from 'node:buffer';

/** Reads an iterable of chunks by numbers of bytes. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array> | Iterator<Uint8Array>;
  #next: Buffer | undefined;

  constructor(source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) {
    this.#chunks = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  }

  /** The next chunk, which is not empty; undefined at the end. */
  async read(): Promise<Buffer | undefined> {
    const next = this.#next;
    this.#next = undefined;
    if (next) return next;
    for (;;) {
      const { done, value } = await this.#chunks.next();
      if (done) return undefined;
      if (value.length > 0) return Buffer.isBuffer(value) ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    }
  }

  /** Gives back what was read too far. */
  unread(bytes: Buffer): void {
    this.#next = bytes.length === 0 ? this.#next : this.#next ? Buffer.concat([bytes, this.#next]) : bytes;
  }

  /** The next `count` bytes, or fewer at the end. */
  async take(count: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (let missing = count; missing > 0; ) {
      const chunk = await this.read();
      if (!chunk) break;
      this.unread(chunk.subarray(missing));
      parts.push(chunk.subarray(0, missing));
      missing -= Math.min(missing, chunk.length);
    }
    return Buffer.concat(parts);
  }

  /** The next `count` bytes without reading past them, or fewer at the end. */
  async peek(count: number): Promise<Buffer> {
    const bytes = await this.take(count);
    this.unread(bytes);
    return bytes;
  }

  /** Skips the bytes up to a zero and that zero. */
  async skipText(): Promise<void> {
    for (;;) {
      const chunk = await this.read();
      if (!chunk) return;
      const end = chunk.indexOf(0);
      if (end >= 0) return this.unread(chunk.subarray(end + 1));
    }
  }

  /** Ends the source, without waiting for a chunk that is being read. */
  close(): void {
    Promise.resolve(this.#chunks.return?.()).catch(() => {});
  }
}
