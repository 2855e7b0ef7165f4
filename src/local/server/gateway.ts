import { setTimeout as delay } from 'node:timers/promises';
import { ConfigurationError } from '../../model/errors/index.js';
import { timestamp } from '../clock.js';
import type { Bindings, Observed, Platform, RequestHandler } from '../context.js';
import { noRoute } from '../observation/observer.js';
import type { LocalPlatformOptions } from '../options.js';
import { readBody } from '../requests/body.js';
import type { BreakableConnection } from './connection.js';
import { Cors } from './cors.js';
import { type Fault, FaultInjector, faultResponse } from './faults.js';
import { type Latency, latencySeconds } from './latency.js';
import { type ReceivedRequest, RequestLog } from './request-log.js';

/** Milliseconds that requests in flight have to finish when the platform is reset or closed. */
export const gracePeriod = 5000;

/** What every request passes through before the application: the log, the latency and injected faults. */
export class RequestGateway {
  readonly log: RequestLog;
  readonly faults = new FaultInjector();
  readonly #app: RequestHandler;
  readonly #platform: Platform;
  readonly #latency: Latency;
  readonly #cors: Cors;
  readonly #inFlight = new Set<Promise<Response>>();
  /** Settles when no exclusive work is running or queued. */
  #unblocked: Promise<void> = Promise.resolve();
  #closing: Promise<void> | undefined;
  #closed = false;

  constructor(app: RequestHandler, platform: Platform, { latency = 0, cors }: Pick<LocalPlatformOptions, 'latency' | 'cors'>) {
    this.#app = app;
    this.#platform = platform;
    this.#latency = latency;
    this.#cors = new Cors(cors);
    this.log = new RequestLog(platform.limits.requestLogBytes);
  }

  async handle(request: Request, connection: BreakableConnection): Promise<Response> {
    const received = this.log.add(request, connection.rawHeaders);
    return this.#platform.observer ? await this.#observe(request, connection, received) : await this.#handle(request, connection, received);
  }

  /** Handles a request, and tells the observer when its response begins. */
  async #observe(request: Request, connection: BreakableConnection, received: ReceivedRequest): Promise<Response> {
    const observed: Observed = { route: noRoute };
    const begin = performance.now();
    try {
      return await this.#handle(request, connection, received, observed);
    } catch (error) {
      observed.error = error;
      throw error;
    } finally {
      const { method, path, status } = received;
      this.#platform.observer?.requestEnded({ ...observed, method, path, status, seconds: (performance.now() - begin) / 1000 });
    }
  }

  async #handle(request: Request, connection: BreakableConnection, received: ReceivedRequest, observed?: Observed): Promise<Response> {
    const preflight = this.#cors.preflight(request);
    // Faults are meant for the request that a preflight asks for.
    if (preflight) {
      received.status = preflight.status;
      return preflight;
    }
    const fault = this.faults.take(received);
    const wait = latencySeconds(this.#latency, received) + (fault?.delay ?? 0);
    if (wait > 0) await delay(wait * 1000, undefined, { signal: request.signal }).catch(() => {});
    return fault ? await this.#fail(fault, request, connection, received, observed) : await this.#respond(request, received, observed);
  }

  /**
   * Runs work that needs the application to itself, once the requests in flight have finished. Requests that arrive
   * meanwhile wait until it is done.
   * @throws ConfigurationError when the gateway is closed.
   */
  runExclusively(work: () => Promise<void>): Promise<void> {
    const done = this.#unblocked.then(async () => {
      if (this.#closed) throw new ConfigurationError('The local platform is closed: start another one.');
      if (this.#inFlight.size > 0) {
        await Promise.race([Promise.allSettled(this.#inFlight), delay(gracePeriod, undefined, { ref: false })]);
      }
      await work();
    });
    this.#unblocked = done.catch(() => {});
    return done;
  }

  /** Runs the final work on the application and refuses later requests, as a port on which nothing listens does. */
  close(work: () => Promise<void>): Promise<void> {
    this.#closing ??= this.runExclusively(async () => {
      this.#closed = true;
      await work();
    });
    return this.#closing;
  }

  async #dispatch(request: Request, received: ReceivedRequest, observed: Observed | undefined): Promise<Response> {
    await this.#unblocked;
    if (this.#closed) {
      const cause = Object.assign(new Error('The local platform is closed.'), { code: 'ECONNREFUSED' });
      throw new TypeError('fetch failed', { cause });
    }
    const response = Promise.resolve(this.#app(request, this.#bindings(received, observed))).then((given) =>
      this.#cors.expose(request, given),
    );
    this.#inFlight.add(response);
    try {
      return await response;
    } finally {
      this.#inFlight.delete(response);
    }
  }

  async #respond(request: Request, received: ReceivedRequest, observed: Observed | undefined): Promise<Response> {
    const response = await this.#dispatch(request, received, observed);
    received.status = response.status;
    return response;
  }

  async #fail(
    fault: Fault,
    request: Request,
    connection: BreakableConnection,
    received: ReceivedRequest,
    observed: Observed | undefined,
  ): Promise<Response> {
    if (fault.reset === 'before') return await connection.reset();
    if (fault.status !== undefined) {
      await this.#receiveBody(request, received);
      const about = { path: received.path, requestId: this.#platform.newId(), timestamp: timestamp(this.#platform.clock) };
      received.status = fault.status;
      return this.#cors.expose(request, faultResponse({ ...fault, status: fault.status }, about));
    }
    if (fault.reset === 'after') {
      await this.#dispatch(request, received, observed);
      return await connection.reset();
    }
    const response = await this.#respond(request, received, observed);
    return fault.truncate ? await connection.truncate(response) : response;
  }

  #bindings(received: ReceivedRequest, observed: Observed | undefined): Bindings {
    return { logBody: (text) => this.log.addBody(received, text), observed };
  }

  /** Reads the body as the application would, so that the log has it and the client can finish sending. */
  async #receiveBody(request: Request, received: ReceivedRequest): Promise<void> {
    if (!request.headers.get('content-type')?.includes('json')) {
      await request.body?.pipeTo(new WritableStream());
      return;
    }
    try {
      const text = (await readBody(request, this.#platform.limits.bodyBytes)).toString();
      JSON.parse(text);
      this.log.addBody(received, text);
    } catch {
      // A body that is empty, malformed or too long is not logged.
    }
  }
}
