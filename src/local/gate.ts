import { setTimeout as delay } from 'node:timers/promises';
import { ConfigurationError } from '../model/errors/index.js';
import { timestamp } from './clock.js';
import type { Bindings, Platform } from './context.js';
import type { BreakableConnection } from './wire/broken.js';
import { type Fault, Faults, faultResponse } from './wire/faults.js';
import { type ReceivedRequest, RequestLog } from './wire/log.js';

/** Seconds every request takes longer: always so many, between two figures, or as the function says. */
export type Latency = number | readonly [number, number] | ((request: { method: string; path: string }) => number);

type App = (request: Request, bindings: Bindings) => Response | Promise<Response>;

function secondsOf(latency: Latency, request: { method: string; path: string }): number {
  if (typeof latency === 'function') return latency(request);
  if (typeof latency === 'number') return latency;
  const [least, most] = latency;
  return least + Math.random() * (most - least);
}

/** Milliseconds a request that is being answered has left when the platform is reset or closes. */
export const grace = 5000;

/** What every request passes through before the application: the log, latency, and failures a test asked for. */
export class FrontGate {
  readonly log = new RequestLog();
  readonly faults = new Faults();
  readonly #app: App;
  readonly #platform: Platform;
  readonly #latency: Latency;
  readonly #answering = new Set<Promise<Response>>();
  #free: Promise<void> = Promise.resolve();
  #closing: Promise<void> | undefined;
  #closed = false;

  constructor(app: App, platform: Platform, latency: Latency = 0) {
    this.#app = app;
    this.#platform = platform;
    this.#latency = latency;
  }

  async handle(request: Request, wire: BreakableConnection): Promise<Response> {
    const received = this.log.add(request);
    const fault = this.faults.take(received);
    const wait = secondsOf(this.#latency, received) + (fault?.delay ?? 0);
    if (wait > 0) await delay(wait * 1000, undefined, { signal: request.signal }).catch(() => {});
    return fault ? await this.#fail(fault, request, wire, received) : await this.#answer(request, received);
  }

  /**
   * Does what needs the application for itself, once all is answered that is being answered. Requests that come meanwhile wait.
   * @throws ConfigurationError when the gate was closed.
   */
  alone(work: () => Promise<void>): Promise<void> {
    const done = this.#free.then(async () => {
      if (this.#closed) throw new ConfigurationError('The local platform is closed: start another one.');
      if (this.#answering.size > 0) await Promise.race([Promise.allSettled(this.#answering), delay(grace, undefined, { ref: false })]);
      await work();
    });
    this.#free = done.catch(() => {});
    return done;
  }

  /** Does the last that is done with the application: requests that come later are refused, as at a port where nothing listens. */
  close(work: () => Promise<void>): Promise<void> {
    this.#closing ??= this.alone(async () => {
      this.#closed = true;
      await work();
    });
    return this.#closing;
  }

  async #ask(request: Request, bindings: Bindings): Promise<Response> {
    await this.#free;
    if (this.#closed) {
      const cause = Object.assign(new Error('The local platform is closed.'), { code: 'ECONNREFUSED' });
      throw new TypeError('fetch failed', { cause });
    }
    const answer = Promise.resolve(this.#app(request, bindings));
    this.#answering.add(answer);
    try {
      return await answer;
    } finally {
      this.#answering.delete(answer);
    }
  }

  async #answer(request: Request, received: ReceivedRequest): Promise<Response> {
    const response = await this.#ask(request, { received });
    received.status = response.status;
    return response;
  }

  async #fail(fault: Fault, request: Request, wire: BreakableConnection, received: ReceivedRequest): Promise<Response> {
    if (fault.reset === 'before') return await wire.reset();
    if (fault.status !== undefined) {
      await readBody(request, received);
      const about = { path: received.path, requestId: this.#platform.newId(), timestamp: timestamp(this.#platform.clock) };
      received.status = fault.status;
      return faultResponse({ ...fault, status: fault.status }, about);
    }
    if (fault.reset === 'after') {
      await this.#ask(request, { received });
      return await wire.reset();
    }
    const response = await this.#answer(request, received);
    return fault.truncate ? await wire.truncate(response) : response;
  }
}

/** Reads what the application would have read, so that the log has it and the client is not cut off while it sends. */
async function readBody(request: Request, received: ReceivedRequest): Promise<void> {
  if (!request.headers.get('content-type')?.includes('json')) {
    await request.body?.pipeTo(new WritableStream());
    return;
  }
  try {
    received.body = JSON.parse(await request.text());
  } catch {
    // Not JSON after all, or nothing: the log goes without.
  }
}
