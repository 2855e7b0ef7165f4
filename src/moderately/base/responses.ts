import { ResourceError, type Search } from '#front';
import { isObject } from '../../vendor.js';

/** The first record that a search finds, or null. */
export async function firstOf<T>(search: Search<T>): Promise<T | null> {
  return (await search).results[0] ?? null;
}

type Json = Record<string, unknown>;

/** A text that an answer must have. */
export function textAt(response: unknown, key: string, attempt: string): string {
  const value = isObject(response) ? response[key] : undefined;
  if (typeof value === 'string' && value !== '') return value;
  throw missing(key, attempt);
}

/** An object that an answer must have. */
export function objectAt(response: unknown, key: string, attempt: string): Json {
  const value = isObject(response) ? response[key] : undefined;
  if (isObject(value)) return value;
  throw missing(key, attempt);
}

function missing(key: string, attempt: string): ResourceError {
  return new ResourceError(`${attempt}: the platform's answer has no "${key}".`);
}
