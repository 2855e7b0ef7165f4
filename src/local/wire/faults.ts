import { ConfigurationError } from '../../model/errors/index.js';
import { errorBody } from './errors.js';

/** A failure to have, so that a client's handling of it can be tested. */
export interface Fault {
  /** How many matching requests it hits; `Infinity` for all. Default: 1. */
  times?: number;
  /** Which method. Default: any. */
  method?: string;
  /** Which path: this one and those below it, or those that match. Presigned URLs have paths too. Default: any. */
  path?: string | RegExp;
  /** Seconds to wait first. */
  delay?: number;
  /** The status to answer, instead of doing anything. */
  status?: number;
  /** The body of that answer: JSON, or text as it is. Default: an error of the wire that was used. */
  body?: unknown;
  headers?: Record<string, string>;
  /** Seconds, or a date as HTTP writes it: sent as `Retry-After`. */
  retryAfter?: number | string;
  /** Breaks the connection: `before` anything is done, or `after` it was done, so that only the answer is lost. */
  reset?: 'before' | 'after';
  /** Does what was asked, then breaks the connection after half of the answer's body. */
  truncate?: boolean;
}

interface Armed {
  fault: Fault;
  left: number;
}

function fits({ method, path }: Fault, request: { method: string; path: string }): boolean {
  if (method !== undefined && method.toUpperCase() !== request.method) return false;
  if (path instanceof RegExp) return path.test(request.path);
  return path === undefined || request.path === path || request.path.startsWith(`${path.replace(/\/$/, '')}/`);
}

/** Refuses a failure that could not happen. */
function check({ status, delay, times = 1, reset, truncate }: Fault): void {
  if (status === undefined && !reset && !truncate && delay === undefined) {
    throw new ConfigurationError('A fault needs a status, a delay, reset or truncate: it would change nothing.');
  }
  if (status !== undefined && !(Number.isInteger(status) && status >= 200 && status <= 599)) {
    throw new ConfigurationError(`The status of a fault is ${status}; give a whole number from 200 to 599.`);
  }
  if (times !== Number.POSITIVE_INFINITY && (!Number.isInteger(times) || times < 1)) {
    throw new ConfigurationError(`A fault is to happen ${times} times; give a whole number of at least 1, or Infinity.`);
  }
  if (delay !== undefined && !(Number.isFinite(delay) && delay >= 0)) {
    throw new ConfigurationError(`The delay of a fault is ${delay}; give seconds, at least 0.`);
  }
}

/** The failures that are still to come, in the order they were given. */
export class Faults {
  #armed: Armed[] = [];

  /** Adds failures. The function it returns takes those back that have not happened yet. */
  add(faults: readonly Fault[]): () => void {
    faults.forEach(check);
    const added = faults.map((fault) => ({ fault, left: fault.times ?? 1 }));
    this.#armed.push(...added);
    return () => {
      this.#armed = this.#armed.filter((armed) => !added.includes(armed));
    };
  }

  /** The failure this request has; it is used up by it. */
  take(request: { method: string; path: string }): Fault | undefined {
    const armed = this.#armed.find(({ fault, left }) => left > 0 && fits(fault, request));
    if (!armed) return undefined;
    armed.left--;
    if (armed.left === 0) this.#armed.splice(this.#armed.indexOf(armed), 1);
    return armed.fault;
  }

  clear(): void {
    this.#armed = [];
  }
}

/** The answer of a fault with a status. */
export function faultResponse(fault: Fault & { status: number }, about: { path: string; requestId: string; timestamp: string }): Response {
  const { status, headers, retryAfter } = fault;
  const answer = { status, headers: { ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }), ...headers } };
  if (typeof fault.body === 'string') return new Response(fault.body, answer);
  if (status === 204 || status === 304) return new Response(null, answer);
  return Response.json(fault.body === undefined ? errorBody(status, 'This failure was asked for by a test.', about) : fault.body, answer);
}
