import { ResourceError, type Search } from '#front';
import { isObject } from '../../vendor.js';

/** The first result of a search, or null. */
export async function firstOf<T>(search: Search<T>): Promise<T | null> {
  return (await search).results[0] ?? null;
}

type Json = Record<string, unknown>;

/** A non-empty string in a response. @throws ResourceError if it is missing. */
export function textAt(response: unknown, key: string, attempt: string): string {
  const value = isObject(response) ? response[key] : undefined;
  if (typeof value === 'string' && value !== '') return value;
  throw missing(key, attempt);
}

/** An object in a response. @throws ResourceError if it is missing. */
export function objectAt(response: unknown, key: string, attempt: string): Json {
  const value = isObject(response) ? response[key] : undefined;
  if (isObject(value)) return value;
  throw missing(key, attempt);
}

function missing(key: string, attempt: string): ResourceError {
  return new ResourceError(`${attempt}: the platform's response has no "${key}".`);
}
