import { ResourceError } from '../../model/errors/index.js';
import type { AdapterResponse } from '../adapters/adapter.js';
import type { ReceivedBody } from '../adapters/received-body.js';
import { runCallback } from '../calls/run-callback.js';
import { type Coding, codingsOf, unsupportedCoding } from '../encoding/content-codings.js';
import { UNBOUNDED, UnpackingGuard } from '../encoding/unpacking-guard.js';
import type { EngineSettings } from '../engine.js';
import type { Digest } from '../runtime.js';
import type { Deadline } from '../time/deadline.js';
import { ContentCheck } from './content-check.js';
import { type Compression, DecompressingSink } from './decompressing-sink.js';
import type { DownloadOptions } from './download-options.js';
import type { Sink } from './sink.js';

/** Receives a file. After an interruption it requests the remaining bytes only, with a range request (RFC 9110 §14). */
export class DownloadReceiver<T> {
  readonly #options: DownloadOptions;
  readonly #attempt: string;
  readonly #settings: EngineSettings;
  readonly #openTarget: () => Promise<Sink<T>>;
  #createDigest: (() => Digest) | undefined;
  /** The target. */
  #target!: Sink<T>;
  /** Decodes and checks what it passes to the target. */
  #sink!: Sink<T>;
  /** The body that is being received. */
  #body: ReceivedBody | undefined;
  #received = 0;
  #mostReceived = 0;
  #total: number | undefined;
  /** The version of the received bytes: a strong ETag or a Last-Modified date. */
  #version: string | undefined;
  /** False when the received bytes differ from the stored ones, because the adapter has decompressed them or because they were encoded on the way. */
  #verbatim = true;

  constructor(settings: EngineSettings, options: DownloadOptions, attempt: string, openTarget: () => Promise<Sink<T>>) {
    this.#options = options;
    this.#attempt = attempt;
    this.#settings = settings;
    this.#openTarget = openTarget;
    this.#total = options.size;
  }

  async open(): Promise<void> {
    this.#target = await this.#openTarget();
    if (this.#options.sha256 !== undefined) this.#createDigest = await this.#settings.runtime.loadDigest();
    this.#sink = this.#target;
  }

  /**
   * The headers that request the remaining bytes. Empty when nothing has arrived, or when neither a version (If-Range, RFC 9110 §13.1.5)
   * nor a hash ensures that they belong to the received ones.
   */
  range(): Record<string, string> {
    const isVerifiable = this.#version !== undefined || this.#options.sha256 !== undefined;
    if (this.#received === 0 || !isVerifiable || !this.#verbatim || !this.#settings.adapter.requestsRanges) return {};
    const range = `bytes=${this.#received}-`;
    return this.#version === undefined ? { range } : { range, 'if-range': this.#version };
  }

  async receive(response: AdapterResponse, deadline: Deadline): Promise<void> {
    const { headers } = response;
    const part = this.#partOf(response);
    if (!part || this.#received === 0) await this.#start(response);
    if (part?.total !== undefined) this.#total ??= part.total;
    const length = response.decoded && this.#codingsOf(headers).length > 0 ? 0 : Number(headers['content-length'] ?? 0);
    const before = this.#received;
    this.#body = response.body;
    for await (const chunk of response.body) {
      deadline.recordActivity();
      this.#received += chunk.length;
      const writing = this.#sink.write(chunk);
      if (writing) await deadline.race(writing);
    }
    if (this.#received - before < length) throw new Error(`${this.#received - before} of ${length} bytes arrived`);
    // A server may send a smaller range than requested (RFC 9110 §15.3.7). The next try requests what is missing.
    if (part?.total !== undefined && this.#received < part.total) throw new Error(`${this.#received} of ${part.total} bytes arrived`);
  }

  /** Discards the received bytes; false when there are none. */
  async restart(): Promise<boolean> {
    if (this.#received === 0) return false;
    this.#received = 0;
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
  async finish(): Promise<T> {
    return this.#sink.finish(this.#options.signal);
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
    const unsupported = response.decoded ? undefined : unsupportedCoding(headers, this.#settings.runtime.decoders);
    if (unsupported) throw new ResourceError(`${this.#attempt} failed: it is encoded as ${unsupported}, which cannot be decoded here.`);
    const codings = this.#codingsOf(headers);
    const { decompress } = this.#options;
    // The label then describes the stored file, whose size and hash are those before decompression.
    const isStored = decompress ? codings.length === 1 && codings[0] === codingOf(decompress) : false;
    this.#verbatim = codings.length === 0 || (isStored && !response.decoded);
    const whole = this.#verbatim && response.status !== 206 && headers['content-length'] !== undefined;
    this.#total = this.#options.size ?? (whole ? Number(headers['content-length']) : undefined);
    const etag = headers.etag;
    this.#version = etag && !etag.startsWith('W/') ? etag : headers['last-modified'];
    this.#sink = this.#chain(response, codings, isStored);
  }

  /** What a response passes through before it gets to the target: its codings, the check, the declared compression. */
  #chain(response: AdapterResponse, codings: readonly Coding[], isStored: boolean): Sink<T> {
    const { decompress, size, sha256, onProgress } = this.#options;
    const isUnpacked = isStored && response.decoded;
    const expected = isUnpacked ? {} : { size, sha256: sha256?.toLowerCase().replace(/^sha256:/, '') };
    const guard = this.#guard();
    const { decoders } = this.#settings.runtime;
    const onFailure = (error: Error) => this.#body?.destroy(error);
    let sink = this.#target;
    if (decompress && !isUnpacked)
      sink = new DecompressingSink(sink, { codings: [codingOf(decompress)], decoders, guard, emptyIsValid: false, onFailure });
    const packed = Number(response.headers['content-length'] ?? Number.POSITIVE_INFINITY);
    sink = new ContentCheck(
      sink,
      expected,
      {
        fail: (what) => this.#mismatch(what),
        onBytes: (loaded) => {
          if (response.decoded && codings.length > 0 && expected.size === undefined) guard.check(packed, loaded);
          runCallback(() => onProgress?.({ loaded, total: this.#total }));
        },
      },
      expected.sha256 === undefined ? undefined : this.#createDigest,
    );
    if (this.#verbatim || response.decoded) return sink;
    const sized = new UnpackingGuard(UNBOUNDED, Error);
    return new DecompressingSink(sink, { codings, decoders, guard: size === undefined ? guard : sized, emptyIsValid: true, onFailure });
  }

  /** The limits of a download whose size is not known. */
  #guard(): UnpackingGuard {
    const { unpackedBytes, unpackingRatio: ratio } = this.#settings.bodyLimits;
    const bytes = this.#options.target === undefined ? unpackedBytes : Number.POSITIVE_INFINITY;
    const fail = (what: string) => new ResourceError(`${this.#attempt} failed: ${what}. Nothing was kept.`);
    return new UnpackingGuard({ bytes, setting: 'limits.unpackedBytes', ratio }, fail);
  }

  #codingsOf(headers: Readonly<Record<string, string>>): Coding[] {
    return codingsOf(headers, this.#settings.runtime.decoders);
  }

  #mismatch(what: string): ResourceError {
    return new ResourceError(`${this.#attempt} failed: ${what}. Nothing was kept; try again.`, { retryable: true });
  }
}

function codingOf(compression: Compression): Coding {
  return compression === 'brotli' ? 'br' : compression;
}
