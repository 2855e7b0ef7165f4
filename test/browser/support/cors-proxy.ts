import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

/** Serves a platform at another origin, with the headers that let pages of any origin use it, as a platform for browsers has them. */
export async function serveWithCors(platformUrl: string): Promise<{ url: string; close(): void }> {
  const server = createServer((request, response) => {
    forward(request, response).catch((error: Error) => response.writeHead(502).end(error.message));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const cors = {
      'access-control-allow-origin': request.headers.origin ?? '*',
      'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
      'access-control-allow-headers': request.headers['access-control-request-headers'] ?? '',
    };
    if (request.method === 'OPTIONS') return void response.writeHead(204, cors).end();
    const { host: _host, connection: _connection, ...headers } = request.headers as Record<string, string>;
    const init: RequestInit & { duplex: 'half' } = { method: request.method, headers, redirect: 'manual', duplex: 'half' };
    if (request.method !== 'GET' && request.method !== 'HEAD') init.body = Readable.toWeb(request) as ReadableStream<Uint8Array>;
    const answer = await fetch(platformUrl + request.url, init);
    const { 'content-length': _length, 'content-encoding': _encoding, ...given } = Object.fromEntries(answer.headers);
    response.writeHead(answer.status, { ...given, ...cors });
    const body = answer.body ? Readable.fromWeb(answer.body as import('node:stream/web').ReadableStream) : Readable.from([]);
    if (!given['content-type']?.includes('json')) return void body.pipe(response);
    response.end((await text(body)).replaceAll(platformUrl, url));
  }
  return { url, close: () => server.close() };
}
