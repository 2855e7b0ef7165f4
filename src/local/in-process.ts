import type { FrontGate } from './gate.js';
import { untilAborted } from './until-aborted.js';
import { type BreakableConnection, halfOf } from './wire/broken.js';

/** Breaks what would be a connection, in the words in which `fetch` reports it. */
const inProcessWire: BreakableConnection = {
  reset() {
    throw new TypeError('fetch failed', { cause: Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }) });
  },
  async truncate(response) {
    const { half, size } = await halfOf(response);
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

/** A `fetch` that reaches the platform without a network, and nothing else. */
export function inProcessFetch(url: string, gate: FrontGate): typeof globalThis.fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const { origin } = new URL(request.url);
    if (origin !== url) throw new TypeError(`This fetch only reaches the local platform at ${url}, not ${origin}.`);
    // The network layer would add it; a body given as a stream has no known length there either.
    const length = lengthOf(init?.body);
    if (length !== undefined) request.headers.set('content-length', String(length));
    // What the platform does goes on when the caller gives up, as it does over HTTP.
    return await untilAborted(() => gate.handle(request, inProcessWire), request.signal);
  };
}

function lengthOf(body: unknown): number | undefined {
  if (typeof body === 'string') return Buffer.byteLength(body);
  if (body instanceof ArrayBuffer || ArrayBuffer.isView(body)) return body.byteLength;
  if (body instanceof Blob) return body.size;
  if (body instanceof URLSearchParams) return Buffer.byteLength(body.toString());
  return undefined;
}
