import { Readable } from 'node:stream';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { unlessAborted } from '../../model/support/abort.js';
import { UnreadableResponse } from '../errors/connection-failure.js';
import type { AdapterRequest, AdapterResponse, HttpAdapter } from './adapter.js';

/** A fetch as browsers, undici and Node itself have it (https://fetch.spec.whatwg.org/#fetch-method). */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** A `fetch` that the user brought. */
export class FetchAdapter implements HttpAdapter {
  readonly decodes = true;
  readonly #fetch: Fetch;

  constructor(fetch: Fetch) {
    this.#fetch = fetch;
  }

  async send(request: AdapterRequest): Promise<AdapterResponse> {
    const init: RequestInit & { duplex?: 'half' } = {
      method: request.method,
      headers: { ...request.headers },
      redirect: 'manual',
      signal: request.signal,
    };
    if (request.body instanceof Readable) {
      init.body = Readable.toWeb(request.body) as ReadableStream<Uint8Array>;
      init.duplex = 'half';
    } else if (request.body !== undefined) init.body = new Uint8Array(request.body);
    const fetch = this.#fetch;
    const response = await withAbort(fetch(request.url.href, init), request.signal);
    // https://fetch.spec.whatwg.org/#concept-filtered-response-opaque-redirect: a browser does not say where a redirection leads.
    if (response.status < 200)
      throw new UnreadableResponse(`the fetch gave an answer of status ${response.status}, as browsers do for a redirection`);
    const headers: Record<string, string> = {};
    response.headers.forEach((value, name) => {
      headers[name.toLowerCase()] = value;
    });
    return { status: response.status, statusText: response.statusText, headers, body: toReadable(response.body), decoded: true };
  }

  close(): void {}
}

/** Some implementations, such as those that serve in-process, take no notice of the signal. */
async function withAbort(response: Promise<Response>, signal: AbortSignal): Promise<Response> {
  try {
    return await unlessAborted(response, signal);
  } catch (error) {
    response.then((late) => late.body?.cancel()).catch(() => {});
    throw error;
  }
}

/** A web stream as a Node stream; a Node stream, as node-fetch has it, is taken as it is. */
function toReadable(body: unknown): Readable {
  if (body === null || body === undefined) return Readable.from([]);
  if (body instanceof Readable) return body;
  return Readable.fromWeb(body as NodeReadableStream<Uint8Array>, { objectMode: false });
}
