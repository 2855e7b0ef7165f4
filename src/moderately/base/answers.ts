import { ResourceError } from '../../model/errors/index.js';
import { isObject } from '../../model/state/json.js';

type Json = Record<string, unknown>;

/** A text that an answer must have. */
export function textAt(answer: unknown, key: string, attempt: string): string {
  const value = isObject(answer) ? answer[key] : undefined;
  if (typeof value === 'string' && value !== '') return value;
  throw missing(key, attempt);
}

/** An object that an answer must have. */
export function objectAt(answer: unknown, key: string, attempt: string): Json {
  const value = isObject(answer) ? answer[key] : undefined;
  if (isObject(value)) return value;
  throw missing(key, attempt);
}

function missing(key: string, attempt: string): ResourceError {
  return new ResourceError(`${attempt}: the platform's answer has no "${key}".`);
}
