import { ResourceError, ValidationError } from '../errors/index.js';
import { isObject } from '../state/json.js';
import { isSecretName } from '../support/secret-names.js';
import type { PagePlace } from './page-source.js';

/** Where a search goes on. */
export interface ResumedSearch {
  params: Record<string, unknown>;
  place: PagePlace;
}

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

/** Reads such a token, which may come from anywhere. @throws ValidationError for what is not a token of a search of the class. */
export function readSearchToken(name: string, token: unknown): ResumedSearch {
  const advice = `Pass the text that token() of a page of ${name} returned.`;
  let read: unknown;
  try {
    read = typeof token === 'string' ? JSON.parse(token) : undefined;
  } catch {
    // told below
  }
  if (!isObject(read) || read.v !== 1 || !isObject(read.params) || !Number.isSafeInteger(read.index) || (read.index as number) < 0)
    throw new ValidationError(`${name}.resumeSearch: this is not the token of a search. ${advice}`);
  if (read.class !== name)
    throw new ValidationError(`${name}.resumeSearch: the token is that of a search of ${String(read.class)}. ${advice}`);
  return { params: read.params, place: { position: read.position, index: read.index as number } };
}
