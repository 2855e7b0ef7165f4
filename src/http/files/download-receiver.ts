import type { Buffer } from 'node:buffer';
import { ResourceError } from '../../model/errors/index.js';
import type { AdapterResponse } from '../adapters/adapter.js';
import { runCallback } from '../calls/run-callback.js';
import type { Deadline } from '../time/deadline.js';
import { type Compression, DecompressingSink } from './decompressing-sink.js';
import type { DownloadOptions } from './download-options.js';
import { sha256 } from './hash.js';
import { openSink } from './open-sink.js';
import type { Sink } from './sink.js';

/** Receives a file. After an interruption it requests the remaining bytes only, with a range request (RFC 9110 §14). */
export class DownloadReceiver {
  readonly #options: DownloadOptions;
  readonly #attempt: string;
  #sink!: Sink;
  #decoding = false;
  #digest = sha256();
  #received = 0;
  #mostReceived = 0;
  #total: number | undefined;
  /** The version of the received bytes: a strong ETag or a Last-Modified date. */
  #version: string | undefined;
  /** False when the adapter has decompressed the bytes, so that they differ from the stored ones. */
  #verbatim = true;

  constructor(options: DownloadOptions, attempt: string) {
    this.#options = options;
    this.#attempt = attempt;
    this.#total = options.size;
  }

  async open(): Promise<void> {
    this.#sink = await openSink(this.#options.target, this.#options.fileName);
  }

  /**
   * The headers that request the remaining bytes. Empty when nothing has arrived, or when neither a version (If-Range, RFC 9110 §13.1.5)
   * nor a hash ensures that they belong to the received ones.
   */
  range(): Record<string, string> {
    const isVerifiable = this.#version !== undefined || this.#options.sha256 !== undefined;
    if (this.#received === 0 || !isVerifiable || !this.#verbatim) return {};
    const range = `bytes=${this.#received}-`;
    return this.#version === undefined ? { range } : { range, 'if-range': this.#version };
  }

  async receive(response: AdapterResponse, deadline: Deadline): Promise<void> {
    const { headers } = response;
    const part = this.#partOf(response);
    if (!part || this.#received === 0) await this.#start(response);
    if (part?.total !== undefined) this.#total ??= part.total;
    const length = Number(headers['content-length'] ?? Number.NaN);
    const before = this.#received;
    for await (const chunk of response.body) await this.#write(chunk, deadline);
    if (this.#verbatim && this.#received - before < length) throw new Error(`${this.#received - before} of ${length} bytes arrived`);
    // A server may send a smaller range than requested (RFC 9110 §15.3.7). The next try requests what is missing.
    if (part?.total !== undefined && this.#received < part.total) throw new Error(`${this.#received} of ${part.total} bytes arrived`);
  }

  /** Discards the received bytes; false when there are none. */
  async restart(): Promise<boolean> {
    if (this.#received === 0) return false;
    this.#received = 0;
    this.#digest = sha256();
    await this.#sink.restart();
    return true;
  }

  /** Whether more bytes have been received than after any earlier try. */
  madeProgress(): boolean {
    const more = this.#received > this.#mostReceived;
    this.#mostReceived = Math.max(this.#mostReceived, this.#received);
    return more;
  }

  /** Checks the size and the hash and completes the target. @throws ResourceError when they are not the expected ones. */
  async finish(): Promise<Uint8Array | undefined> {
    const { size, sha256, signal } = this.#options;
    const expected = sha256?.toLowerCase().replace(/^sha256:/, '');
    if (this.#verbatim) {
      if (size !== undefined && this.#received !== size) throw this.#mismatch(`${this.#received} bytes arrived instead of ${size}`);
      const actual = this.#digest.digest('hex');
      if (expected !== undefined && actual !== expected) throw this.#mismatch(`the SHA-256 is ${actual} instead of ${expected}`);
    }
    return this.#sink.finish(signal);
  }

  async discard(): Promise<void> {
    await this.#sink.discard();
  }

  /**
   * The total size from the Content-Range of a partial response; undefined for a complete response.
   * @throws ResourceError when the range is not the requested one.
   */
  #partOf(response: AdapterResponse): { total: number | undefined } | undefined {
    if (response.status !== 206) return undefined;
    const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers['content-range'] ?? '') ?? [];
    const isRequested = Number(start) === this.#received && (total === '*' || this.#total === undefined || Number(total) === this.#total);
    if (!isRequested)
      throw this.#mismatch(`the server sent ${response.headers['content-range'] ?? 'an unnamed range'}, which was not requested`);
    return { total: total === '*' ? undefined : Number(total) };
  }

  /** Starts with the first byte of a response. */
  async #start(response: AdapterResponse): Promise<void> {
    await this.restart();
    const { headers } = response;
    const encoding = contentEncoding(headers);
    this.#verbatim = !(encoding && response.decoded);
    const whole = this.#verbatim && response.status !== 206 && headers['content-length'] !== undefined;
    const length = whole ? Number(headers['content-length']) : undefined;
    this.#total = this.#options.size ?? length;
    const etag = headers.etag;
    this.#version = etag && !etag.startsWith('W/') ? etag : headers['last-modified'];
    if (this.#decoding) return;
    this.#decoding = true;
    const declared = this.#options.decompress ?? undefined;
    if (declared && !(response.decoded && declared === encoding)) this.#sink = new DecompressingSink(this.#sink, declared);
    if (encoding && !response.decoded && encoding !== declared) this.#sink = new DecompressingSink(this.#sink, encoding);
  }

  async #write(chunk: Buffer, deadline: Deadline): Promise<void> {
    deadline.recordActivity();
    this.#received += chunk.length;
    const { size, onProgress } = this.#options;
    if (this.#verbatim && size !== undefined && this.#received > size) throw this.#mismatch(`more than the expected ${size} bytes arrived`);
    this.#digest.update(chunk);
    await deadline.race(this.#sink.write(chunk));
    runCallback(() => onProgress?.({ loaded: this.#received, total: this.#total }));
  }

  #mismatch(what: string): ResourceError {
    return new ResourceError(`${this.#attempt} failed: ${what}. Nothing was kept; try again.`, { retryable: true });
  }
}

function contentEncoding(headers: Readonly<Record<string, string>>): Compression | undefined {
  const encoding = headers['content-encoding']?.trim().toLowerCase();
  if (encoding === 'gzip' || encoding === 'x-gzip') return 'gzip';
  return encoding === 'br' ? 'brotli' : undefined;
}
