import { Readable } from 'node:stream';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { unlessAborted } from '../../model/support/abort.js';
import { encodingLabels } from '../encoding/content-codings.js';
import { UnreadableResponse } from '../errors/unreadable-response.js';
import type { AdapterRequest, AdapterResponse, HttpAdapter } from './adapter.js';

/** A WHATWG fetch function, as in browsers, undici and Node (https://fetch.spec.whatwg.org/#fetch-method). */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** The codings that every fetch function decodes. */
const FETCH_CODINGS = ['gzip', 'deflate', 'br'];

/** Sends requests with the `fetch` function given in the connection's options. */
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
    // https://fetch.spec.whatwg.org/#concept-filtered-response-opaque-redirect: a browser hides the target of a redirect.
    if (response.status < 200)
      throw new UnreadableResponse(`the fetch returned a response with status ${response.status}, as browsers do for a redirect`);
    const headers: Record<string, string> = {};
    response.headers.forEach((value, name) => {
      headers[name.toLowerCase()] = value;
    });
    // https://fetch.spec.whatwg.org/#handle-content-codings: a body with an unknown coding among its codings is left as it is.
    const decoded = encodingLabels(headers).every((label) => FETCH_CODINGS.includes(label));
    return { status: response.status, statusText: response.statusText, headers, body: toReadable(response.body), decoded };
  }

  close(): void {}
}

/** Rejects when the signal fires: some implementations, such as in-process servers, ignore it. */
async function withAbort(response: Promise<Response>, signal: AbortSignal): Promise<Response> {
  try {
    return await unlessAborted(response, signal);
  } catch (error) {
    response.then((late) => late.body?.cancel()).catch(() => {});
    throw error;
  }
}

/** Converts a web stream to a Node stream. A Node stream, as node-fetch returns it, is used as it is. */
function toReadable(body: unknown): Readable {
  if (body === null || body === undefined) return Readable.from([]);
  if (body instanceof Readable) return body;
  return Readable.fromWeb(body as NodeReadableStream<Uint8Array>, { objectMode: false });
}
