/** How many bytes are collected before they become a Blob, which browsers may keep outside of memory. */
const PART_BYTES = 16 * 1024 * 1024;

/** Makes a Blob of many chunks. */
export class BlobBuilder {
  readonly #parts: Blob[] = [];
  #chunks: Uint8Array<ArrayBuffer>[] = [];
  #bytes = 0;

  add(chunk: Uint8Array): void {
    this.#chunks.push(chunk as Uint8Array<ArrayBuffer>);
    this.#bytes += chunk.length;
    if (this.#bytes < PART_BYTES) return;
    this.#parts.push(new Blob(this.#chunks));
    this.#chunks = [];
    this.#bytes = 0;
  }

  /** @param type The MIME type of the Blob. */
  build(type?: string): Blob {
    return new Blob([...this.#parts, ...this.#chunks], { type });
  }
}
