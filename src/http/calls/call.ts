import type { Buffer } from 'node:buffer';
import type { Readable } from 'node:stream';
import type { APIError } from '../../model/errors/index.js';
import type { ErrorDecoder, TransportObserver } from '../../model/ports/transport.js';
import type { AdapterResponse } from '../adapters/adapter.js';
import type { RateLimiter } from '../rate-limiter.js';
import type { Deadline } from '../time/deadline.js';
import type { Redactor } from '../redactor.js';

/** One stop of a request: its address, or one it was redirected to. */
export interface Hop {
  url: URL;
  /** Whether credentials and default headers may go there. */
  trusted: boolean;
}

/** One call as the exchange sees it: what goes out, what may be repeated, what becomes of the answer. Times in milliseconds. */
export interface Call<T> {
  method: string;
  /** May be replaced by `recover`. */
  url: URL;
  /** Whether credentials and default headers may go to `url`; where not, its query may be a signature and is never shown. */
  trusted: boolean;
  /** What is being attempted, for messages. */
  attempt: string | undefined;
  /** Asked anew for every try and every redirection. */
  headers(hop: Hop): Promise<Readonly<Record<string, string>>>;
  /** Asked anew for every try and every redirection. */
  body(deadline: Deadline): Buffer | Readable | undefined;
  /** Whether it creates or starts something. */
  once: boolean;
  /** Who protects a `once` call against being carried out twice: nobody, a key of this call alone, or a key that the caller keeps. */
  idempotencyKey: 'none' | 'call' | 'caller';
  rateLimiter: RateLimiter;
  timeout: number;
  maxRetries: number;
  /** How long nothing may move, and whether that counts from the beginning or from the answer's headers on. */
  idleTimeout: number;
  idleFrom: 'start' | 'answer';
  signal: AbortSignal | undefined;
  observer: TransportObserver | undefined;
  redactor: Redactor;
  decodeError: ErrorDecoder | undefined;
  /** Reads an answer of status 200 to 299. What it throws is final when it is one of our errors, else a broken connection. */
  receive(response: AdapterResponse, deadline: Deadline): Promise<T>;
  /** Mends what an error answer complained about; true means: at once again. */
  recover?(error: APIError): Promise<boolean>;
  /** Whether the last try got further than any before it: then the count of repetitions begins again. */
  madeProgress?(): boolean;
}
