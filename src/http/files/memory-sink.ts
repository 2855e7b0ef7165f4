import type { Sink } from './sink.js';

/** Keeps downloaded bytes in memory. */
export class MemorySink implements Sink<Uint8Array> {
  #chunks: Uint8Array[] = [];

  write(chunk: Uint8Array): undefined {
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
