import { BlobBuilder } from './blob-builder.js';
import type { Sink } from './sink.js';

/** Keeps downloaded bytes in a Blob. */
export class BlobSink implements Sink<Blob> {
  readonly #type: string | undefined;
  #builder = new BlobBuilder();

  /** @param type The MIME type of the Blob. */
  constructor(type: string | undefined) {
    this.#type = type;
  }

  write(chunk: Uint8Array): undefined {
    this.#builder.add(chunk);
  }

  async restart(): Promise<void> {
    this.#builder = new BlobBuilder();
  }

  async finish(): Promise<Blob> {
    return this.#builder.build(this.#type);
  }

  async discard(): Promise<void> {
    this.#builder = new BlobBuilder();
  }
}
