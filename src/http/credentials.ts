import { ConfigurationError, ResourceError } from '../model/errors/index.js';
import { refuseOption } from '../model/support/quantities.js';
import { checkHeaderValue, registerSecrets } from './headers.js';
import type { Redactor } from './redactor.js';

/** The argument of a credentials function. */
export interface CredentialsRequest {
  /** The URL of the request, without its query. */
  url: string;
  /** True after a 401 to the headers that the function returned before: it should get new ones. */
  refresh: boolean;
  /** The key that the caller gave for this request alone; the headers must carry it instead of the connection's own. */
  apiKey?: string | undefined;
}

/**
 * Returns the authentication headers of a request. It is called before every request, after the request was counted against
 * `limits.concurrency`. It must therefore not wait for another call of the same connection, which could be queued behind this one.
 */
export type CredentialsProvider = (request: CredentialsRequest) => Record<string, string> | Promise<Record<string, string>>;

/**
 * How the connection authenticates its requests: `Authorization: Bearer …` (RFC 6750 §2.1), a header of another name,
 * `Authorization: Token …`, or a function that returns the headers. They are sent to the connection's own origins only.
 */
export type Credentials =
  | {
      /** Sent as `Authorization: Bearer <bearer>`. */
      bearer: string;
    }
  | {
      /** The name of the header. */
      header: string;
      /** Its value. */
      value: string;
    }
  | {
      /** Sent as `Authorization: Token <token>`. */
      token: string;
    }
  | CredentialsProvider;

/** Provides the authentication headers of one connection. */
export class Authenticator {
  readonly #fixedHeaders: Readonly<Record<string, string>>;
  readonly #provider: CredentialsProvider | undefined;
  readonly #credentials: Exclude<Credentials, CredentialsProvider> | undefined;
  #refreshing: Promise<Record<string, string>> | undefined;

  /**
   * @param redactor Receives the fixed secrets.
   * @throws ConfigurationError for credentials of an unknown kind or without a secret.
   */
  constructor(credentials: Credentials | undefined, redactor: Redactor) {
    this.#provider = typeof credentials === 'function' ? credentials : undefined;
    this.#credentials = typeof credentials === 'function' ? undefined : credentials;
    this.#fixedHeaders = typeof credentials === 'function' || !credentials ? {} : registerSecrets(credentialHeaders(credentials), redactor);
  }

  /** Whether the headers may differ when they are requested again. */
  get refreshable(): boolean {
    return this.#provider !== undefined;
  }

  /**
   * The headers of one request, at once where they are fixed. Requests that get a 401 at the same time share one refresh. A request that starts during a refresh
   * waits for it and then gets headers for its own URL, which may differ.
   * @param redactor Receives the secrets that a credentials function returns.
   * @param apiKey A key to send instead of the connection's own, in the same header.
   * @throws ResourceError when the credentials function throws; ConfigurationError when it does not return headers.
   */
  headers(
    url: URL,
    refresh: boolean,
    redactor: Redactor,
    apiKey?: string,
  ): Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>> {
    return this.#provider || apiKey !== undefined ? this.#request(url, refresh, redactor, apiKey) : this.#fixedHeaders;
  }

  async #request(url: URL, refresh: boolean, redactor: Redactor, apiKey: string | undefined): Promise<Record<string, string>> {
    if (apiKey !== undefined) return registerSecrets(await this.#headersWith(apiKey, url, redactor), redactor);
    if (refresh && !this.#refreshing) {
      this.#refreshing = this.#callProvider(url, true, redactor).finally(() => {
        this.#refreshing = undefined;
      });
      return registerSecrets(await this.#refreshing, redactor);
    }
    await this.#refreshing;
    return registerSecrets(await this.#callProvider(url, false, redactor), redactor);
  }

  async #headersWith(apiKey: string, url: URL, redactor: Redactor): Promise<Record<string, string>> {
    if (!this.#provider) return credentialHeaders(withKey(this.#credentials, apiKey));
    const headers = await this.#callProvider(url, false, redactor, apiKey);
    if (Object.values(headers).some((value) => value.includes(apiKey))) return headers;
    throw new ConfigurationError(
      'A call was given an apiKey, but the credentials function of the connection did not use it. It is given it as `apiKey`.',
    );
  }

  async #callProvider(url: URL, refresh: boolean, redactor: Redactor, apiKey?: string): Promise<Record<string, string>> {
    let headers: unknown;
    try {
      headers = await this.#provider?.({ url: url.origin + url.pathname, refresh, ...(apiKey !== undefined && { apiKey }) });
    } catch (cause) {
      throw new ResourceError('The credentials function of the connection failed; see the cause.', { cause: redactor.error(cause) });
    }
    if (typeof headers !== 'object' || headers === null)
      throw new ConfigurationError('The credentials function of the connection must return an object of headers.');
    const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), checkHeaderValue(name, value)]);
    return Object.fromEntries(lower);
  }
}

/** A key that a caller gave for one call. @throws ValidationError for a blank one. */
export function callKey(apiKey: unknown, redactor: Redactor): string | undefined {
  if (apiKey === undefined) return undefined;
  if (typeof apiKey !== 'string' || apiKey.trim() === '') refuseOption('apiKey', 'must be a text that is not blank');
  redactor.add(apiKey);
  return apiKey;
}

/** The same credentials with another key; a bearer token where the connection has none. */
function withKey(
  credentials: Exclude<Credentials, CredentialsProvider> | undefined,
  key: string,
): Exclude<Credentials, CredentialsProvider> {
  if (credentials === undefined || 'bearer' in credentials) return { bearer: key };
  return 'token' in credentials ? { token: key } : { header: credentials.header, value: key };
}

function credentialHeaders(credentials: Exclude<Credentials, CredentialsProvider>): Record<string, string> {
  if ('bearer' in credentials) return { authorization: `Bearer ${checkSecret('bearer', credentials.bearer)}` };
  if ('token' in credentials) return { authorization: `Token ${checkSecret('token', credentials.token)}` };
  if ('header' in credentials && typeof credentials.header === 'string' && credentials.header.trim())
    return { [credentials.header.toLowerCase()]: checkSecret('value', credentials.value) };
  throw new ConfigurationError('credentials must be { bearer }, { token }, { header, value } or a function that returns headers.');
}

function checkSecret(name: string, value: unknown): string {
  if (typeof value !== 'string' || !value.trim()) throw new ConfigurationError(`The ${name} of the credentials is missing or blank.`);
  return checkHeaderValue(name, value);
}
