import type { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { Writable } from 'node:stream';
import { AbortedError, ConfigurationError, ResourceError } from '../../model/errors/index.js';
import type { AdapterResponse } from '../adapters/adapter.js';
import { runCallback } from '../calls/call-events.js';
import type { ClientSettings } from '../options.js';
import type { Deadline } from '../time/deadline.js';
import { type Compression, DecompressingSink } from './decompressing-sink.js';
import { openSink, type Sink } from './sink.js';
import { type RunCall, type TransferOptions, transferCall } from './transfer.js';

export interface DownloadOptions extends TransferOptions {
  /** A path, a folder (with `fileName`), or a writable stream, which is ended. Default: the bytes are returned. */
  target?: string | Writable | undefined;
  /** The name of the file when the target is a folder. It may come from a server: it never leads out of the folder. */
  fileName?: string | undefined;
  /** How many bytes must arrive. */
  size?: number | undefined;
  /** The SHA-256 the bytes must have, in hexadecimal; `sha256:` before it is ignored. */
  sha256?: string | undefined;
  /** How the content is packed; it is unpacked after size and hash are taken. */
  decompress?: Compression | null | undefined;
}

/** Gets a file from a presigned address. */
export async function download(
  settings: ClientSettings,
  run: RunCall,
  address: string,
  options: DownloadOptions,
): Promise<Uint8Array | undefined> {
  if (options.decompress && options.decompress !== 'gzip' && options.decompress !== 'brotli')
    throw new ConfigurationError(`Content packed as ${String(options.decompress)} cannot be unpacked here; gzip and brotli can.`);
  const attempt = options.attempt ?? `download ${options.fileName ?? 'a file'}`;
  const receiver = new DownloadReceiver(options, attempt);
  const call = transferCall<void>(
    settings,
    address,
    { ...options, attempt },
    {
      method: 'GET',
      headers: async () => ({ accept: '*/*', 'accept-encoding': 'identity', 'user-agent': settings.userAgent, ...receiver.range() }),
      body: () => undefined,
      receive: (response, deadline) => receiver.receive(response, deadline),
      recover: async (error) => error.status === 416 && receiver.restart(),
      madeProgress: () => receiver.gained(),
    },
  );
  await receiver.open();
  try {
    await run(call);
    return await receiver.finish();
  } catch (error) {
    await receiver.discard();
    if (options.signal?.aborted && error === options.signal.reason)
      throw new AbortedError(`${attempt} failed: it was aborted.`, { cause: error });
    throw error;
  }
}

/** Takes in a file, if need be in several pieces (RFC 9110 §14). */
class DownloadReceiver {
  readonly #options: DownloadOptions;
  readonly #attempt: string;
  #sink!: Sink;
  #wrapped = false;
  #digest = createHash('sha256');
  #received = 0;
  #furthest = 0;
  #total: number | undefined;
  /** The version that the received bytes belong to: a strong ETag or a date. */
  #version: string | undefined;
  /** False once the bytes differ from those that are stored, because the wire has unpacked them. */
  #verbatim = true;

  constructor(options: DownloadOptions, attempt: string) {
    this.#options = options;
    this.#attempt = attempt;
    this.#total = options.size;
  }

  async open(): Promise<void> {
    this.#sink = await openSink(this.#options.target, this.#options.fileName);
  }

  /** Asks for the rest where a part is there and we can be sure that the rest belongs to it. */
  range(): Record<string, string> {
    const sure = this.#version !== undefined || this.#options.sha256 !== undefined;
    if (this.#received === 0 || !sure || !this.#verbatim) return {};
    const range = `bytes=${this.#received}-`;
    return this.#version === undefined ? { range } : { range, 'if-range': this.#version };
  }

  async receive(response: AdapterResponse, deadline: Deadline): Promise<void> {
    const { headers } = response;
    const part = this.#partOf(response);
    if (!part || this.#received === 0) await this.#begin(response);
    if (part?.total !== undefined) this.#total ??= part.total;
    const length = Number(headers['content-length'] ?? Number.NaN);
    const before = this.#received;
    for await (const chunk of response.body) await this.#take(chunk, deadline);
    if (this.#verbatim && this.#received - before < length) throw new Error(`${this.#received - before} of ${length} bytes arrived`);
    // A server may send less than it was asked for (RFC 9110 §15.3.7); the next try asks for what is missing.
    if (part?.total !== undefined && this.#received < part.total) throw new Error(`${this.#received} of ${part.total} bytes arrived`);
  }

  /** Forgets what has arrived; false when nothing has. */
  async restart(): Promise<boolean> {
    if (this.#received === 0) return false;
    this.#received = 0;
    this.#digest = createHash('sha256');
    await this.#sink.restart();
    return true;
  }

  /** Whether more has arrived than ever before. */
  gained(): boolean {
    const further = this.#received > this.#furthest;
    this.#furthest = Math.max(this.#furthest, this.#received);
    return further;
  }

  async finish(): Promise<Uint8Array | undefined> {
    const { size, sha256, signal } = this.#options;
    const expected = sha256?.toLowerCase().replace(/^sha256:/, '');
    if (this.#verbatim) {
      if (size !== undefined && this.#received !== size) throw this.#wrong(`${this.#received} bytes arrived instead of ${size}`);
      const found = this.#digest.digest('hex');
      if (expected !== undefined && found !== expected) throw this.#wrong(`the SHA-256 is ${found} instead of ${expected}`);
    }
    return this.#sink.finish(signal);
  }

  async discard(): Promise<void> {
    await this.#sink.discard();
  }

  /** What the answer says of itself when it is a part, the one that is due; undefined when it is the whole. */
  #partOf(response: AdapterResponse): { total: number | undefined } | undefined {
    if (response.status !== 206) return undefined;
    const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers['content-range'] ?? '') ?? [];
    const fits = Number(start) === this.#received && (total === '*' || this.#total === undefined || Number(total) === this.#total);
    if (!fits) throw this.#wrong(`the server sent ${response.headers['content-range'] ?? 'an unnamed range'}, which was not asked for`);
    return { total: total === '*' ? undefined : Number(total) };
  }

  async #begin(response: AdapterResponse): Promise<void> {
    await this.restart();
    const { headers } = response;
    const encoding = contentEncoding(headers);
    this.#verbatim = !(encoding && response.decoded);
    const whole = this.#verbatim && response.status !== 206 && headers['content-length'] !== undefined;
    const length = whole ? Number(headers['content-length']) : undefined;
    this.#total = this.#options.size ?? length;
    const etag = headers.etag;
    this.#version = etag && !etag.startsWith('W/') ? etag : headers['last-modified'];
    if (this.#wrapped) return;
    this.#wrapped = true;
    const declared = this.#options.decompress ?? undefined;
    if (declared && !(response.decoded && declared === encoding)) this.#sink = new DecompressingSink(this.#sink, declared);
    if (encoding && !response.decoded && encoding !== declared) this.#sink = new DecompressingSink(this.#sink, encoding);
  }

  async #take(chunk: Buffer, deadline: Deadline): Promise<void> {
    deadline.recordActivity();
    this.#received += chunk.length;
    const { size, onProgress } = this.#options;
    if (this.#verbatim && size !== undefined && this.#received > size) throw this.#wrong(`more than the expected ${size} bytes arrived`);
    this.#digest.update(chunk);
    await deadline.race(this.#sink.write(chunk));
    runCallback(() => onProgress?.({ loaded: this.#received, total: this.#total }));
  }

  #wrong(what: string): ResourceError {
    return new ResourceError(`${this.#attempt} failed: ${what}. Nothing was kept; try again.`, { retryable: true });
  }
}

function contentEncoding(headers: Readonly<Record<string, string>>): Compression | undefined {
  const encoding = headers['content-encoding']?.trim().toLowerCase();
  if (encoding === 'gzip' || encoding === 'x-gzip') return 'gzip';
  return encoding === 'br' ? 'brotli' : undefined;
}
