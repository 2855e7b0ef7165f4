import type { StreamResponse, Transport, TransportRequest, TransportResponse } from '../model/ports/transport.js';
import { asGiven, membersOf } from '../model/support/members.js';
import { type Part, part } from '../model/support/part.js';
import { bodyOf } from './calls/request-body.js';
import type { Engine } from './engine.js';
import type { Content, ContentOptions, UploadInput } from './files/content.js';
import type { DownloadOptions } from './files/download-options.js';
import type { PutOptions } from './files/upload.js';
import type { ClientOptions } from './options.js';
import type { Runtime } from './runtime.js';
import { type ClientDependencies, clientSettings } from './settings.js';

/**
 * The transport of a connection: JSON calls with credentials, repetitions and rate limits, and file transfers to and from presigned
 * URLs. Its secrets are in private fields, which neither `inspect` nor JSON shows.
 */
export class Client implements Transport {
  readonly #origins: ReadonlySet<string>;
  /** Sends the requests. */
  readonly #engine: Part<Engine>;
  #closed = false;

  /**
   * @param loadRuntime Loads what the place where it runs provides.
   * @param dependencies For tests.
   * @throws ConfigurationError or ValidationError when an option is missing or invalid.
   */
  constructor(loadRuntime: () => Promise<Runtime>, options: ClientOptions, dependencies: ClientDependencies = {}) {
    const settings = clientSettings(options, dependencies);
    this.#origins = settings.origins;
    this.#engine = part(async () => {
      const isClosed = this.#closed;
      const [{ Engine }, runtime] = await Promise.all([import('./engine.js'), loadRuntime()]);
      const engine = new Engine(settings, runtime);
      if (isClosed) engine.close();
      return engine;
    });
  }

  /**
   * Makes one call to the platform's API.
   * @throws APIError for a response with a status of 300 or above, and for one that is not JSON; ConnectionError, TimeoutError or
   * AbortedError when there is no complete response; ValidationError when the request cannot be sent.
   */
  request(request: TransportRequest): Promise<TransportResponse> {
    return this.#send(request, (engine, fixed, body) => engine.request(fixed, body));
  }

  /**
   * Makes one call to the platform's API and passes the body of the response on as it arrives. The call is repeated as any other until the
   * first bytes have arrived, and not after that. A body that is left early ends the request; one that is never read keeps it open.
   * @throws as `request` does; reading the body throws ConnectionError, TimeoutError, AbortedError, and ResourceError for more bytes than
   * `limits.jsonBytes`.
   */
  stream(request: TransportRequest): Promise<StreamResponse> {
    return this.#send(request, (engine, fixed, body) => engine.stream(fixed, body));
  }

  /**
   * Opens an input for uploading and determines its size, SHA-256 and MIME type. The caller must `dispose()` of the result.
   * @throws ValidationError for an unsupported input or a missing file; FileUploadError with step `read` when it cannot be read;
   * AbortedError.
   */
  async openContent(input: UploadInput, options: ContentOptions = {}): Promise<Content> {
    keepErrors(input);
    return (await this.#engine()).openContent(input, options);
  }

  /**
   * Sends content to a presigned URL with PUT, without credentials and without default headers.
   * @throws FileUploadError with step `read`, `put` or (when no new URL could be obtained) `request-url`; AbortedError.
   */
  async put(url: string, content: Content, options: PutOptions = {}): Promise<void> {
    return (await this.#engine()).put(url, content, options);
  }

  /**
   * Downloads a file from a presigned URL, without credentials and without default headers, or, with the option `own`, from the
   * platform's API, with both. Returns the bytes unless there is a target. A file at a target path is either complete or not written at all.
   * @throws APIError, ConnectionError, TimeoutError, AbortedError; ResourceError when the size or the hash is not the expected one, or
   * when the target cannot be written.
   */
  async download(url: string, options?: DownloadOptions & { target?: undefined }): Promise<Uint8Array>;
  async download(url: string, options?: DownloadOptions): Promise<Uint8Array | undefined>;
  async download(url: string, options: DownloadOptions = {}): Promise<Uint8Array | undefined> {
    return (await this.#engine()).download(url, options);
  }

  /**
   * Downloads a file as `download` does, to a Blob, which a browser need not keep in memory.
   * @param options.type The MIME type of the Blob.
   */
  async downloadBlob(url: string, options: Omit<DownloadOptions, 'target'> & { type?: string | undefined } = {}): Promise<Blob> {
    return (await this.#engine()).downloadBlob(url, options, options.type);
  }

  /** Whether the URL is at one of the connection's own origins, to which credentials may be sent. */
  isOwn(url: string): boolean {
    return URL.canParse(url) && this.#origins.has(new URL(url).origin);
  }

  /** Closes idle sockets. Later calls fail with a ResourceError; calls in flight continue. */
  async close(): Promise<void> {
    this.#closed = true;
    // Those that wait for the engine are in flight.
    this.#engine.afterAll((engine) => engine.close());
  }

  /** Sends a request as it is now, whatever its caller does with it while the engine is loaded. */
  async #send<T>(
    request: TransportRequest,
    send: (engine: Engine, fixed: TransportRequest, body: Uint8Array | undefined) => Promise<T>,
  ): Promise<T> {
    const body = bodyOf(request);
    const fixed = { ...request };
    if (fixed.headers) fixed.headers = asGiven(membersOf(fixed.headers));
    if (fixed.query) fixed.query = asGiven(membersOf(fixed.query));
    const engine = this.#engine();
    // Together, so that the failure of either is not unhandled while the other is awaited.
    if (body instanceof Promise) return Promise.all([engine, body]).then(([loaded, written]) => send(loaded, fixed, written));
    return send(engine instanceof Promise ? await engine : engine, fixed, body);
  }
}

/** Keeps an error of a stream of Node's, which ends the process where nobody listens, for whoever reads it later. */
function keepErrors(input: UploadInput): void {
  const { stream = input } = Object(input) as { stream?: unknown };
  const { on } = Object(stream) as { on?: unknown };
  if (typeof on === 'function') on.call(stream, 'error', () => {});
}
