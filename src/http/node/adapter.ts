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

/** A request that is handed to node-fetch, and who waits for Node's response to it. */
interface Sending {
  readonly trace: ConnectTrace;
  readonly respond: (response: http.IncomingMessage) => void;
  /** Node's request, and who listened to it before node-fetch did. */
  request?: http.ClientRequest;
  others?: ReadonlySet<unknown>;
}

/** The events of a request that lead to its response. */
const RESPONSE_EVENTS = ['socket', 'response'] as const;

/** What node-fetch uses of an AbortSignal, which would cost more than the rest of its work for a small request. */
class EndSignal {
  readonly #cancellation: Cancellation;
  readonly #onListening: () => void;
  #forget: (() => void) | undefined;

  /** @param onListening Called when node-fetch begins to listen, which it does as soon as it has made a request. */
  constructor(cancellation: Cancellation, onListening: () => void) {
    this.#cancellation = cancellation;
    this.#onListening = onListening;
  }

  get [Symbol.toStringTag](): string {
    return 'AbortSignal';
  }

  get aborted(): boolean {
    return this.#cancellation.isOver;
  }

  addEventListener(_event: 'abort', listener: () => void): void {
    this.#onListening();
    this.#forget = this.#cancellation.onEnd(listener);
  }

  removeEventListener(): void {
    this.#forget?.();
  }
}

/**
 * node-fetch with keep-alive and a connect timeout. It records whether a connection was made. Responses are taken from Node as they are: the
 * second stream that node-fetch makes of each, and its Headers, cost as much as the rest of a small request. Where something has
 * replaced `http.request`, as nock does, the response is node-fetch's.
 */
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

  send(request: AdapterRequest, trace: ConnectTrace): Promise<AdapterResponse> {
    // Importing a module costs something each time.
    if (this.#fetch) return this.#send(this.#fetch, request, trace);
    return import('node-fetch').then(({ default: fetch }) => {
      this.#fetch = fetch;
      return this.#send(fetch, request, trace);
    });
  }

  #send(fetch: typeof Fetch, request: AdapterRequest, trace: ConnectTrace): Promise<AdapterResponse> {
    return new Promise((resolve, reject) => {
      const agent = this.#agents[request.url.protocol];
      if (!agent) throw new TypeError(`No agent for ${request.url.protocol}`);
      const { content, bytes } = sentBody(request.body, () => sending.request?.writableLength === 0);
      const failed = (error: unknown): void => {
        content?.destroy();
        reject(error);
      };
      const respond = (response: http.IncomingMessage): void => {
        signal.removeEventListener();
        const { statusCode: status = 0, statusMessage: statusText = '', rawHeaders } = response;
        resolve({ status, statusText, headers: headersOf(rawHeaders), body: new NodeBody(response, content), decoded: false });
      };
      const sending: Sending = { trace, respond };
      const signal = new EndSignal(request.cancellation, () => noteListeners(sending));
      const init: RequestInit = {
        method: request.method,
        headers: request.headers,
        redirect: 'manual',
        compress: false,
        agent,
        body: content ?? bytes ?? null,
        signal: signal as unknown as AbortSignal,
      };
      this.#start(fetch, sending, request.url.href, init).then((response) => {
        const { status, statusText } = response;
        const body = new NodeBody((response.body as Readable | null) ?? Readable.from([]), content);
        resolve({ status, statusText, headers: Object.fromEntries(response.headers), body, decoded: false });
      }, failed);
    });
  }

  close(): void {
    for (const agent of Object.values(this.#agents)) {
      agent.maxFreeSockets = 0;
      for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
    }
  }

  #start(fetch: typeof Fetch, sending: Sending, url: string, init: RequestInit): Promise<Response> {
    this.#sending = sending;
    try {
      return fetch(url, init);
    } finally {
      this.#sending = undefined;
      removeLaterListeners(sending);
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
    sending.request = request;
    sending.trace.connected = false;
    request.once('socket', (socket: Socket) => this.#trackConnection(request, socket, isSecure, sending.trace));
    request.once('response', (response) => {
      // node-fetch aborts the request on an error, and Node then ends the partly received body without an error.
      request.once('error', (error) => response.destroy(error));
      sending.respond(response);
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

/** Notes who listens before node-fetch does, such as what traces requests. */
function noteListeners(sending: Sending): void {
  const { request } = sending;
  if (request) sending.others = new Set(RESPONSE_EVENTS.flatMap((event) => request.rawListeners(event)));
}

/** Takes node-fetch's own listeners away again: it makes nothing of the response. Those of errors stay. */
function removeLaterListeners({ request, others }: Sending): void {
  if (!request || !others) return;
  for (const event of RESPONSE_EVENTS) {
    for (const listener of request.rawListeners(event)) if (!others.has(listener)) request.off(event, listener as () => void);
  }
}
