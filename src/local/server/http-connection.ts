import type { IncomingMessage, ServerResponse } from 'node:http';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type BreakableConnection, firstHalf } from './connection.js';
import { JsonResponse } from './json-response.js';

/** What the HTTP server passes along with a request. */
export interface HttpBindings {
  incoming: IncomingMessage;
  outgoing: ServerResponse;
}

/** Sends a response of JSON text at once; gives any other for the server to send. */
export function sendJson(response: Response, { outgoing }: HttpBindings): Response {
  if (!(response instanceof JsonResponse)) return response;
  const { content, fields, status } = response;
  if (content === undefined) return response;
  outgoing.writeHead(status, { ...fields, 'content-length': Buffer.byteLength(content) });
  outgoing.end(content);
  return RESPONSE_ALREADY_SENT;
}

/** The connection of a request to the HTTP server. */
export function httpConnection({ incoming, outgoing }: HttpBindings): BreakableConnection {
  return {
    rawHeaders: incoming.rawHeaders,
    reset() {
      outgoing.socket?.resetAndDestroy();
      return RESPONSE_ALREADY_SENT;
    },
    async truncate(response) {
      const { half, size } = await firstHalf(response);
      outgoing.writeHead(response.status, { ...Object.fromEntries(response.headers), 'content-length': String(size) });
      outgoing.write(half, () => outgoing.socket?.destroy());
      return RESPONSE_ALREADY_SENT;
    },
  };
}
