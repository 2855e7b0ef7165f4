import { ConfigurationError } from '../../model/errors/index.js';
import { errorBody } from '../requests/errors.js';

/** A fault to inject, to test how a client handles it. It needs a `status`, a `delay`, `reset` or `truncate`. */
export interface Fault {
  /** How many matching requests it affects; `Infinity` for all. Default: 1. */
  times?: number;
  /** The method it matches, in any case. Default: any. */
  method?: string;
  /** The path it matches: this path and those below it, or a regular expression. Presigned URLs match too. Default: any. */
  path?: string | RegExp;
  /** Seconds to wait first. Default: 0. */
  delay?: number;
  /** The status to respond with instead of handling the request: 200 to 599. */
  status?: number;
  /** The body sent with `status`: a string as it is, anything else as JSON. Default: an error in the format of the API that was called. */
  body?: unknown;
  /** Headers sent with `status`. */
  headers?: Record<string, string>;
  /** Seconds, or an HTTP date, sent as `Retry-After` with `status`. */
  retryAfter?: number | string;
  /** Breaks the connection: `before` the request is handled, or `after`, so that only the response is lost. */
  reset?: 'before' | 'after';
  /** Handles the request, then breaks the connection after half of the response's body. */
  truncate?: boolean;
}

interface Pending {
  fault: Fault;
  remaining: number;
}

function matches({ method, path }: Fault, request: { method: string; path: string }): boolean {
  if (method !== undefined && method.toUpperCase() !== request.method) return false;
  if (path instanceof RegExp) return path.test(request.path);
  return path === undefined || request.path === path || request.path.startsWith(`${path.replace(/\/$/, '')}/`);
}

/** @throws ConfigurationError for a fault that has no effect or a value out of range. */
function check({ status, delay, times = 1, reset, truncate }: Fault): void {
  if (status === undefined && !reset && !truncate && delay === undefined) {
    throw new ConfigurationError('A fault without a status, a delay, reset or truncate has no effect: give one of them.');
  }
  if (status !== undefined && !(Number.isInteger(status) && status >= 200 && status <= 599)) {
    throw new ConfigurationError(`The status of a fault must be a whole number from 200 to 599 (got ${status}).`);
  }
  if (times !== Number.POSITIVE_INFINITY && (!Number.isInteger(times) || times < 1)) {
    throw new ConfigurationError(`The times of a fault must be a whole number of at least 1, or Infinity (got ${times}).`);
  }
  if (delay !== undefined && !(Number.isFinite(delay) && delay >= 0)) {
    throw new ConfigurationError(`The delay of a fault must be a number of seconds of at least 0 (got ${delay}).`);
  }
}

/** The faults still to inject, in the order in which they were added. */
export class FaultInjector {
  #pending: Pending[] = [];

  /**
   * Adds faults.
   * @returns a function that removes those not injected yet.
   * @throws ConfigurationError for a fault that has no effect or a value out of range.
   */
  add(faults: readonly Fault[]): () => void {
    faults.forEach(check);
    const added = faults.map((fault) => ({ fault, remaining: fault.times ?? 1 }));
    this.#pending.push(...added);
    return () => {
      this.#pending = this.#pending.filter((pending) => !added.includes(pending));
    };
  }

  /** The fault for this request, which counts as one of its `times`. */
  take(request: { method: string; path: string }): Fault | undefined {
    const pending = this.#pending.find(({ fault, remaining }) => remaining > 0 && matches(fault, request));
    if (!pending) return undefined;
    pending.remaining--;
    if (pending.remaining === 0) this.#pending.splice(this.#pending.indexOf(pending), 1);
    return pending.fault;
  }

  clear(): void {
    this.#pending = [];
  }
}

/** The response of a fault with a status. */
export function faultResponse(fault: Fault & { status: number }, about: { path: string; requestId: string; timestamp: string }): Response {
  const { status, headers, retryAfter } = fault;
  const init = { status, headers: { ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }), ...headers } };
  if (typeof fault.body === 'string') return new Response(fault.body, init);
  if (status === 204 || status === 304) return new Response(null, init);
  return Response.json(fault.body === undefined ? errorBody(status, 'This fault was injected by a test.', about) : fault.body, init);
}
