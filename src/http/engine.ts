import { type APIError, ResourceError } from '../model/errors/index.js';
import type { StreamResponse, TransportRequest, TransportResponse } from '../model/ports/transport.js';
import type { HttpAdapter } from './adapters/adapter.js';
import { Authenticator } from './authenticator.js';
import { ANY_TYPE, apiCall } from './calls/api-call.js';
import type { Call } from './calls/call.js';
import { exchange } from './calls/exchange.js';
import { readResponse } from './calls/json-response.js';
import { ACCEPT_ENCODING } from './calls/response-body.js';
import { openStream } from './calls/stream-call.js';
import type { Content, ContentOptions, UploadInput } from './files/content.js';
import type { DownloadOptions } from './files/download-options.js';
import type { PutOptions } from './files/upload.js';
import { RateLimiter } from './rate-limiter.js';
import { Redactor } from './redactor.js';
import { RetryPolicy } from './retry-policy.js';
import type { Runtime } from './runtime.js';
import type { ClientSettings } from './settings.js';

/** The settings of a connection, and what sends its requests. */
export interface EngineSettings extends Omit<ClientSettings, 'credentials' | 'fixedHeaders' | 'secrets' | 'retry'> {
  runtime: Runtime;
  adapter: HttpAdapter;
  authenticator: Authenticator;
  redactor: Redactor;
  retry: RetryPolicy;
  callLimiter: RateLimiter;
  transferLimiter: RateLimiter;
}

/** Sends the calls of a connection. It is loaded with the first of them; `Client` documents its methods. */
export class Engine {
  readonly #settings: EngineSettings;
  #closed = false;

  constructor({ credentials, fixedHeaders, secrets, retry, ...settings }: ClientSettings, runtime: Runtime) {
    const { fetch, clock, connectTimeout, limits } = settings;
    const redactor = new Redactor();
    for (const secret of secrets) redactor.add(secret);
    const adapter = settings.adapter ?? runtime.createAdapter(fetch, clock, connectTimeout);
    const callLimiter = new RateLimiter(limits, clock);
    const transferLimiter = new RateLimiter({ concurrency: limits.concurrency }, clock);
    this.#settings = {
      ...settings,
      runtime,
      adapter,
      callLimiter,
      transferLimiter,
      redactor,
      authenticator: new Authenticator(credentials, fixedHeaders),
      retry: new RetryPolicy(retry),
    };
  }

  /** Makes a call whose response is JSON, or what `responseType` says, or empty. @throws ValidationError or ConfigurationError when the request is invalid. */
  request(request: TransportRequest, body: Uint8Array | undefined): Promise<TransportResponse> {
    const { adapter, bodyLimits: limits, runtime } = this.#settings;
    const accepted: Record<string, string> = { accept: (request.responseType ?? 'json') === 'json' ? 'application/json' : ANY_TYPE };
    if (!adapter.decodes) accepted['accept-encoding'] = ACCEPT_ENCODING;
    const call: Call<TransportResponse> = apiCall(this.#settings, request, body, accepted, (response, deadline) =>
      readResponse(response, deadline, { request, url: call.url, redactor: call.redactor, limits, decoders: runtime.decoders }),
    );
    if (call.method === 'DELETE') call.settle = deletedBefore;
    return this.#run(call);
  }

  async stream(request: TransportRequest, body: Uint8Array | undefined): Promise<StreamResponse> {
    return openStream(this.#settings, (call) => this.#run(call), request, body);
  }

  async openContent(input: UploadInput, options: ContentOptions): Promise<Content> {
    const { openContent } = await import('./files/open-content.js');
    return openContent(this.#settings.runtime, input, options);
  }

  async put(url: string, content: Content, options: PutOptions): Promise<void> {
    const { put } = await import('./files/upload.js');
    return put(this.#settings, (call) => this.#run(call), url, content, options);
  }

  async download(url: string, options: DownloadOptions): Promise<Uint8Array | undefined> {
    const { target, fileName } = options;
    const { download } = await import('./files/download.js');
    return download(
      this.#settings,
      (call) => this.#run(call),
      url,
      options,
      () => this.#settings.runtime.openSink(target, fileName),
    );
  }

  async downloadBlob(url: string, options: Omit<DownloadOptions, 'target'>, type: string | undefined): Promise<Blob> {
    const [{ download }, { BlobSink }] = await Promise.all([import('./files/download.js'), import('./files/blob-sink.js')]);
    return download(
      this.#settings,
      (call) => this.#run(call),
      url,
      options,
      async () => new BlobSink(type),
    );
  }

  close(): void {
    this.#closed = true;
    this.#settings.adapter.close();
  }

  #run<T>(call: Call<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new ResourceError('The connection is closed; make a new one.'));
    return exchange(this.#settings, call);
  }
}

/** The response of a repeated DELETE that finds nothing: an earlier try, whose response was lost, has deleted it. */
function deletedBefore({ status, headers }: APIError): TransportResponse | undefined {
  return status === 404 || status === 410 ? { status, headers, body: undefined } : undefined;
}
