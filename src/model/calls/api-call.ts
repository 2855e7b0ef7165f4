import type { CallOptions, TransportRequest, TransportResponse } from '../ports/transport.js';
import { callOptionNames } from '../support/known-options.js';
import { checkOptionNames, namesOf } from '../support/names.js';

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
