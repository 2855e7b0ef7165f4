import type { Buffer } from 'node:buffer';
import { PassThrough } from 'node:stream';
import { ResourceError } from '../../model/errors/index.js';
import { unlessAborted } from '../../model/support/abort.js';
import type { Coding } from '../encoding/content-codings.js';
import { unpack } from '../encoding/unpack.js';
import type { UnpackingGuard } from '../encoding/unpacking-guard.js';
import type { Sink } from './sink.js';

/** The compression of content: gzip (RFC 1952) or brotli (RFC 7932). */
export type Compression = 'gzip' | 'brotli';

/** How content is decompressed. */
export interface Decompression {
  codings: readonly Coding[];
  guard: UnpackingGuard;
  /** Whether no bytes at all are valid. */
  emptyIsValid: boolean;
  /** Called when the content cannot be decompressed or written, so that no more is read. */
  onFailure(error: Error): void;
}

/** Decompresses what is written to it into another sink. */
export class DecompressingSink implements Sink {
  readonly #inner: Sink;
  readonly #how: Decompression;
  #isEmpty = true;
  #input!: PassThrough;
  #drained!: Promise<void>;
  #failed: Error | undefined;
  /** Whether decompression has failed, or has come to the end of the compressed data. What follows is ignored. */
  #hasEnded = false;
  /** False once what was written is given up. */
  #isActive = true;
  /** Ends a `write` whose chunk will never be processed. */
  #wake: (() => void) | undefined;

  constructor(inner: Sink, how: Decompression) {
    this.#inner = inner;
    this.#how = how;
    this.#start();
  }

  async write(chunk: Buffer): Promise<void> {
    this.#isEmpty = false;
    if (!this.#hasEnded) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        this.#input.write(chunk, () => resolve());
      });
    }
    if (this.#failed) throw this.#failed;
  }

  async restart(): Promise<void> {
    this.#isActive = false;
    this.#input.destroy();
    await this.#drained.catch(() => {});
    this.#failed = undefined;
    this.#hasEnded = false;
    this.#isEmpty = true;
    await this.#inner.restart();
    this.#start();
  }

  async finish(signal?: AbortSignal): Promise<Uint8Array | undefined> {
    if (this.#isEmpty && !this.#how.emptyIsValid) throw this.#undecodable(new Error('it is empty'));
    this.#input.end();
    await unlessAborted(this.#drained, signal);
    return this.#inner.finish(signal);
  }

  async discard(): Promise<void> {
    this.#isActive = false;
    this.#input.destroy();
    await this.#inner.discard();
  }

  #start(): void {
    this.#input = new PassThrough();
    this.#isActive = true;
    this.#drained = this.#drain(this.#input);
    // The next `write` or `finish` throws the error; until then it must not count as an unhandled rejection.
    this.#drained.catch(() => {});
  }

  async #drain(input: AsyncIterable<Buffer>): Promise<void> {
    try {
      for await (const chunk of unpack(input, this.#how.codings, this.#how.guard)) await this.#inner.write(chunk);
    } catch (cause) {
      this.#failed = cause instanceof ResourceError ? cause : this.#undecodable(cause as Error);
      if (this.#isActive) this.#how.onFailure(this.#failed);
      throw this.#failed;
    } finally {
      this.#hasEnded = true;
      this.#wake?.();
    }
  }

  #undecodable(cause: Error): ResourceError {
    const format = this.#how.codings.map((coding) => (coding === 'br' ? 'brotli' : coding)).join(' and ');
    return new ResourceError(`The content cannot be decompressed as ${format}: ${cause.message}`, { cause });
  }
}
