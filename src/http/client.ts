import { ResourceError } from '../model/errors/index.js';
import type { Transport, TransportRequest, TransportResponse } from '../model/ports/transport.js';
import type { Call } from './calls/call.js';
import { exchange, type ExchangeContext } from './calls/exchange.js';
import { jsonCall } from './calls/json-call.js';
import { type Content, type ContentOptions, openContent, type UploadInput } from './files/content.js';
import { type DownloadOptions, download } from './files/download.js';
import { type PutOptions, put } from './files/upload.js';
import { type ClientOptions, type ClientSettings, clientSettings, type ClientDependencies } from './options.js';

/**
 * The transport of a connection: JSON calls with credentials, repetitions and limits, and transfers of files to and from
 * presigned addresses. Its secrets are private: neither `inspect` nor JSON shows them.
 */
export class Client implements Transport {
  readonly #settings: ClientSettings;
  readonly #line: ExchangeContext;
  #closed = false;

  /**
   * @param internals for tests.
   * @throws ConfigurationError or ValidationError when an option is missing or makes no sense.
   */
  constructor(options: ClientOptions, internals: ClientDependencies = {}) {
    const settings = clientSettings(options, internals);
    this.#settings = settings;
    this.#line = { ...settings, isTrustedOrigin: (origin) => settings.origins.has(origin) };
  }

  /**
   * One call to the platform's API.
   * @throws APIError for an answer of status 300 and above and for an answer that is not JSON; ConnectionError, TimeoutError,
   * AbortedError when there is no answer; ValidationError when the request cannot be sent.
   */
  async request(request: TransportRequest): Promise<TransportResponse> {
    return this.#run(jsonCall(this.#settings, request));
  }

  /**
   * Opens what a user wants to upload: learns its size, hash and type. Whoever opens it must `dispose()` of it.
   * @throws ValidationError for an unsupported input or a missing file; FileUploadError with step `read` when it cannot be read.
   */
  async openContent(input: UploadInput, options: ContentOptions = {}): Promise<Content> {
    return openContent(input, options);
  }

  /**
   * Sends content to a presigned address with PUT, without credentials and without default headers.
   * @throws FileUploadError with step `read`, `put` or (when a fresh address could not be had) `request-url`; AbortedError.
   */
  async put(url: string, content: Content, options: PutOptions = {}): Promise<void> {
    return put(this.#settings, (call) => this.#run(call), url, content, options);
  }

  /**
   * Gets a file from a presigned address, without credentials and without default headers: into memory, or to a path or a
   * stream when there is a target.
   * @throws APIError, ConnectionError, TimeoutError, AbortedError; ResourceError when size or hash are not the expected ones or
   * the target cannot be written. A file is there completely or not at all.
   */
  async download(url: string, options?: DownloadOptions & { target?: undefined }): Promise<Uint8Array>;
  async download(url: string, options?: DownloadOptions): Promise<Uint8Array | undefined>;
  async download(url: string, options: DownloadOptions = {}): Promise<Uint8Array | undefined> {
    return download(this.#settings, (call) => this.#run(call), url, options);
  }

  /** Whether an address is at one of the connection's own origins, those to which the credentials may go. */
  isOwn(url: string): boolean {
    return URL.canParse(url) && this.#settings.origins.has(new URL(url).origin);
  }

  /** Lets go of idle sockets. Calls made afterwards fail; calls under way come to their end. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#line.adapter.close();
  }

  async #run<T>(call: Call<T>): Promise<T> {
    if (this.#closed) throw new ResourceError('The connection is closed; make a new one.');
    return exchange(this.#line, call);
  }
}
