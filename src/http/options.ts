import { ConfigurationError, ValidationError } from '../model/errors/index.js';
import { type Clock, systemClock } from '../model/ports/clock.js';
import { count, milliseconds } from '../model/support/quantities.js';
import { isSecretName } from '../model/support/secret-names.js';
import { version } from '../version.js';
import type { HttpAdapter } from './adapters/adapter.js';
import { type Fetch, FetchAdapter } from './adapters/fetch.js';
import { NodeAdapter } from './adapters/node.js';
import { Redactor } from './calls/redact.js';
import { addQuery, parseAddress, type Query } from './calls/url.js';
import { type Credentials, headersFrom, Keyring } from './credentials.js';
import { type Limits, RateLimiter } from './limits.js';
import { type RetryOptions, RetryPolicy } from './retry.js';

/** How to reach a platform. Durations are in seconds, at most 86,400; Infinity means no limit. */
export interface ClientOptions {
  /** Where the platform is, for example `https://api.example.com/v1`. A path in it is kept before every path. */
  baseUrl: string;
  /** Sent as `Authorization: Bearer <apiKey>`. Give this or `credentials`. */
  apiKey?: string | undefined;
  /** Another way to prove who is calling. */
  credentials?: Credentials | undefined;
  /** Sent with every request to the connection's own origins; they replace headers of ours with the same name. */
  headers?: Readonly<Record<string, string>> | undefined;
  /** Added to the query of every path below the base address; a call's own query replaces it key by key. */
  query?: Query | undefined;
  /** Any WHATWG fetch. Default: node-fetch with keep-alive. `connectTimeout` has no effect on a fetch of your own. */
  fetch?: Fetch | undefined;
  /** Seconds a call may take, repetitions included. Default: 30. Transfers of files have no limit of this kind unless they are given one. */
  timeout?: number | undefined;
  /** How often a failed try may be repeated. Default: 3. */
  maxRetries?: number | undefined;
  /** What is repeated, and how soon. */
  retry?: RetryOptions | undefined;
  /** Further origins, such as `https://models.example.com`, to which the credentials may go. */
  origins?: readonly string[] | undefined;
  /** How hard the platform may be pressed. */
  limits?: Limits | undefined;
  /** Seconds without a byte after which an answer or a transfer is given up. Default: 60. */
  idleTimeout?: number | undefined;
  /** Seconds in which a connection must be made. Default: 10. */
  connectTimeout?: number | undefined;
  /** Default: `remote-record/<version>`. */
  userAgent?: string | undefined;
  /**
   * Whether the platform honours `Idempotency-Key`: it answers a repeated request with the first answer. When true, every
   * request that creates or starts something carries a key and may be repeated. Default: false.
   */
  idempotency?: boolean | undefined;
}

/** What tests may replace. */
export interface Internals {
  clock?: Clock;
  adapter?: HttpAdapter;
}

/** The options, checked and ready for use. Durations are in milliseconds. */
export interface ClientSettings {
  base: URL;
  origins: ReadonlySet<string>;
  keyring: Keyring;
  redactor: Redactor;
  headers: Readonly<Record<string, string>>;
  query: Query;
  userAgent: string;
  timeout: number;
  idleTimeout: number;
  maxRetries: number;
  idempotency: boolean;
  retry: RetryPolicy;
  calls: RateLimiter;
  transfers: RateLimiter;
  adapter: HttpAdapter;
  clock: Clock;
}

/** @throws ConfigurationError or ValidationError that says which option is wrong, without repeating a secret. */
export function clientSettings(options: ClientOptions, internals: Internals): ClientSettings {
  const clock = internals.clock ?? systemClock;
  const redactor = new Redactor();
  const base = addressOf('baseUrl', options.baseUrl);
  if (base.search || base.hash) throw new ConfigurationError('baseUrl has a query or a fragment; use the option `query` instead.');
  const origins = new Set([base.origin]);
  for (const origin of options.origins ?? []) origins.add(addressOf('origins', origin).origin);
  const query = options.query ?? {};
  addQuery(new URL(base), query);
  for (const [name, value] of Object.entries(query)) if (isSecretName(name)) redactor.add(String(value));
  if (options.fetch !== undefined && typeof options.fetch !== 'function')
    throw new ConfigurationError('fetch must be a function that takes what the standard fetch takes.');
  const connectTimeout = milliseconds('connectTimeout', options.connectTimeout ?? 10);
  return {
    base,
    origins,
    redactor,
    keyring: new Keyring(credentialsOf(options), redactor),
    headers: headersFrom(options.headers, redactor),
    query,
    userAgent: options.userAgent ?? `remote-record/${version}`,
    timeout: milliseconds('timeout', options.timeout ?? 30),
    idleTimeout: milliseconds('idleTimeout', options.idleTimeout ?? 60),
    maxRetries: count('maxRetries', options.maxRetries ?? 3, 0),
    idempotency: options.idempotency ?? false,
    retry: new RetryPolicy(options.retry),
    calls: new RateLimiter(options.limits ?? {}, clock),
    transfers: new RateLimiter({ concurrency: options.limits?.concurrency }, clock),
    adapter: internals.adapter ?? (options.fetch ? new FetchAdapter(options.fetch) : new NodeAdapter(clock, connectTimeout)),
    clock,
  };
}

function addressOf(name: string, address: unknown): URL {
  if (typeof address !== 'string' || !address.trim())
    throw new ConfigurationError(`${name} is missing or blank; give an address such as https://api.example.com.`);
  try {
    return parseAddress(name, address);
  } catch (error) {
    throw error instanceof ValidationError ? new ConfigurationError(error.message) : error;
  }
}

function credentialsOf({ apiKey, credentials }: ClientOptions): Credentials | undefined {
  if (apiKey === undefined) return credentials;
  if (credentials !== undefined) throw new ConfigurationError('Give apiKey or credentials, not both.');
  if (typeof apiKey !== 'string' || !apiKey.trim()) throw new ConfigurationError('apiKey is blank.');
  return { bearer: apiKey };
}
