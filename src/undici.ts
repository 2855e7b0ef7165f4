/**
 * A transport over undici's own API, for programs that send many requests: a small one takes a fraction of the time that node-fetch takes.
 * It needs the package `undici`, version 7.
 *
 * @module
 */
import type { Dispatcher } from 'undici';
import type { HttpTransport } from './http/adapters/adapter.js';
import { UndiciAdapter } from './http/node/undici.js';
import { ConfigurationError } from './model/errors/index.js';

export type { HttpTransport } from './http/adapters/adapter.js';

/** Options of `undiciTransport`. */
export interface UndiciTransportOptions {
  /**
   * A dispatcher of your own, such as a ProxyAgent, which has its own connect timeout and which you close yourself. Default: an Agent of the
   * connection, with keep-alive and its `connectTimeout`.
   */
  dispatcher?: Dispatcher | undefined;
}

/**
 * Sends the requests and the file transfers of a connection through undici: `new Connection({ baseUrl, transport: undiciTransport() })`.
 * Repetitions, limits, time limits, redirects, events and errors are those of every connection.
 *
 * @throws ConfigurationError for a dispatcher that is none. Without the package, each request fails with a ConfigurationError.
 */
export function undiciTransport(options: UndiciTransportOptions = {}): HttpTransport {
  const { dispatcher, ...others } = options;
  const unknown = Object.keys(others);
  if (unknown.length > 0) throw new ConfigurationError(`undiciTransport() has no option ${unknown.join(', ')}; it has dispatcher.`);
  if (dispatcher !== undefined && typeof dispatcher?.dispatch !== 'function')
    throw new ConfigurationError('dispatcher must be a Dispatcher of undici, such as an Agent or a ProxyAgent.');
  return { createAdapter: (_clock, connectTimeout) => new UndiciAdapter(dispatcher, connectTimeout) };
}
