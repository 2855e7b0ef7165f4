import { untilAborted } from '../until-aborted.js';
import { type BreakableConnection, firstHalf } from './connection.js';
import type { RequestGateway } from './gateway.js';

/** The connection of an in-process request: it fails with the errors that `fetch` reports for a broken connection. */
const inProcessConnection: BreakableConnection = {
  reset() {
    throw new TypeError('fetch failed', { cause: Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }) });
  },
  async truncate(response) {
    const { half, size } = await firstHalf(response);
    let sent = false;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (sent) controller.error(new TypeError('terminated', { cause: new Error('other side closed') }));
        else controller.enqueue(half);
        sent = true;
      },
    });
    const headers = new Headers(response.headers);
    headers.set('content-length', String(size));
    return new Response(body, { status: response.status, headers });
  },
};

/**
 * A `fetch` that reaches the platform without a network. It rejects with a TypeError for any other origin.
 * @param url The platform's origin.
 * @param others Where responses say that the platform is, if elsewhere, and the origin of storage that clients reach over the network.
 */
export function inProcessFetch(
  url: string,
  gateway: RequestGateway,
  { publicUrl = url, storage }: { publicUrl?: string | undefined; storage?: string | undefined } = {},
): typeof globalThis.fetch {
  return async (input, init) => {
    const sent = new Request(input, init);
    const base = [url, publicUrl].find((each) => sent.url === each || sent.url.startsWith(`${each}/`));
    if (base === undefined) {
      if (storage !== undefined && new URL(sent.url).origin === storage) return await globalThis.fetch(input, init);
      throw new TypeError(`This fetch only reaches the local platform at ${url}, not ${new URL(sent.url).origin}.`);
    }
    const request = base === url ? sent : new Request(url + sent.url.slice(base.length), sent);
    // The network layer would add this header. The length of a stream is unknown there too.
    const length = lengthOf(init?.body);
    if (length !== undefined) request.headers.set('content-length', String(length));
    // The platform keeps handling the request when the caller aborts, as it does over HTTP.
    return await untilAborted(() => gateway.handle(request, inProcessConnection), request.signal);
  };
}

function lengthOf(body: unknown): number | undefined {
  if (typeof body === 'string') return Buffer.byteLength(body);
  if (body instanceof ArrayBuffer || ArrayBuffer.isView(body)) return body.byteLength;
  if (body instanceof Blob) return body.size;
  if (body instanceof URLSearchParams) return Buffer.byteLength(body.toString());
  return undefined;
}
