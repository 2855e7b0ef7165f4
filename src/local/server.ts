import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { ConfigurationError } from '../model/errors/index.js';
import { type FrontGate, grace } from './gate.js';
import { type HttpBindings, httpWire } from './http-wire.js';

const host = '127.0.0.1';

/** A handler that is being served over HTTP. */
export interface RunningServer {
  url: string;
  /** Takes no more requests, lets the ones under way finish and closes every connection. */
  close(): Promise<void>;
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const advice = 'give another port, or 0 for one that is free';
      const reasons: Record<string, string> = {
        EADDRINUSE: `Port ${port} is in use by another program: stop it, or ${advice}.`,
        EACCES: `Port ${port} may not be used without special rights: ${advice}.`,
      };
      reject(new ConfigurationError(reasons[error.code ?? ''] ?? `Port ${port} cannot be used: ${error.message}.`, { cause: error }));
    });
    server.listen(port, host, resolve);
  });
}

/** Serves the platform on 127.0.0.1. */
export async function serve(gate: FrontGate, port: number): Promise<RunningServer> {
  const handle = (request: Request, bindings: unknown): Promise<Response> => gate.handle(request, httpWire(bindings as HttpBindings));
  const server = createServer(getRequestListener(handle, { overrideGlobalObjects: false }));
  // Longer than clients keep idle connections, so that none of them writes to one that is just being closed.
  server.keepAliveTimeout = 75_000;
  await listen(server, port);
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        const timer = setTimeout(() => server.closeAllConnections(), grace);
        // A connection becomes idle when its answer is through; clients would keep it.
        const sweep = setInterval(() => server.closeIdleConnections(), 10);
        server.close(() => {
          clearTimeout(timer);
          clearInterval(sweep);
          resolve();
        });
      }),
  };
}
