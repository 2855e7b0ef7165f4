import { ValidationError } from '../../model/errors/index.js';
import type { QueryValue } from '../../model/ports/transport.js';
import { membersOf } from '../../model/support/members.js';

/** Query parameters. See `addQuery` for the values. */
export type Query = Readonly<Record<string, QueryValue>>;

/**
 * Parses an http or https URL without credentials in it.
 * @throws ValidationError, which does not contain the URL, since it may contain a password.
 */
export function parseHttpUrl(name: string, address: string): URL {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    throw new ValidationError(`${name} is not a URL; give one such as https://api.example.com.`);
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw new ValidationError(`${name} begins with ${url.protocol}; it must be an http or https URL.`);
  if (url.username || url.password)
    throw new ValidationError(`${name} has a user name or password in it; pass them as credentials or headers instead.`);
  return url;
}

/** Sets query parameters and replaces those of the same name. Arrays are joined with commas, null is sent empty, undefined is skipped. */
export function addQuery(url: URL, query: Query | undefined): void {
  if (query === undefined) return;
  for (const [name, value] of Object.entries(membersOf(query) ?? {})) {
    if (value === undefined) continue;
    url.searchParams.set(name, value === null ? '' : String(value));
  }
}
