import { ResourceError } from '../errors/index.js';
import type { CallOptions, TransportRequest, TransportResponse } from '../ports/transport.js';
import { inJson } from '../state/describe.js';
import { callOptionNames } from '../support/known-options.js';
import { asGiven, membersOf } from '../support/members.js';
import { checkOptionNames, namesOf } from '../support/names.js';
import { refuseOption } from '../support/quantities.js';

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

/** What the body of a response can be had as. */
interface Bodies<T> {
  json: T;
  text: string;
  bytes: Uint8Array;
  stream: AsyncIterable<Uint8Array>;
}

const bodyKinds: readonly string[] = namesOf<Bodies<unknown>>({ json: true, text: true, bytes: true, stream: true });

/**
 * A request that is sent at once, and once: awaited, it is the body of the response as JSON. `text()`, `bytes()` and `stream()` give the body
 * as something else. They must be called where the call is made, because that decides how the response is read:
 * `await connection.get('report.pdf').bytes()`.
 */
export class ApiCall<T> implements PromiseLike<T> {
  #kind: keyof Bodies<T> | undefined;
  readonly #response: Promise<TransportResponse>;

  /** @param send Sends the request; called once, in a microtask. */
  constructor(send: (kind: keyof Bodies<unknown>) => Promise<TransportResponse>) {
    this.#response = Promise.resolve().then(() => {
      this.#kind ??= 'json';
      if (!bodyKinds.includes(this.#kind)) refuseOption('raw(kind)', `must be one of ${bodyKinds.join(', ')} (got ${inJson(this.#kind)})`);
      return send(this.#kind);
    });
  }

  // biome-ignore lint/suspicious/noThenProperty: awaiting a call gives the body of its response
  then<A = T, B = never>(
    onFulfilled?: ((body: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#body('json').then(onFulfilled, onRejected);
  }

  /** As of a Promise of the body. */
  catch<B = never>(onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<T | B> {
    return this.then(undefined, onRejected);
  }

  /** As of a Promise of the body. */
  finally(onFinally?: (() => void) | null): Promise<T> {
    return this.#body('json').finally(onFinally);
  }

  /**
   * The body as text: UTF-8, or UTF-16 with a byte order mark.
   *
   * @throws ResourceError when the call was sent for something else already; and as the call does.
   */
  text(): Promise<string> {
    return this.#body('text');
  }

  /** The body as bytes, at most `limits.jsonBytes` of the connection. @throws as `text()` does. */
  bytes(): Promise<Uint8Array> {
    return this.#body('bytes');
  }

  /**
   * The body as it arrives: `for await (const chunk of connection.get('log').stream())`. It can be read once, up to `limits.jsonBytes`;
   * leaving the loop ends the request, and one that is never read keeps it open. It is repeated until the first bytes have arrived, and
   * its `timeout` is Infinity by default: the time without any bytes is limited instead.
   *
   * @throws while it is read, as `text()` does; ConfigurationError when the transport cannot stream.
   */
  stream(): AsyncIterable<Uint8Array> {
    return streamOf(this.#body('stream'));
  }

  /** The response with its status and its headers, and the body as JSON or as `kind` says. @throws ValidationError for another kind, with nothing sent; and as `text()` does. */
  raw<K extends keyof Bodies<T> = 'json'>(
    kind?: K,
  ): Promise<
    TransportResponse & {
      /** The body, as what was asked for. */
      body: Bodies<T>[K];
    }
  > {
    return this.#as(kind ?? 'json') as Promise<TransportResponse & { body: Bodies<T>[K] }>;
  }

  async #body<K extends keyof Bodies<T>>(kind: K): Promise<Bodies<T>[K]> {
    const { body } = await this.#as(kind);
    return body as Bodies<T>[K];
  }

  async #as(kind: keyof Bodies<T>): Promise<TransportResponse> {
    this.#kind ??= kind;
    if (this.#kind === kind) return this.#response;
    throw new ResourceError(
      `The response of this call is read as ${this.#kind}, not as ${kind}: what it is read as is decided when the call is made. Write ` +
        `connection.get(path).${kind === 'json' ? 'raw' : kind}() in one expression, and use what that gives.`,
    );
  }
}

/** A body that begins to arrive later. A plain iterator, because a generator would wait for the next bytes before it could be left. */
function streamOf(body: Promise<AsyncIterable<Uint8Array>>): AsyncIterable<Uint8Array> {
  const begin = (): AsyncIterator<Uint8Array> => {
    const chunks = body.then((found) => found[Symbol.asyncIterator]());
    return {
      next: async () => (await chunks).next(),
      async return() {
        // Whoever leaves need not wait for the response, nor be told of an error.
        chunks.then((iterator) => iterator.return?.()).catch(() => undefined);
        return { done: true, value: undefined };
      },
    };
  };
  // Whoever reads it is told of an error, however late that is.
  body.catch(() => undefined);
  return { [Symbol.asyncIterator]: begin };
}

/** The request of a call that a user makes. @throws ValidationError for unknown options. */
function checkedRequest(method: string, path: string, options: RequestOptions): TransportRequest {
  const attempt = `${method} ${path}`;
  checkOptionNames(attempt, options, requestOptionNames);
  const { retryable, body, headers, query, ...rest } = options;
  // A body may be large: of its members, only which there are.
  const given = { body: asGiven(body, 1), headers: asGiven(membersOf(headers)), query: asGiven(membersOf(query)) };
  return { ...rest, ...given, method, path, attempt, once: (method === 'POST' || method === 'PATCH') && !(retryable ?? false) };
}

/**
 * The same, with the options as they are now: it gives the request once it is to be sent, or throws what is wrong with it.
 */
export function requestOf(method: string, path: string, options: RequestOptions): () => TransportRequest {
  try {
    const request = checkedRequest(method, path, options);
    return () => request;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}
