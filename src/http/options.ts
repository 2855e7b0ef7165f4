import type { HttpTransport } from './adapters/adapter.js';
import type { Fetch } from './adapters/fetch.js';
import type { BodyLimits } from './body-limits.js';
import type { Query } from './calls/url.js';
import type { Credentials } from './credentials.js';
import type { Limits } from './limits.js';
import type { RetryOptions } from './retry-options.js';

/** How a connection reaches a platform. Durations are in seconds, at most 86,400; Infinity means no limit. */
export interface ClientOptions {
  /** The platform's base URL, for example `https://api.example.com/v1`. Its path is prepended to every path. */
  baseUrl: string;
  /** Sent as `Authorization: Bearer <apiKey>` (RFC 6750 §2.1). Exclusive with `credentials`. */
  apiKey?: string | undefined;
  /** Another way to authenticate. Exclusive with `apiKey`. Default: requests are not authenticated. */
  credentials?: Credentials | undefined;
  /** Sent with every request to the connection's own origins. They replace default headers of the same name. Default: none. */
  headers?: Readonly<Record<string, string>> | undefined;
  /** Added to the query of every path below the base URL. A call's own query replaces it key by key. Default: none. */
  query?: Query | undefined;
  /** A WHATWG fetch function, to which `connectTimeout` does not apply. Default: node-fetch with keep-alive, in browsers and on Bun their own fetch. */
  fetch?: Fetch | undefined;
  /** What sends the requests instead of node-fetch: `undiciTransport()` of `remote-record/undici`. Exclusive with `fetch`. */
  transport?: HttpTransport | undefined;
  /**
   * Seconds that a call may take. It covers repetitions and pauses that the server asked for with `Retry-After`, but not the time in
   * the queue of the connection's own `limits`, which a call's own `timeout` covers; at most 3,600, or Infinity. File transfers have a `timeout` of their own.
   * Default: 30.
   */
  timeout?: number | undefined;
  /** How often a call may be repeated after a failed try. Default: 3. */
  maxRetries?: number | undefined;
  /** Which failed tries are repeated, and after which delays. */
  retry?: RetryOptions | undefined;
  /** Further origins to which credentials may be sent, for example `https://models.example.com`. Default: that of `baseUrl` only. */
  origins?: readonly string[] | undefined;
  /** The highest number of requests in flight and of requests started per second, and the limits of what a response may hold. */
  limits?: (Limits & BodyLimits) | undefined;
  /** Seconds without a byte after which a response or a file transfer is given up. Default: 60. */
  idleTimeout?: number | undefined;
  /** Seconds within which a connection must be made, the TLS handshake included. Browsers decide that themselves. Default: 10. */
  connectTimeout?: number | undefined;
  /** The `User-Agent` header. Browsers send their own. Default: `remote-record/<version>`. */
  userAgent?: string | undefined;
  /**
   * Whether the platform honours `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): it responds to a repeated request with
   * the first response. If true, every request that creates or starts something has a key and may be repeated. Default: false.
   */
  idempotency?: boolean | undefined;
}
