import { ConfigurationError } from '../model/errors/index.js';
import { checkHeaderValue } from './headers.js';

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

/** Credentials whose headers are always the same. */
export type FixedCredentials = Exclude<Credentials, CredentialsProvider>;

/** The headers of credentials. @throws ConfigurationError for credentials of an unknown kind or without a secret. */
export function credentialHeaders(credentials: FixedCredentials): Record<string, string> {
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
