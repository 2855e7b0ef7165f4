import { Buffer } from 'node:buffer';
import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import type { RequestInit, Response } from 'node-fetch';
import type { Clock } from '../../model/ports/clock.js';
import { type AdapterRequest, type AdapterResponse, type ConnectTrace, type HttpAdapter, isContent } from '../adapters/adapter.js';
import { NodeBody } from './body.js';

/** The chunks of content as they are: object mode keeps Node from joining them. */
const CHUNK_STREAM_OPTIONS = { objectMode: true, highWaterMark: 1 };

/** Milliseconds before an idle socket is closed: less than the 5 seconds of Node's `server.keepAliveTimeout`. */
const IDLE_SOCKET_TIMEOUT = 4_000;

/** The method that `http.request` calls on its agent. Node's type definitions omit it. */
interface AgentInternals {
  addRequest(request: http.ClientRequest, options: http.RequestOptions): void;
}

/** The connection was not made within `connectTimeout`. */
class ConnectTimeoutError extends Error {
  readonly code = 'ETIMEDOUT';
}

/** node-fetch with keep-alive and a connect timeout. It records whether a connection was made. */
export class NodeAdapter implements HttpAdapter {
  readonly decodes = false;
  readonly requestsRanges = true;
  readonly #agents: Readonly<Record<string, http.Agent & AgentInternals>>;
  readonly #clock: Clock;
  readonly #connectTimeout: number;

  /** @param connectTimeout Milliseconds. */
  constructor(clock: Clock, connectTimeout: number) {
    const options = { keepAlive: true, timeout: IDLE_SOCKET_TIMEOUT };
    this.#agents = {
      'http:': new http.Agent(options) as http.Agent & AgentInternals,
      'https:': new https.Agent(options) as https.Agent & AgentInternals,
    };
    this.#clock = clock;
    this.#connectTimeout = connectTimeout;
  }

  async send(request: AdapterRequest, trace: ConnectTrace): Promise<AdapterResponse> {
    const init: RequestInit = {
      method: request.method,
      headers: request.headers,
      redirect: 'manual',
      compress: false,
      agent: this.#agentFor(request.url, trace),
      signal: request.signal,
    };
    const { body } = request;
    const content = isContent(body) ? streamOf(body.chunks()) : undefined;
    if (content) init.body = content;
    else if (body instanceof Uint8Array) init.body = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    try {
      const { default: fetch } = await import('node-fetch');
      const response = await fetch(request.url, init);
      const { status, statusText } = response;
      const received = new NodeBody((response.body as Readable | null) ?? Readable.from([]), content);
      return { status, statusText, headers: headersOf(response), body: received, decoded: false };
    } catch (error) {
      content?.destroy();
      throw error;
    }
  }

  close(): void {
    for (const agent of Object.values(this.#agents)) {
      agent.maxFreeSockets = 0;
      for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
    }
  }

  /** The shared agent, with hooks for one request. */
  #agentFor(url: URL, trace: ConnectTrace): http.Agent {
    const agent = this.#agents[url.protocol];
    if (!agent) throw new TypeError(`No agent for ${url.protocol}`);
    const addRequest = (request: http.ClientRequest, options: http.RequestOptions) => {
      trace.connected = false;
      request.once('socket', (socket: Socket) => this.#trackConnection(request, socket, url.protocol === 'https:', trace));
      // node-fetch aborts the request on an error, and Node then ends the partly received body without an error.
      request.once('response', (response) => request.once('error', (error) => response.destroy(error)));
      agent.addRequest(request, options);
    };
    return Object.create(agent, { addRequest: { value: addRequest } }) as http.Agent;
  }

  #trackConnection(request: http.ClientRequest, socket: Socket, secure: boolean, trace: ConnectTrace): void {
    if (request.reusedSocket) {
      trace.connected = true;
      return;
    }
    const cancel = this.#clock.timer(this.#connectTimeout, () => {
      request.destroy(new ConnectTimeoutError(`no connection within ${this.#connectTimeout / 1000} s`));
    });
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      trace.connected = true;
      cancel();
    });
    socket.once('close', cancel);
  }
}

function streamOf(chunks: AsyncGenerator<Uint8Array>): Readable {
  // The content keeps the error.
  return Readable.from(chunks, CHUNK_STREAM_OPTIONS).on('error', () => {});
}

function headersOf(response: Response): Record<string, string> {
  const headers: Record<string, string> = {};
  response.headers.forEach((value, name) => {
    headers[name] = value;
  });
  return headers;
}
