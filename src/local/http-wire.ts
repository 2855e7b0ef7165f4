import type { IncomingMessage, ServerResponse } from 'node:http';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type BreakableConnection, halfOf } from './wire/broken.js';

/** What the HTTP server hands over beside a request. */
export interface HttpBindings {
  incoming: IncomingMessage;
  outgoing: ServerResponse;
}

/** Breaks connections of the HTTP server. */
export function httpWire({ outgoing }: HttpBindings): BreakableConnection {
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
