import { ResourceError } from '../../model/errors/index.js';
import { unlessAborted } from '../../model/support/abort.js';
import { type Unpacking, unpack } from '../encoding/unpack.js';
import { Handoff } from './handoff.js';
import type { Sink } from './sink.js';

/** The compression of content: gzip (RFC 1952) or brotli (RFC 7932). */
export type Compression = 'gzip' | 'brotli';

/** How content is decompressed. */
export interface Decompression extends Unpacking {
  /** Whether no bytes at all are valid. */
  emptyIsValid: boolean;
  /** Called when the content cannot be decompressed or written, so that no more is read. */
  onFailure(error: Error): void;
}

/** Decompresses what is written to it into another sink. */
export class DecompressingSink<T> implements Sink<T> {
  readonly #inner: Sink<T>;
  readonly #how: Decompression;
  #isEmpty = true;
  #input!: Handoff;
  #drained!: Promise<void>;
  #failed: Error | undefined;
  /** False once what was written is given up. */
  #isActive = true;

  constructor(inner: Sink<T>, how: Decompression) {
    this.#inner = inner;
    this.#how = how;
    this.#start();
  }

  async write(chunk: Uint8Array): Promise<void> {
    this.#isEmpty = false;
    await this.#input.write(chunk);
    if (this.#failed) throw this.#failed;
  }

  async restart(): Promise<void> {
    this.#isActive = false;
    this.#input.close();
    await this.#drained.catch(() => {});
    this.#failed = undefined;
    this.#isEmpty = true;
    await this.#inner.restart();
    this.#start();
  }

  async finish(signal?: AbortSignal): Promise<T> {
    if (this.#isEmpty && !this.#how.emptyIsValid) throw this.#undecodable(new Error('it is empty'));
    this.#input.end();
    await unlessAborted(this.#drained, signal);
    return this.#inner.finish(signal);
  }

  async discard(): Promise<void> {
    this.#isActive = false;
    this.#input.close();
    await this.#inner.discard();
  }

  #start(): void {
    this.#input = new Handoff();
    this.#isActive = true;
    this.#drained = this.#drain(this.#input);
    // The next `write` or `finish` throws the error; until then it must not count as an unhandled rejection.
    this.#drained.catch(() => {});
  }

  async #drain(input: Handoff): Promise<void> {
    try {
      for await (const chunk of unpack(input, this.#how)) await this.#inner.write(chunk);
    } catch (cause) {
      this.#failed = cause instanceof ResourceError ? cause : this.#undecodable(cause as Error);
      if (this.#isActive) this.#how.onFailure(this.#failed);
      throw this.#failed;
    } finally {
      // What follows the end of the compressed data, or a failure, is ignored.
      input.close();
    }
  }

  #undecodable(cause: Error): ResourceError {
    const format = this.#how.codings.map((coding) => (coding === 'br' ? 'brotli' : coding)).join(' and ');
    return new ResourceError(`The content cannot be decompressed as ${format}: ${cause.message}`, { cause });
  }
}
