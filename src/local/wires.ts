import type { IncomingMessage, ServerResponse } from 'node:http';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Wire } from './gate.js';

async function halfOf(response: Response): Promise<{ half: Uint8Array; size: number }> {
  const body = new Uint8Array(await response.arrayBuffer());
  return { half: body.subarray(0, Math.floor(body.length / 2)), size: body.length };
}

/** What the HTTP server hands over beside a request. */
export interface HttpBindings {
  incoming: IncomingMessage;
  outgoing: ServerResponse;
}

/** Breaks connections of the HTTP server. */
export function httpWire({ outgoing }: HttpBindings): Wire {
  return {
    reset() {
      outgoing.socket?.resetAndDestroy();
      return RESPONSE_ALREADY_SENT;
    },
    async truncate(response) {
      const { half, size } = await halfOf(response);
      outgoing.writeHead(response.status, { ...Object.fromEntries(response.headers), 'content-length': String(size) });
      outgoing.write(half, () => outgoing.socket?.destroy());
      return RESPONSE_ALREADY_SENT;
    },
  };
}

/** Breaks what would be a connection, in the words in which `fetch` reports it. */
export const inProcessWire: Wire = {
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
