import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import type Fetch from 'node-fetch';
import type { RequestInit, Response } from 'node-fetch';
import type { Clock } from '../../model/ports/clock.js';
import { type AdapterRequest, type AdapterResponse, type Cancellation, type ConnectTrace, type HttpAdapter } from '../adapters/adapter.js';
import { NodeBody } from './body.js';
import { ConnectTimeoutError } from './connect-timeout.js';
import { IDLE_SOCKET_TIMEOUT } from './idle-sockets.js';
import { headersOf } from './raw-headers.js';
import { sentBody } from './sent-body.js';

/** The method that `http.request` calls on its agent. Node's type definitions omit it. */
interface AgentInternals {
  addRequest(request: http.ClientRequest, options: http.RequestOptions): void;
}

/** What is known of a request that node-fetch has handed to Node. */
interface Sending {
  readonly trace: ConnectTrace;
  response: http.IncomingMessage | undefined;
}

/** What node-fetch uses of an AbortSignal, which would cost more than the rest of its work for a small request. */
class EndSignal {
  readonly #cancellation: Cancellation;
  #forget: (() => void) | undefined;

  constructor(cancellation: Cancellation) {
    this.#cancellation = cancellation;
  }

  get [Symbol.toStringTag](): string {
    return 'AbortSignal';
  }

  get aborted(): boolean {
    return this.#cancellation.isOver;
  }

  addEventListener(_event: 'abort', listener: () => void): void {
    this.#forget = this.#cancellation.onEnd(listener);
  }

  removeEventListener(): void {
    this.#forget?.();
  }
}

/** node-fetch with keep-alive and a connect timeout. It records whether a connection was made. */
export class NodeAdapter implements HttpAdapter {
  readonly decodes = false;
  readonly requestsRanges = true;
  readonly #agents: Readonly<Record<string, http.Agent>>;
  readonly #clock: Clock;
  readonly #connectTimeout: number;
  #fetch: typeof Fetch | undefined;
  /** The request that is being made: node-fetch makes it while it is called, and Node asks the agent for a socket at once. */
  #sending: Sending | undefined;

  /** @param connectTimeout Milliseconds. */
  constructor(clock: Clock, connectTimeout: number) {
    const options = { keepAlive: true, timeout: IDLE_SOCKET_TIMEOUT };
    this.#agents = {
      'http:': this.#watched(new http.Agent(options), false),
      'https:': this.#watched(new https.Agent(options), true),
    };
    this.#clock = clock;
    this.#connectTimeout = connectTimeout;
  }

  async send(request: AdapterRequest, trace: ConnectTrace): Promise<AdapterResponse> {
    // Importing a module costs something each time.
    this.#fetch ??= (await import('node-fetch')).default;
    const agent = this.#agents[request.url.protocol];
    if (!agent) throw new TypeError(`No agent for ${request.url.protocol}`);
    const init: RequestInit = {
      method: request.method,
      headers: request.headers,
      redirect: 'manual',
      compress: false,
      agent,
      signal: new EndSignal(request.cancellation) as unknown as AbortSignal,
    };
    const { content, bytes } = sentBody(request.body);
    init.body = content ?? bytes ?? null;
    const sending: Sending = { trace, response: undefined };
    try {
      const response = await this.#start(sending, request.url.href, init);
      const { status, statusText } = response;
      const received = new NodeBody((response.body as Readable | null) ?? Readable.from([]), content);
      const headers = sending.response ? headersOf(sending.response.rawHeaders) : Object.fromEntries(response.headers);
      return { status, statusText, headers, body: received, decoded: false };
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

  #start(sending: Sending, url: string, init: RequestInit): Promise<Response> {
    this.#sending = sending;
    try {
      return this.#fetch!(url, init);
    } finally {
      this.#sending = undefined;
    }
  }

  /** An agent that takes note of the requests that this adapter makes. */
  #watched(agent: http.Agent, isSecure: boolean): http.Agent {
    const own = agent as http.Agent & AgentInternals;
    const { addRequest } = own;
    own.addRequest = (request, options) => {
      if (this.#sending) this.#watch(request, isSecure, this.#sending);
      addRequest.call(own, request, options);
    };
    return own;
  }

  #watch(request: http.ClientRequest, isSecure: boolean, sending: Sending): void {
    sending.trace.connected = false;
    request.once('socket', (socket: Socket) => this.#trackConnection(request, socket, isSecure, sending.trace));
    request.once('response', (response) => {
      sending.response = response;
      // node-fetch aborts the request on an error, and Node then ends the partly received body without an error.
      request.once('error', (error) => response.destroy(error));
    });
  }

  #trackConnection(request: http.ClientRequest, socket: Socket, secure: boolean, trace: ConnectTrace): void {
    if (request.reusedSocket) {
      trace.connected = true;
      return;
    }
    const cancel = this.#clock.timer(this.#connectTimeout, () => {
      request.destroy(new ConnectTimeoutError(this.#connectTimeout));
    });
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      trace.connected = true;
      cancel();
    });
    socket.once('close', cancel);
  }
}
