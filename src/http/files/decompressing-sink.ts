import type { Buffer } from 'node:buffer';
import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip } from 'node:zlib';
import { ResourceError } from '../../model/errors/index.js';
import { unlessAborted } from '../../model/support/abort.js';
import type { Sink } from './sink.js';

/** The compression of content: gzip (RFC 1952) or brotli (RFC 7932). */
export type Compression = 'gzip' | 'brotli';

/** Decompresses what is written to it into another sink. */
export class DecompressingSink implements Sink {
  readonly #inner: Sink;
  readonly #compression: Compression;
  #decoder!: Transform;
  #drained!: Promise<void>;
  #failed: Error | undefined;
  /** Ends a `write` whose chunk the failed decoder will never process. */
  #wake: (() => void) | undefined;

  constructor(inner: Sink, compression: Compression) {
    this.#inner = inner;
    this.#compression = compression;
    this.#start();
  }

  async write(chunk: Buffer): Promise<void> {
    if (!this.#failed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        this.#decoder.write(chunk, () => resolve());
      });
    }
    if (this.#failed) throw this.#failed;
  }

  async restart(): Promise<void> {
    this.#decoder.destroy();
    await this.#drained.catch(() => {});
    this.#failed = undefined;
    await this.#inner.restart();
    this.#start();
  }

  async finish(signal?: AbortSignal): Promise<Uint8Array | undefined> {
    this.#decoder.end();
    await unlessAborted(this.#drained, signal);
    return this.#inner.finish(signal);
  }

  async discard(): Promise<void> {
    this.#decoder.destroy();
    await this.#inner.discard();
  }

  #start(): void {
    this.#decoder = this.#compression === 'gzip' ? createGunzip() : createBrotliDecompress();
    this.#drained = this.#drain(this.#decoder);
    this.#drained.catch((error) => {
      this.#failed = error;
      this.#wake?.();
    });
  }

  async #drain(decoder: Transform): Promise<void> {
    try {
      for await (const chunk of decoder) await this.#inner.write(chunk);
    } catch (cause) {
      if (cause instanceof ResourceError) throw cause;
      throw new ResourceError(`The content cannot be decompressed as ${this.#compression}: ${(cause as Error).message}`, { cause });
    }
  }
}
