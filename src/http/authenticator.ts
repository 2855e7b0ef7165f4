import { ConfigurationError, ResourceError } from '../model/errors/index.js';
import { refuseOption } from '../model/support/quantities.js';
import { type Credentials, type CredentialsProvider, credentialHeaders, type FixedCredentials } from './credentials.js';
import { checkHeaderValue, registerSecrets } from './headers.js';
import type { Redactor } from './redactor.js';

/** Provides the authentication headers of one connection. */
export class Authenticator {
  readonly #fixedHeaders: Readonly<Record<string, string>>;
  readonly #provider: CredentialsProvider | undefined;
  readonly #credentials: FixedCredentials | undefined;
  #refreshing: Promise<Record<string, string>> | undefined;

  /** @param fixedHeaders Those of credentials that are not a function. */
  constructor(credentials: Credentials | undefined, fixedHeaders: Readonly<Record<string, string>>) {
    this.#provider = typeof credentials === 'function' ? credentials : undefined;
    this.#credentials = typeof credentials === 'function' ? undefined : credentials;
    this.#fixedHeaders = fixedHeaders;
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
function withKey(credentials: FixedCredentials | undefined, key: string): FixedCredentials {
  if (credentials === undefined || 'bearer' in credentials) return { bearer: key };
  return 'token' in credentials ? { token: key } : { header: credentials.header, value: key };
}
