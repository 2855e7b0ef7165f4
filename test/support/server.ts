import http from 'node:http';
import net, { type AddressInfo, type Socket } from 'node:net';

/** What a test server was asked. */
export interface Seen {
  method: string;
  url: string;
  headers: http.IncomingHttpHeaders;
  body: Buffer;
}

export type Handler = (request: Seen, response: http.ServerResponse, count: number) => void;

const open: { close(): Promise<void> }[] = [];

/** A real HTTP server on 127.0.0.1; `seen` lists what it was asked. Closed by `closeServers`. */
export async function serve(handler: Handler) {
  const seen: Seen[] = [];
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('error', () => {});
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const one = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) };
      seen.push(one);
      handler(one, response, seen.length);
    });
  });
  return { seen, server, ...(await listen(server)) };
}

/** A server of bare sockets, for what no HTTP server would say. */
export async function serveRaw(onConnection: (socket: Socket, count: number) => void) {
  let connections = 0;
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.resume();
    onConnection(socket, ++connections);
  });
  return { server, connections: () => connections, ...(await listen(server)) };
}

/** Lets any kind of server listen. */
export async function listen(server: net.Server) {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  open.push({ close });
  return { port, url: `http://127.0.0.1:${port}`, close };
}

/** Closes every server that is still open. */
export async function closeServers(): Promise<void> {
  await Promise.all(open.splice(0).map((server) => server.close().catch(() => {})));
}

/** A port on which nobody listens. */
export async function deadPort(): Promise<number> {
  const { port, close } = await listen(net.createServer());
  await close();
  return port;
}

/** Answers with JSON. */
export function json(response: http.ServerResponse, status: number, body: unknown, headers: http.OutgoingHttpHeaders = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}
