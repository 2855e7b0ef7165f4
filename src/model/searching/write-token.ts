import { ResourceError } from '../errors/index.js';
import { isSecretName } from '../support/secret-names.js';
import type { PagePlace } from './page-source.js';

/** Writes the token of a place in a search. @throws ResourceError for a position with what looks like a credential. */
export function writeSearchToken(name: string, { apiKey: _key, ...params }: Readonly<Record<string, unknown>>, place: PagePlace): string {
  const { position, index } = place;
  const secret = typeof position === 'string' && URL.canParse(position) ? secretIn(new URL(position)) : undefined;
  if (secret !== undefined)
    throw new ResourceError(`search of ${name}: the address of the next page has ${secret}; a token must not contain secrets.`);
  return JSON.stringify({ v: 1, class: name, params, position, index });
}

function secretIn({ searchParams, username, password }: URL): string | undefined {
  const name = [...searchParams.keys()].find(isSecretName);
  return name === undefined ? (username || password ? 'a user name or a password' : undefined) : `the parameter "${name}"`;
}
