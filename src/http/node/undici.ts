import type { Buffer } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import type { Agent, Dispatcher } from 'undici';
import { importNeeded } from '../../model/support/optional-package.js';
import { type AdapterRequest, type AdapterResponse, type Cancellation, type ConnectTrace, type HttpAdapter } from '../adapters/adapter.js';
import { ConnectTimeoutError } from './connect-timeout.js';
import { IDLE_SOCKET_TIMEOUT } from './idle-sockets.js';
import { PushedBody } from './pushed-body.js';
import { sentBody } from './sent-body.js';

/** Sends requests through a dispatcher of undici (https://undici.nodejs.org/#/docs/api/Dispatcher), without the streams of its `request()`. */
export class UndiciAdapter implements HttpAdapter {
  readonly decodes = false;
  readonly requestsRanges = true;
  readonly #given: Dispatcher | undefined;
  readonly #connectTimeout: number;
  #agent: Agent | undefined;
  #isClosed = false;

  /**
   * @param dispatcher The user's own, which is not closed with the connection. Default: an Agent.
   * @param connectTimeout Milliseconds. It does not apply to the user's own.
   */
  constructor(dispatcher: Dispatcher | undefined, connectTimeout: number) {
    this.#given = dispatcher;
    this.#connectTimeout = connectTimeout;
  }

  send(request: AdapterRequest, trace: ConnectTrace): Promise<AdapterResponse> {
    const dispatcher = this.#given ?? this.#agent;
    return dispatcher ? this.#dispatch(dispatcher, request, trace) : this.#open().then((agent) => this.#dispatch(agent, request, trace));
  }

  #dispatch(
    dispatcher: Dispatcher,
    { method, url, headers, body, cancellation }: AdapterRequest,
    trace: ConnectTrace,
  ): Promise<AdapterResponse> {
    const { content, bytes } = sentBody(body);
    trace.connected = false;
    return new Promise<AdapterResponse>((resolve, reject) => {
      const responded = (response: AdapterResponse): void => {
        resolve(response);
        this.#closeLate();
      };
      const failed = (error: unknown): void => {
        content?.destroy();
        reject(this.#explained(error));
        this.#closeLate();
      };
      const handler = new ResponseHandler(cancellation, trace, () => content?.destroy(), responded, failed);
      const options: Dispatcher.DispatchOptions = {
        origin: url.origin,
        path: url.pathname + url.search,
        method: method as Dispatcher.HttpMethod,
        headers,
        body: content ?? bytes ?? null,
        // The time limits of the connection hold.
        headersTimeout: 0,
        bodyTimeout: 0,
      };
      try {
        dispatcher.dispatch(options, handler);
      } catch (error) {
        failed(error);
      }
    });
  }

  /** A call that goes on after `close()` leaves nothing open. */
  #closeLate(): void {
    if (this.#isClosed && this.#agent) this.#closeAgent();
  }

  close(): void {
    this.#isClosed = true;
    this.#closeAgent();
  }

  async #open(): Promise<Agent> {
    const undici = await importNeeded<typeof import('undici')>('undici', 'The transport of remote-record/undici needs the package undici.');
    const timeout = Number.isFinite(this.#connectTimeout) ? this.#connectTimeout : 0;
    this.#agent ??= new undici.Agent({
      connect: { timeout },
      keepAliveTimeout: IDLE_SOCKET_TIMEOUT,
      keepAliveMaxTimeout: IDLE_SOCKET_TIMEOUT,
    });
    return this.#agent;
  }

  #closeAgent(): void {
    this.#agent?.close().catch(() => {});
    this.#agent = undefined;
  }

  #explained(error: unknown): unknown {
    const isLate = (error as { code?: unknown }).code === 'UND_ERR_CONNECT_TIMEOUT' && this.#given === undefined;
    return isLate ? new ConnectTimeoutError(this.#connectTimeout) : error;
  }
}

/** Receives the response to one request. */
class ResponseHandler implements Dispatcher.DispatchHandler {
  readonly #trace: ConnectTrace;
  readonly #resolve: (response: AdapterResponse) => void;
  readonly #reject: (error: Error) => void;
  readonly #forget: () => void;
  readonly #body: PushedBody;
  #controller: Dispatcher.DispatchController | undefined;
  #endedBy: Error | undefined;

  /** @param giveUp Called when the body is given up. */
  constructor(
    cancellation: Cancellation,
    trace: ConnectTrace,
    giveUp: () => void,
    resolve: (response: AdapterResponse) => void,
    reject: (error: Error) => void,
  ) {
    this.#trace = trace;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#body = new PushedBody({
      pause: () => this.#controller?.pause(),
      resume: () => this.#controller?.resume(),
      abort: (error) => {
        this.#abort(error);
        giveUp();
      },
    });
    this.#forget = cancellation.onEnd(() => this.#abort(new Error('the request was ended')));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // What was ended while it waited for a connection is not sent.
    if (this.#endedBy) controller.abort(this.#endedBy);
    else this.#trace.connected = true;
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders, statusText = ''): void {
    // RFC 9110 §15.2: informational responses precede the final one.
    if (status < 200) return;
    // From here on the exchange ends the body.
    this.#forget();
    this.#resolve({ status, statusText, headers: joined(headers), body: this.#body, decoded: false });
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#body.push(chunk);
  }

  onResponseEnd(): void {
    this.#body.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#forget();
    this.#reject(error);
    this.#body.fail(error);
  }

  #abort(error: Error): void {
    this.#endedBy = error;
    this.#controller?.abort(error);
    this.#reject(error);
  }
}

/** Values of one name, joined as by a fetch (https://fetch.spec.whatwg.org/#concept-header-list-get). */
function joined(headers: IncomingHttpHeaders): Record<string, string> {
  const all = headers as Record<string, string | string[]>;
  for (const name in all) {
    const value = all[name];
    if (Array.isArray(value)) all[name] = value.join(', ');
  }
  return all as Record<string, string>;
}
