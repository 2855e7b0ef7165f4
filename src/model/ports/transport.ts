import { membersOf } from '../support/members.js';
/** A query parameter. An array is sent comma-joined under one key, undefined is left out, and null is sent as an empty value. */
export type QueryValue = string | number | boolean | null | undefined | readonly (string | number)[];

/** One attempt at a request, for `request`, `response` and `retry` events. Secrets are redacted. */
export interface RequestInfo {
  /** The method. */
  method: string;
  /** The URL, without credentials and without the query of a presigned URL. */
  url: string;
  /** 1 for the first attempt, 2 for the first retry. */
  attempt: number;
}

/** The response to one attempt. */
export interface ResponseInfo extends RequestInfo {
  /** The status. */
  status: number;
  /** Milliseconds from sending the request to receiving the response's headers. */
  elapsedMs: number;
  /** The bytes of the body as they are sent, by its Content-Length; undefined where the response has none. */
  bytes: number | undefined;
  /** The id that the platform gave the request. */
  requestId: string | undefined;
}

/** A failed attempt that is about to be repeated. */
export interface RetryInfo extends RequestInfo {
  /** Milliseconds until the next attempt. */
  delayMs: number;
  /** The error of the failed attempt. */
  error: Error;
}

/** Observes the attempts of one call. */
export interface TransportObserver {
  /** Whether anybody listens, asked before an event is made. Default: true for those that have a method here. */
  hears?(event: 'request' | 'response' | 'retry'): boolean;
  /** Called when a request is about to be sent. */
  request?(info: RequestInfo): void;
  /** Called when a response has arrived. */
  response?(info: ResponseInfo): void;
  /** Called when a request will be sent again. */
  retry?(info: RetryInfo): void;
}

/** Options of any single call. */
export interface CallOptions {
  /** Aborts the call with an AbortedError. */
  signal?: AbortSignal | undefined;
  /** Seconds the whole call may take, retries and the wait for its turn included; at most 3,600, or Infinity. Default: the connection's `timeout`. */
  timeout?: number | undefined;
  /** Additional headers. */
  headers?: Readonly<Record<string, string>> | undefined;
  /** Additional query parameters. */
  query?: Readonly<Record<string, QueryValue>> | undefined;
  /** How many times a failed attempt may be repeated. Default: the connection's `maxRetries`. */
  maxRetries?: number | undefined;
  /** Sent instead of the connection's own key, with this call only. */
  apiKey?: string | undefined;
}

/** The options of a call that the model makes by itself. */
export interface OwnCallOptions extends CallOptions {
  /**
   * Whether `timeout` covers the time in the queue of the connection's own rate limits. False for a limit that no caller gave: it covers
   * the pauses that the server asked for only, so that a queue of any length is worked off. Default: true.
   */
  timeoutCoversQueue?: boolean | undefined;
  /**
   * Seconds from the start of the call within which a try must begin. It ends the waits before a try, but not a request that has been
   * sent, which could leave the outcome unknown. Default: no such limit.
   */
  sendWithin?: number | undefined;
}

