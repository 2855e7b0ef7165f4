import { ValidationError } from '../errors/index.js';
import { isObject } from '../state/json.js';
import type { PagePlace } from './page-source.js';

/** Where a search goes on. */
export interface ResumedSearch {
  params: Record<string, unknown>;
  place: PagePlace;
}

/** Reads the token of a place in a search, which may come from anywhere. @throws ValidationError for what is not a token of a search of the class. */
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
