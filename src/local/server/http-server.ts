import { createServer, type Server } from 'node:http';
import { type AddressInfo, isIPv6 } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { ConfigurationError } from '../../model/errors/index.js';
import { gracePeriod, type RequestGateway } from './gateway.js';
import { type HttpBindings, HttpConnection, sendJson } from './http-connection.js';

/** The address that is listened on unless another one is given. */
export const defaultHost = '127.0.0.1';
/** Bytes of headers beside the URL. */
const headerBytes = 16_384;

/** A running HTTP server. */
export interface RunningServer {
  /** Its origin, such as `http://127.0.0.1:8080`. */
  url: string;
  /** Accepts no more requests, lets those in flight finish for up to five seconds, and closes every connection. */
  close(): Promise<void>;
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const advice = 'give another port, or 0 for one that is free';
      const reasons: Record<string, string> = {
        EADDRNOTAVAIL: `The address ${host} is none of this machine's: give one of them, or 0.0.0.0 for all.`,
        ENOTFOUND: `There is no host ${host}: give an address of this machine, or 0.0.0.0 for all.`,
        EADDRINUSE: `Port ${port} is in use by another program: stop it, or ${advice}.`,
        EACCES: `Port ${port} requires elevated privileges: ${advice}.`,
      };
      reject(new ConfigurationError(reasons[error.code ?? ''] ?? `Port ${port} cannot be used: ${error.message}.`, { cause: error }));
    });
    server.listen(port, host, resolve);
  });
}

/** What a URL has as host: all addresses are none to connect to, and those of IPv6 are in brackets (RFC 3986, section 3.2.2). */
function reachable(host: string): string {
  if (host === '0.0.0.0') return defaultHost;
  if (host === '::') return '[::1]';
  return isIPv6(host) ? `[${host}]` : host;
}

/**
 * Serves the platform.
 * @throws ConfigurationError when the port cannot be used.
 */
export async function serve(
  gateway: RequestGateway,
  { host = defaultHost, port = 0 }: { host?: string | undefined; port?: number | undefined },
  { urlLength }: { urlLength: number },
): Promise<RunningServer> {
  const handle = async (request: Request, bindings: unknown): Promise<Response> =>
    sendJson(await gateway.handle(request, new HttpConnection(bindings as HttpBindings)), bindings as HttpBindings);
  // The URL counts as a header; the application says which limit a longer one exceeds.
  const maxHeaderSize = 2 * urlLength + headerBytes;
  const server = createServer({ maxHeaderSize }, getRequestListener(handle, { overrideGlobalObjects: false, hostname: defaultHost }));
  // Longer than clients keep idle connections, so that no client writes to a connection that is being closed.
  server.keepAliveTimeout = 75_000;
  // A large upload takes longer than the five minutes that are the default; its size is bounded.
  server.requestTimeout = 0;
  await listen(server, host, port);
  return {
    url: `http://${reachable(host)}:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        const timer = setTimeout(() => server.closeAllConnections(), gracePeriod);
        // A connection becomes idle once its response is sent; clients would keep it open.
        const sweep = setInterval(() => server.closeIdleConnections(), 10);
        server.close(() => {
          clearTimeout(timer);
          clearInterval(sweep);
          resolve();
        });
      }),
  };
}
