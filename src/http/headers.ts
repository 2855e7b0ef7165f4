import { ConfigurationError } from '../model/errors/index.js';
import { checkHeaderName, checkHeaderText, checkIdempotencyKey, isHeaderValue } from '../model/support/header-text.js';
import { membersOf } from '../model/support/members.js';
import { isSecretName } from '../model/support/secret-names.js';

/** What secrets are noted in. */
export interface Secrets {
  add(secret: string | undefined): this;
}

/** Registers all values as secrets: the whole value, and the key that follows a scheme such as `Bearer`. */
export function registerSecrets(headers: Record<string, string>, secrets: Secrets): Record<string, string> {
  for (const value of Object.values(headers)) secrets.add(value).add(/^\w+ (.+)$/.exec(value)?.[1]);
  return headers;
}

/**
 * A user's headers with their names in lower case. The values of headers that usually hold secrets are registered as such.
 * @throws ValidationError for a name or a value that a header cannot hold, and for a blank idempotency key; ConfigurationError for a value
 * that is not a string.
 */
export function userHeaders(headers: Readonly<Record<string, string>> | undefined, secrets: Secrets): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(membersOf(headers) ?? {})) {
    if (value === undefined || value === null) continue;
    const lower = checkHeaderName('headers', name).toLowerCase();
    const option = `headers['${name}']`;
    const checked = lower === 'idempotency-key' ? checkIdempotencyKey(option, value) : checkHeaderText(option, checkString(name, value));
    result[lower] = checked;
    if (isSecretName(name)) registerSecrets({ [name]: checked }, secrets);
  }
  return result;
}

/** Checks the value of a header with credentials. @throws ConfigurationError, which does not contain the value. */
export function checkHeaderValue(name: string, value: unknown): string {
  const text = checkString(name, value);
  // A key read from a file often ends with a line break.
  if (!isHeaderValue(text))
    throw new ConfigurationError(`The value given for ${name} has a line break or another character that a header cannot carry.`);
  return text;
}

function checkString(name: string, value: unknown): string {
  if (typeof value !== 'string') throw new ConfigurationError(`The header ${name} must be a string, not ${typeof value}.`);
  return value;
}
