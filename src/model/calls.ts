import type { CallOptions, TransportRequest, TransportResponse } from './ports/transport.js';
import { callOptionNames } from './support/known-options.js';
import { checkOptionNames, namesOf } from './support/names.js';

/** Options of `connection.get()`, `post()` and the like. */
export interface RequestOptions extends CallOptions {
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as the header Idempotency-Key: the request may then be retried safely. */
  idempotencyKey?: string | undefined;
  /** Whether a POST or PATCH may be retried although it may have had an effect already. Default: whether there is an `idempotencyKey`. */
  retryable?: boolean | undefined;
}

const requestOptionNames = [
  ...callOptionNames,
  ...namesOf<Omit<RequestOptions, keyof CallOptions>>({ body: true, idempotencyKey: true, retryable: true }),
];

/** A request that has been sent: awaited, it is the body of the response. */
export class ApiCall<T> implements PromiseLike<T> {
  readonly #response: Promise<TransportResponse>;

  constructor(response: Promise<TransportResponse>) {
    this.#response = response;
  }

  // biome-ignore lint/suspicious/noThenProperty: awaiting a call gives the body of its response
  then<A = T, B = never>(
    onFulfilled?: ((body: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#response.then(({ body }) => body as T).then(onFulfilled, onRejected);
  }

  catch<B = never>(onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<T | B> {
    return this.then(undefined, onRejected);
  }

  finally(onFinally?: (() => void) | null): Promise<T> {
    return this.#response.then(({ body }) => body as T).finally(onFinally);
  }

  /** The response with its status and its headers. */
  raw(): Promise<TransportResponse & { body: T }> {
    return this.#response as Promise<TransportResponse & { body: T }>;
  }
}

/** The request of a call that a user makes. @throws ValidationError for unknown options. */
export function requestOf(method: string, path: string, options: RequestOptions): TransportRequest {
  const attempt = `${method} ${path}`;
  checkOptionNames(attempt, options, requestOptionNames);
  const { retryable, ...rest } = options;
  return { ...rest, method, path, attempt, once: (method === 'POST' || method === 'PATCH') && !(retryable ?? false) };
}

/** Runs around each request of a connection: it may change the request, answer it itself, or look at the response and the error. */
export type Middleware = (
  request: TransportRequest,
  next: (request: TransportRequest) => Promise<TransportResponse>,
) => Promise<TransportResponse>;

/** Sends a request through middlewares, the first one outermost. */
export function through(
  middlewares: readonly Middleware[],
  send: (request: TransportRequest) => Promise<TransportResponse>,
): (request: TransportRequest) => Promise<TransportResponse> {
  return middlewares.reduceRight<typeof send>((next, middleware) => async (request) => middleware(request, next), send);
}

/** What the last response to a request of a record said. */
export interface LastResponse {
  readonly status: number;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined where the platform gave none. */
  readonly requestId: string | undefined;
}

const last = new WeakMap<object, LastResponse>();

/** Notes the response to a request of a record. */
export function noteResponse(
  source: object,
  { status, headers, requestId }: { status: number; headers: Readonly<Record<string, string>>; requestId?: string | undefined },
): void {
  last.set(source, { status, headers, requestId: requestId ?? headers['x-request-id'] ?? headers['request-id'] });
}

/** The last response to a request of a record; undefined before the first. */
export function lastResponseOf(source: object): LastResponse | undefined {
  return last.get(source);
}
