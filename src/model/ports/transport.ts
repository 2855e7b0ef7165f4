/** A value of a query string. Arrays go out comma-joined in one key; undefined is left out; null is sent empty. */
export type QueryValue = string | number | boolean | null | undefined | readonly (string | number)[];

/** What one exchange looked like from outside: facts for `request`, `response` and `retry` events, secrets redacted. */
export interface RequestInfo {
  method: string;
  /** Without credentials and without the query of a presigned URL. */
  url: string;
  /** 1 for the first try, 2 for the first repetition. */
  attempt: number;
}

export interface ResponseInfo extends RequestInfo {
  status: number;
  /** Milliseconds from sending to the end of the headers. */
  elapsedMs: number;
  requestId: string | undefined;
}

export interface RetryInfo extends RequestInfo {
  /** Milliseconds until the next try. */
  delayMs: number;
  /** What the try failed with. */
  error: Error;
}

/** Watches the exchanges of one call. */
export interface TransportObserver {
  request?(info: RequestInfo): void;
  response?(info: ResponseInfo): void;
  retry?(info: RetryInfo): void;
}

/** What a caller may set for any single call. */
export interface CallOptions {
  /** Ends the call with an AbortedError. */
  signal?: AbortSignal | undefined;
  /** Seconds the whole call may take, repetitions included; at most 3,600, or Infinity. */
  timeout?: number | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
  query?: Readonly<Record<string, QueryValue>> | undefined;
  /** How often a failed try may be repeated. */
  maxRetries?: number | undefined;
  /** Sent instead of the connection's own key, with this call only. */
  apiKey?: string | undefined;
}

/** One call to a platform, in the model's own terms. */
export interface TransportRequest extends CallOptions {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | (string & {});
  /** Relative to the base URL, ids already encoded (see encodeResourceId); or an absolute URL that the platform gave us. */
  path: string;
  /** Another base URL than the connection's own. */
  baseUrl?: string | undefined;
  /** Sent as JSON when not undefined. */
  body?: unknown;
  /** Sent as application/x-www-form-urlencoded instead of a JSON body. */
  form?: Readonly<Record<string, string>> | undefined;
  /** Bytes of another type, sent as they are instead of a JSON body. */
  raw?: { bytes: Uint8Array; type: string } | undefined;
  /** Creates or starts something: it may be repeated only when it surely did not arrive. */
  once?: boolean | undefined;
  /** Sent as Idempotency-Key; makes a `once` request repeatable. */
  idempotencyKey?: string | undefined;
  /** What is being attempted, for error messages: 'save Dataset ds_1'. */
  attempt?: string | undefined;
  /** Reads a platform's own error shape; what it leaves undefined is read in the ways the transport knows. */
  decodeError?: ErrorDecoder | undefined;
  observer?: TransportObserver | undefined;
}

/** Reads the body of an error answer. `retryable` says whether the same call may succeed when it is simply made again. */
export type ErrorDecoder = (
  status: number,
  body: unknown,
) => { message?: string | undefined; code?: string | undefined; details?: unknown; retryable?: boolean | undefined } | undefined;

export interface TransportResponse {
  status: number;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  /** The parsed JSON; undefined when the body was empty. */
  body: unknown;
}

/**
 * Carries calls to a platform. An answer of status 400 and above is thrown as an APIError, a failure to get an answer as
 * ConnectionError, TimeoutError or AbortedError. When a `once` request may have arrived although no answer came back,
 * the error has `outcome: 'unknown'`.
 */
export interface Transport {
  request(request: TransportRequest): Promise<TransportResponse>;
  /** Ends idle sockets. Calls made afterwards fail. */
  close(): Promise<void>;
}

/** Options of a call that the transport knows. */
export function callOptions(options: CallOptions): CallOptions {
  const { signal, timeout, headers, query, maxRetries, apiKey } = options;
  return { signal, timeout, headers, query, maxRetries, apiKey };
}
