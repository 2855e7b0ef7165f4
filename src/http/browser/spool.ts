import { BlobBuilder } from '../files/blob-builder.js';
import { blobSource } from '../files/blob-source.js';
import type { Source, Spool } from '../files/source.js';

/** Keeps a stream in a Blob. */
export class BlobSpool implements Spool {
  readonly #builder = new BlobBuilder();

  write(chunk: Uint8Array): undefined {
    this.#builder.add(chunk);
  }

  async finish(sha256: string): Promise<Source> {
    return blobSource(this.#builder.build(), sha256);
  }

  async discard(): Promise<void> {}
}
