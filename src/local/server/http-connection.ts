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
  const length = Buffer.byteLength(content);
  outgoing.writeHead(status, [...fields, 'content-length', String(length)]);
  // Text of ASCII only, which most is, is written without being encoded.
  outgoing.end(content, length === content.length ? 'latin1' : 'utf8');
  return RESPONSE_ALREADY_SENT;
}

/** The connection of a request to the HTTP server. */
export class HttpConnection implements BreakableConnection {
  readonly #outgoing: ServerResponse;
  readonly rawHeaders: readonly string[];

  constructor({ incoming, outgoing }: HttpBindings) {
    this.rawHeaders = incoming.rawHeaders;
    this.#outgoing = outgoing;
  }

  reset(): Response {
    this.#outgoing.socket?.resetAndDestroy();
    return RESPONSE_ALREADY_SENT;
  }

  async truncate(response: Response): Promise<Response> {
    const outgoing = this.#outgoing;
    const { half, size } = await firstHalf(response);
    outgoing.writeHead(response.status, { ...Object.fromEntries(response.headers), 'content-length': String(size) });
    outgoing.write(half, () => outgoing.socket?.destroy());
    return RESPONSE_ALREADY_SENT;
  }
}
