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
import { type Entry, RequestLog } from './request-log.js';

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
  /** Settles when no exclusive work is running or queued; undefined while none is. */
  #unblocked: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  #closed = false;

  constructor(app: RequestHandler, platform: Platform, { latency = 0, cors }: Pick<LocalPlatformOptions, 'latency' | 'cors'>) {
    this.#app = app;
    this.#platform = platform;
    this.#latency = latency;
    this.#cors = new Cors(cors);
    this.log = new RequestLog(platform.limits.requestLogBytes);
  }

  handle(request: Request, connection: BreakableConnection): Promise<Response> {
    const received = this.log.add(request, connection.rawHeaders);
    return this.#platform.observer ? this.#observe(request, connection, received) : this.#handle(request, connection, received);
  }

  /** Handles a request, and tells the observer when its response begins. */
  async #observe(request: Request, connection: BreakableConnection, received: Entry): Promise<Response> {
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

  #handle(request: Request, connection: BreakableConnection, received: Entry, observed?: Observed): Promise<Response> {
    const preflight = this.#cors.preflight(request);
    // Faults are meant for the request that a preflight asks for.
    if (preflight) {
      received.status = preflight.status;
      return Promise.resolve(preflight);
    }
    const fault = this.faults.take(received);
    const wait = latencySeconds(this.#latency, received) + (fault?.delay ?? 0);
    if (!fault && wait <= 0) return this.#respond(request, received, observed);
    return this.#disturb(wait, fault, { request, connection, received, observed });
  }

  /** Handles a request after a number of seconds, with a fault or without. */
  async #disturb(
    seconds: number,
    fault: Fault | undefined,
    {
      request,
      connection,
      received,
      observed,
    }: { request: Request; connection: BreakableConnection; received: Entry; observed: Observed | undefined },
  ): Promise<Response> {
    if (seconds > 0) await delay(seconds * 1000, undefined, { signal: request.signal }).catch(() => {});
    return fault ? await this.#fail(fault, request, connection, received, observed) : await this.#respond(request, received, observed);
  }

  /**
   * Runs work that needs the application to itself, once the requests in flight have finished. Requests that arrive
   * meanwhile wait until it is done.
   * @throws ConfigurationError when the gateway is closed.
   */
  runExclusively(work: () => Promise<void>): Promise<void> {
    const done = Promise.resolve(this.#unblocked).then(async () => {
      if (this.#closed) throw new ConfigurationError('The local platform is closed: start another one.');
      if (this.#inFlight.size > 0) {
        await Promise.race([Promise.allSettled(this.#inFlight), delay(gracePeriod, undefined, { ref: false })]);
      }
      await work();
    });
    const unblocked = done
      .catch(() => {})
      .then(() => {
        if (this.#unblocked === unblocked) this.#unblocked = undefined;
      });
    this.#unblocked = unblocked;
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

  /** @param isLost Whether the client will not get the response. */
  async #respond(request: Request, received: Entry, observed: Observed | undefined, isLost = false): Promise<Response> {
    if (this.#unblocked) await this.#unblocked;
    if (this.#closed) {
      const cause = Object.assign(new Error('The local platform is closed.'), { code: 'ECONNREFUSED' });
      throw new TypeError('fetch failed', { cause });
    }
    const responding = Promise.resolve(this.#app(request, this.#bindings(received, observed)));
    this.#inFlight.add(responding);
    try {
      const response = this.#cors.expose(request, await responding);
      if (!isLost) received.status = response.status;
      return response;
    } finally {
      this.#inFlight.delete(responding);
    }
  }

  async #fail(
    fault: Fault,
    request: Request,
    connection: BreakableConnection,
    received: Entry,
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
      await this.#respond(request, received, observed, true);
      return await connection.reset();
    }
    const response = await this.#respond(request, received, observed);
    return fault.truncate ? await connection.truncate(response) : response;
  }

  #bindings(received: Entry, observed: Observed | undefined): Bindings {
    return { logBody: (text) => this.log.addBody(received, text), observed };
  }

  /** Reads the body as the application would, so that the log has it and the client can finish sending. */
  async #receiveBody(request: Request, received: Entry): Promise<void> {
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
