import { ConfigurationError, ValidationError } from '../model/errors/index.js';
import { type Clock, systemClock } from '../model/ports/clock.js';
import { checkHeaderText } from '../model/support/header-text.js';
import { count, milliseconds, refuseOption, requestMilliseconds } from '../model/support/quantities.js';
import { isSecretName } from '../model/support/secret-names.js';
import { version } from '../version.js';
import type { HttpAdapter, HttpTransport } from './adapters/adapter.js';
import type { Fetch } from './adapters/fetch.js';
import { bodyLimits, type CheckedBodyLimits } from './body-limits.js';
import { addQuery, parseHttpUrl, type Query } from './calls/url.js';
import { type Credentials, credentialHeaders } from './credentials.js';
import { registerSecrets, userHeaders } from './headers.js';
import { checkLimits, type Limits } from './limits.js';
import { checkConnectionOptions } from './option-names.js';
import type { ClientOptions } from './options.js';
import { type RetrySettings, retrySettings } from './retry-options.js';

/** What tests replace. */
export interface ClientDependencies {
  clock?: Clock;
  adapter?: HttpAdapter;
}

/** The checked options, with defaults. Durations are in milliseconds. */
export interface ClientSettings {
  base: URL;
  origins: ReadonlySet<string>;
  credentials: Credentials | undefined;
  /** The headers of credentials that are not a function. */
  fixedHeaders: Readonly<Record<string, string>>;
  /** The secrets in the options. */
  secrets: ReadonlySet<string>;
  headers: Readonly<Record<string, string>>;
  query: Query;
  userAgent: string;
  timeout: number;
  idleTimeout: number;
  maxRetries: number;
  idempotency: boolean;
  bodyLimits: CheckedBodyLimits;
  retry: RetrySettings;
  limits: Limits;
  clock: Clock;
  fetch: Fetch | undefined;
  connectTimeout: number;
  /** That of the option `transport`, or of a test; else where it runs provides one. */
  adapter: HttpAdapter | undefined;
}

/** @throws ConfigurationError or ValidationError that names the invalid option and contains no secret. */
export function clientSettings(options: ClientOptions, dependencies: ClientDependencies): ClientSettings {
  checkConnectionOptions(options);
  const clock = dependencies.clock ?? systemClock;
  const secrets = new Set<string>();
  const noted = {
    add: (secret: string | undefined) => {
      if (secret !== undefined) secrets.add(secret);
      return noted;
    },
  };
  const base = checkUrl('baseUrl', options.baseUrl);
  if (base.search || base.hash) throw new ConfigurationError('baseUrl has a query or a fragment; use the option `query` instead.');
  const origins = new Set([base.origin]);
  for (const origin of options.origins ?? []) origins.add(checkUrl('origins', origin).origin);
  const query = options.query ?? {};
  addQuery(new URL(base), query);
  for (const [name, value] of Object.entries(query)) if (isSecretName(name)) secrets.add(String(value));
  if (options.fetch !== undefined && typeof options.fetch !== 'function')
    throw new ConfigurationError('fetch must be a function with the parameters of the standard fetch.');
  const credentials = checkCredentials(options);
  const fixedHeaders = credentials && typeof credentials !== 'function' ? credentialHeaders(credentials) : {};
  const connectTimeout = milliseconds('connectTimeout', options.connectTimeout ?? 10);
  return {
    base,
    origins,
    secrets,
    credentials,
    fixedHeaders: registerSecrets(fixedHeaders, noted),
    headers: userHeaders(options.headers, noted),
    query,
    userAgent: checkUserAgent(options.userAgent ?? `remote-record/${version}`),
    timeout: requestMilliseconds('timeout', options.timeout ?? 30),
    idleTimeout: milliseconds('idleTimeout', options.idleTimeout ?? 60),
    maxRetries: count('maxRetries', options.maxRetries ?? 3, 0),
    idempotency: options.idempotency ?? false,
    bodyLimits: bodyLimits(options.limits ?? {}),
    retry: retrySettings(options.retry),
    limits: checkLimits(options.limits ?? {}),
    clock,
    fetch: options.fetch,
    connectTimeout,
    adapter: dependencies.adapter ?? checkTransport(options)?.createAdapter(clock, connectTimeout),
  };
}

function checkTransport({ fetch, transport }: ClientOptions): HttpTransport | undefined {
  if (transport === undefined) return undefined;
  if (fetch !== undefined) throw new ConfigurationError('Give fetch or transport, not both.');
  if (typeof transport?.createAdapter === 'function') return transport;
  throw new ConfigurationError('transport must be one that is made for connections, such as undiciTransport() of remote-record/undici.');
}

function checkUserAgent(userAgent: unknown): string {
  if (typeof userAgent !== 'string' || !userAgent.trim()) return refuseOption('userAgent', 'must be a text that is not blank');
  return checkHeaderText('userAgent', userAgent);
}

function checkUrl(name: string, url: unknown): URL {
  if (typeof url !== 'string' || !url.trim())
    throw new ConfigurationError(`${name} is missing or blank; give a URL such as https://api.example.com.`);
  try {
    return parseHttpUrl(name, url);
  } catch (error) {
    throw error instanceof ValidationError ? new ConfigurationError(error.message) : error;
  }
}

function checkCredentials({ apiKey, credentials }: ClientOptions): Credentials | undefined {
  if (apiKey === undefined) return credentials;
  if (credentials !== undefined) throw new ConfigurationError('Give apiKey or credentials, not both.');
  if (typeof apiKey !== 'string' || !apiKey.trim()) throw new ConfigurationError('apiKey is blank.');
  return { bearer: apiKey };
}
