import type { Digest } from '../runtime.js';
import type { Sink } from './sink.js';

/** What is expected of a downloaded file. */
export interface Expectation {
  /** Bytes. */
  size?: number | undefined;
  /** SHA-256 in lower-case hexadecimal. */
  sha256?: string | undefined;
}

/** What is called during a check. */
export interface ContentCallbacks {
  /** Makes the error for content that is not the expected one. */
  fail(what: string): Error;
  /** Called with the number of bytes written so far. What it throws ends the download. */
  onBytes(loaded: number): void;
}

/** Checks the size and the hash of what is written to another sink. */
export class ContentCheck<T> implements Sink<T> {
  readonly #inner: Sink<T>;
  readonly #expected: Expectation;
  readonly #callbacks: ContentCallbacks;
  readonly #createDigest: (() => Digest) | undefined;
  #digest: Digest | undefined;
  #size = 0;

  /** @param createDigest Needed if a hash is expected. */
  constructor(inner: Sink<T>, expected: Expectation, callbacks: ContentCallbacks, createDigest: (() => Digest) | undefined) {
    this.#inner = inner;
    this.#expected = expected;
    this.#callbacks = callbacks;
    this.#createDigest = createDigest;
    this.#digest = createDigest?.();
  }

  write(chunk: Uint8Array): Promise<void> | undefined {
    const { size } = this.#expected;
    this.#size += chunk.length;
    if (size !== undefined && this.#size > size) throw this.#callbacks.fail(`more than the expected ${size} bytes arrived`);
    this.#digest?.update(chunk);
    const writing = this.#inner.write(chunk);
    if (writing) return writing.then(() => this.#callbacks.onBytes(this.#size));
    this.#callbacks.onBytes(this.#size);
    return undefined;
  }

  async restart(): Promise<void> {
    this.#size = 0;
    this.#digest = this.#createDigest?.();
    await this.#inner.restart();
  }

  async finish(signal?: AbortSignal): Promise<T> {
    const { size, sha256 } = this.#expected;
    if (size !== undefined && this.#size !== size) throw this.#callbacks.fail(`${this.#size} bytes arrived instead of ${size}`);
    const actual = this.#digest?.hex();
    if (sha256 !== undefined && actual !== sha256) throw this.#callbacks.fail(`the SHA-256 is ${actual} instead of ${sha256}`);
    return this.#inner.finish(signal);
  }

  async discard(): Promise<void> {
    await this.#inner.discard();
  }
}
