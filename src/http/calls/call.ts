import type { APIError } from '../../model/errors/index.js';
import type { ErrorDecoder, TransportObserver } from '../../model/ports/transport.js';
import type { AdapterRequest, AdapterResponse } from '../adapters/adapter.js';
import type { RateLimiter } from '../rate-limiter.js';
import type { Redactor } from '../redactor.js';
import type { Deadline } from '../time/deadline.js';

/** The URL of a request or of one of its redirects. */
export interface Hop {
  url: URL;
  /** Whether credentials and default headers may be sent to it. */
  trusted: boolean;
}

/** One call: what is sent, whether it may be repeated, and how its response is read. Times are in milliseconds. */
export interface Call<T> {
  method: string;
  /** `recover` may replace it. */
  url: URL;
  /** Whether credentials and default headers may be sent to `url`. If not, its query may be a signature and is always redacted. */
  trusted: boolean;
  /** What is attempted, for messages: 'save Dataset ds_1'. */
  attempt: string | undefined;
  /** Called for every try and every redirect. */
  headers(hop: Hop): Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>;
  /** Called for every try and every redirect. */
  body(deadline: Deadline): AdapterRequest['body'];
  /** Whether the call creates or starts something. */
  once: boolean;
  /** Who chose the idempotency key that protects a `once` call: nobody, the transport for this call only, or the caller. */
  idempotencyKey: 'none' | 'call' | 'caller';
  /** Whether an earlier call sent the same under the same key, and may have arrived. */
  sentBefore: boolean;
  rateLimiter: RateLimiter;
  timeout: number;
  /** Whether `timeout` counts from the start of the call. If not, the time in the queue of the connection's own limits is not counted. */
  timeoutCoversQueue: boolean;
  /** From the start of the call until its last try begins; undefined for no such limit. */
  sendWithin: number | undefined;
  maxRetries: number;
  idleTimeout: number;
  /** Whether the idle timeout counts from the start of a try or from the response's headers. */
  idleFrom: 'start' | 'response';
  signal: AbortSignal | undefined;
  observer: TransportObserver | undefined;
  redactor: Redactor;
  decodeError: ErrorDecoder | undefined;
  /** Reads a response with a status from 200 to 299. A ResourceError ends the call; any other error is a connection failure. */
  receive(response: AdapterResponse, deadline: Deadline): Promise<T>;
  /**
   * The result of the call if this error response to a repetition shows that an earlier try, whose response was lost, had been carried
   * out; otherwise undefined.
   */
  settle?(error: APIError): T | undefined;
  /** Corrects the cause of an error response, such as an expired URL. True repeats the call at once. */
  recover?(error: APIError): Promise<boolean>;
  /** Whether a part of the response has been passed on, after which the call is not repeated. */
  isDelivered?(): boolean;
  /** Whether the last try transferred more than any before it. If so, the count of repetitions starts again. */
  madeProgress?(): boolean;
}