/** One call to a platform. */
export interface TransportRequest extends OwnCallOptions {
  /** The method. */
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | (string & {});
  /** Relative to the base URL, with ids already encoded (see encodeResourceId); or an absolute URL from the platform. */
  path: string;
  /** A base URL to use instead of the connection's. */
  baseUrl?: string | undefined;
  /** The body, sent as JSON unless undefined. */
  body?: unknown;
  /** A form, sent as application/x-www-form-urlencoded instead of a JSON body. */
  form?: Readonly<Record<string, string>> | undefined;
  /** Bytes of another media type, sent unchanged instead of a JSON body. */
  raw?:
    | {
        /** What is sent as the body. */
        bytes: Uint8Array;
        /** Its `Content-Type`. */
        type: string;
      }
    | undefined;
  /** Whether the request creates or starts something, so that it may be retried only if it certainly had no effect. */
  once?: boolean | undefined;
  /** Sent as the header Idempotency-Key; allows a `once` request to be retried. */
  idempotencyKey?: string | undefined;
  /**
   * Whether the model has made `idempotencyKey`. Its caller cannot repeat the call under it, so that the outcome of a request that may have
   * arrived is unknown. Default: false.
   */
  ownKey?: boolean | undefined;
  /** Whether an earlier call sent the same request under the same key, and may have arrived. Default: false. */
  sentBefore?: boolean | undefined;
  /** Texts that errors and events must not show, beside the connection's own secrets: those of the record's secret fields. */
  secrets?: readonly string[] | undefined;
  /** The operation, for error messages: 'save of Dataset(id=ds_1)'. */
  attempt?: string | undefined;
  /** Decodes the platform's error bodies. Members it leaves undefined are decoded in the transport's default way. */
  decodeError?: ErrorDecoder | undefined;
  /** Told of requests, responses and repetitions. */
  observer?: TransportObserver | undefined;
  /** Seconds without any bytes after which the response is given up; at most 86,400, or Infinity. Default: the connection's `idleTimeout`. */
  idleTimeout?: number | undefined;
  /**
   * Whether numbers of the response that JavaScript cannot hold are read as WireNumbers, as records need them. Default: false, as
   * `JSON.parse` reads them. In a body that is sent they are written with their digits.
   */
  exactNumbers?: boolean | undefined;
  /**
   * What the body of the response is read as: parsed JSON, text (UTF-8, or UTF-16 with a byte order mark), or bytes. For text and bytes any
   * media type is asked for, as it is by `'bytes'` of a response that streams, which otherwise is to be server-sent events. Default: 'json'.
   */
  responseType?: ResponseType | undefined;
}

/** What the body of a response is read as. */
export type ResponseType = 'json' | 'text' | 'bytes';

/** Decodes the body of an error response. `retryable` says whether repeating the same call may succeed. */
export type ErrorDecoder = (
  status: number,
  body: unknown,
) =>
  | {
      /** What went wrong, in the platform's words. */
      message?: string | undefined;
      /** The platform's code for it. */
      code?: string | undefined;
      /** What the platform says besides. */
      details?: unknown;
      /** Whether the same request may succeed later. Default: told by the status. */
      retryable?: boolean | undefined;
    }
  | undefined;

/** A successful response. */
export interface TransportResponse {
  /** The status. */
  status: number;
  /** The headers, with names in lower case. */
  headers: Readonly<Record<string, string>>;
  /** The parsed JSON, or what the request's `responseType` says; undefined when the body was empty. */
  body: unknown;
}

/** A successful response whose body is read while it arrives. */
export interface StreamResponse extends TransportResponse {
  /** The bytes, with any Content-Encoding undone. It can be read once; leaving the loop ends the request. */
  body: AsyncIterable<Uint8Array>;
}

/**
 * Sends calls to a platform. A response of status 400 or above is thrown as an APIError, the lack of a response as a ConnectionError,
 * TimeoutError or AbortedError. When a `once` request may have arrived although there was no response, the error has
 * `outcome: 'unknown'`.
 */
export interface Transport {
  /**
   * Sends a request, and repeats it where that is allowed.
   *
   * @throws ConnectionError, TimeoutError or AbortedError when there is no response, APIError for a response of status 400 and above.
   */
  request(request: TransportRequest): Promise<TransportResponse>;
  /**
   * Makes a call and resolves when the first bytes of the response are there, until which it may be repeated. Reading the body throws
   * what `request` throws for a response that breaks off. `timeout` is Infinity by default: the time without any bytes is limited instead.
   * A transport without it cannot stream.
   */
  stream?(request: TransportRequest): Promise<StreamResponse>;
  /** Closes idle sockets. Later calls fail. */
  close(): Promise<void>;
}

/** Picks the options that the transport understands. */
export function callOptions(options: OwnCallOptions): OwnCallOptions {
  const { signal, timeout, headers, query, maxRetries, apiKey, timeoutCoversQueue, sendWithin } = options;
  return {
    signal,
    timeout,
    headers: membersOf(headers),
    query: membersOf(query),
    maxRetries,
    apiKey,
    ...(timeoutCoversQueue === undefined ? {} : { timeoutCoversQueue }),
    ...(sendWithin === undefined ? {} : { sendWithin }),
  };
}
