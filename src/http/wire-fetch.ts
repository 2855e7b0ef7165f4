import { Readable } from 'node:stream';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { onAbort } from './time/abort.js';
import type { Wire, WireRequest, WireResponse } from './wire.js';

/** A fetch as browsers, undici and Node itself have it (https://fetch.spec.whatwg.org/#fetch-method). */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** A `fetch` that the user brought. */
export class FetchWire implements Wire {
  readonly decodes = true;
  readonly #fetch: Fetch;

  constructor(fetch: Fetch) {
    this.#fetch = fetch;
  }

  async send(request: WireRequest): Promise<WireResponse> {
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
    const response = await unlessAborted(fetch(request.url.href, init), request.signal);
    const headers: Record<string, string> = {};
    response.headers.forEach((value, name) => {
      headers[name.toLowerCase()] = value;
    });
    return { status: response.status, statusText: response.statusText, headers, body: toReadable(response.body), decoded: true };
  }

  close(): void {}
}

/** Some implementations, such as those that serve in-process, take no notice of the signal. */
function unlessAborted(answer: Promise<Response>, signal: AbortSignal): Promise<Response> {
  return new Promise((resolve, reject) => {
    const forget = onAbort(signal, () => {
      reject(signal.reason);
      answer.then(
        (late) => late.body?.cancel(),
        () => {},
      );
    });
    answer.then(resolve, reject).finally(forget);
  });
}

/** A web stream as a Node stream; a Node stream, as node-fetch has it, is taken as it is. */
function toReadable(body: unknown): Readable {
  if (body === null || body === undefined) return Readable.from([]);
  if (body instanceof Readable) return body;
  return Readable.fromWeb(body as NodeReadableStream<Uint8Array>, { objectMode: false });
}
