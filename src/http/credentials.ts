import { ConfigurationError, ResourceError } from '../model/errors/index.js';
import { isSecretName } from '../model/support/secret-names.js';
import type { Redactor } from './redactor.js';

/** What a credentials function is told. */
export interface CredentialsRequest {
  /** The address that is about to be called, without its query. */
  url: string;
  /** True after the platform refused the headers that the function gave before (401): time to get fresh ones. */
  refresh: boolean;
}

/**
 * Gives the headers that prove who is calling. It is asked before every request, which has its place among those in flight
 * already: it must not make a call of the same connection and wait for it.
 */
export type CredentialsProvider = (request: CredentialsRequest) => Record<string, string> | Promise<Record<string, string>>;

/**
 * How the connection proves who is calling: `Authorization: Bearer …`, a header of its own, `Authorization: Token …`, or a
 * function that gives the headers.
 */
export type Credentials = { bearer: string } | { header: string; value: string } | { token: string } | CredentialsProvider;

/** The headers of one connection's credentials. */
export class Authenticator {
  readonly #fixed: Readonly<Record<string, string>>;
  readonly #provider: CredentialsProvider | undefined;
  #refreshing: Promise<Record<string, string>> | undefined;

  /** @param redactor hears of fixed secrets. */
  constructor(credentials: Credentials | undefined, redactor: Redactor) {
    this.#provider = typeof credentials === 'function' ? credentials : undefined;
    this.#fixed = typeof credentials === 'function' || !credentials ? {} : registerSecrets(credentialHeaders(credentials), redactor);
  }

  /** Whether asking again may give other headers. */
  get refreshable(): boolean {
    return this.#provider !== undefined;
  }

  /**
   * The headers for one request. Requests that were refused at the same time share one refresh; whoever did not ask for it waits for
   * it and then asks for its own address, for which the headers may be others.
   * @param redactor hears of the secrets that a credentials function gives.
   */
  async headers(url: URL, refresh: boolean, redactor: Redactor): Promise<Readonly<Record<string, string>>> {
    if (!this.#provider) return this.#fixed;
    if (refresh && !this.#refreshing) {
      this.#refreshing = this.#ask(url, true, redactor).finally(() => {
        this.#refreshing = undefined;
      });
      return registerSecrets(await this.#refreshing, redactor);
    }
    await this.#refreshing;
    return registerSecrets(await this.#ask(url, false, redactor), redactor);
  }

  async #ask(url: URL, refresh: boolean, redactor: Redactor): Promise<Record<string, string>> {
    let headers: unknown;
    try {
      headers = await this.#provider?.({ url: url.origin + url.pathname, refresh });
    } catch (cause) {
      throw new ResourceError('The credentials function of the connection failed; see the cause.', { cause: redactor.error(cause) });
    }
    if (typeof headers !== 'object' || headers === null)
      throw new ConfigurationError('The credentials function of the connection must return an object of headers.');
    const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), checkHeaderValue(name, value)]);
    return Object.fromEntries(lower);
  }
}

/** Makes secrets of all values: the whole header, and the key behind a word such as Bearer. */
function registerSecrets(headers: Record<string, string>, redactor: Redactor): Record<string, string> {
  for (const value of Object.values(headers)) redactor.add(value).add(/^\w+ (.+)$/.exec(value)?.[1]);
  return headers;
}

/** Headers that a user set, names in lower case; values under a telling name become secrets. */
export function headersFrom(headers: Readonly<Record<string, string>> | undefined, redactor: Redactor): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (value === undefined || value === null) continue;
    const checkedValue = checkHeaderValue(name, value);
    result[name.toLowerCase()] = checkedValue;
    if (isSecretName(name)) registerSecrets({ [name]: checkedValue }, redactor);
  }
  return result;
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

/** @throws ConfigurationError that does not repeat the value. */
function checkHeaderValue(name: string, value: unknown): string {
  if (typeof value !== 'string') throw new ConfigurationError(`The header ${name} must be a text, not ${typeof value}.`);
  // RFC 9110 §5.5: visible characters, spaces and tabs; a key read from a file often has a line break at its end.
  if (!/^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(value))
    throw new ConfigurationError(`The value given for ${name} has a line break or another character that a header cannot carry.`);
  return value;
}
