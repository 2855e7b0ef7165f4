import type { TransportRequest, TransportResponse } from '../ports/transport.js';

/** Runs around each request of a connection: it may change the request, answer it itself, or look at the response and the error. */
export type Middleware = (
  request: TransportRequest,
  next: (request: TransportRequest) => Promise<TransportResponse>,
) => Promise<TransportResponse>;

/** Sends a request through middlewares, the first one outermost. */
export function through(
  middlewares: readonly Middleware[],
  send: (request: TransportRequest) => Promise<TransportResponse>,
): (request: TransportRequest) => Promise<TransportResponse> {
  return middlewares.reduceRight<typeof send>((next, middleware) => async (request) => middleware(request, next), send);
}
