import type { Buffer } from 'node:buffer';
import { sha256 } from './hash.js';
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
export class ContentCheck implements Sink {
  readonly #inner: Sink;
  readonly #expected: Expectation;
  readonly #callbacks: ContentCallbacks;
  #digest = sha256();
  #size = 0;

  constructor(inner: Sink, expected: Expectation, callbacks: ContentCallbacks) {
    this.#inner = inner;
    this.#expected = expected;
    this.#callbacks = callbacks;
  }

  async write(chunk: Buffer): Promise<void> {
    const { size } = this.#expected;
    this.#size += chunk.length;
    if (size !== undefined && this.#size > size) throw this.#callbacks.fail(`more than the expected ${size} bytes arrived`);
    this.#digest.update(chunk);
    await this.#inner.write(chunk);
    this.#callbacks.onBytes(this.#size);
  }

  async restart(): Promise<void> {
    this.#size = 0;
    this.#digest = sha256();
    await this.#inner.restart();
  }

  async finish(signal?: AbortSignal): Promise<Uint8Array | undefined> {
    const { size, sha256 } = this.#expected;
    if (size !== undefined && this.#size !== size) throw this.#callbacks.fail(`${this.#size} bytes arrived instead of ${size}`);
    const actual = this.#digest.digest('hex');
    if (sha256 !== undefined && actual !== sha256) throw this.#callbacks.fail(`the SHA-256 is ${actual} instead of ${sha256}`);
    return this.#inner.finish(signal);
  }

  async discard(): Promise<void> {
    await this.#inner.discard();
  }
}
