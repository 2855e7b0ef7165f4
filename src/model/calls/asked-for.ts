import { ConfigurationError } from '../errors/index.js';
import type { StreamResponse, TransportRequest, TransportResponse } from '../ports/transport.js';

/**
 * A response whose body is what the request asked for. An empty body is an empty text, or no bytes.
 *
 * @throws ConfigurationError for one that is something else, which a middleware or a transport of the user's own may give.
 */
export function asAskedFor({ responseType = 'json' }: TransportRequest, response: TransportResponse): TransportResponse {
  if (responseType === 'json') return response;
  const body = response.body ?? (responseType === 'text' ? '' : new Uint8Array());
  if (responseType === 'text' ? typeof body === 'string' : body instanceof Uint8Array) return { ...response, body };
  throw new ConfigurationError(
    `A middleware or the transport responded to a request with the responseType '${responseType}' with a body that is ` +
      `${responseType === 'text' ? 'not a text' : 'not a Uint8Array'}.`,
  );
}

/** The same for a response whose body is read while it arrives. */
export function asStream(response: TransportResponse): StreamResponse {
  const { body } = response;
  if (typeof body === 'object' && body !== null && Symbol.asyncIterator in body) return response as StreamResponse;
  throw new ConfigurationError('A middleware responded to a request for a stream with a body that is not an async iterable of bytes.');
}
