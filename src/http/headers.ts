import { ConfigurationError } from '../model/errors/index.js';
import { isSecretName } from '../model/support/secret-names.js';
import type { Redactor } from './redactor.js';

/** Registers all values as secrets: the whole value, and the key that follows a scheme such as `Bearer`. */
export function registerSecrets(headers: Record<string, string>, redactor: Redactor): Record<string, string> {
  for (const value of Object.values(headers)) redactor.add(value).add(/^\w+ (.+)$/.exec(value)?.[1]);
  return headers;
}

/**
 * A user's headers with their names in lower case. The values of headers that usually hold secrets are registered as such.
 * @throws ConfigurationError for a value that a header cannot hold.
 */
export function userHeaders(headers: Readonly<Record<string, string>> | undefined, redactor: Redactor): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (value === undefined || value === null) continue;
    const checked = checkHeaderValue(name, value);
    result[name.toLowerCase()] = checked;
    if (isSecretName(name)) registerSecrets({ [name]: checked }, redactor);
  }
  return result;
}

/** @throws ConfigurationError, which does not contain the value. */
export function checkHeaderValue(name: string, value: unknown): string {
  if (typeof value !== 'string') throw new ConfigurationError(`The header ${name} must be a string, not ${typeof value}.`);
  // RFC 9110 §5.5 permits visible characters, spaces and tabs. A key read from a file often ends with a line break.
  if (!/^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(value))
    throw new ConfigurationError(`The value given for ${name} has a line break or another character that a header cannot carry.`);
  return value;
}
