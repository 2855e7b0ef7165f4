import { APIError } from './api.js';

/** The most characters of a response that a message quotes. */
const snippetLength = 200;

/**
 * The error for a response with a status of success that is not what was asked for, such as `null` or another record. A wait counts it as
 * transient, a few times in a row, since a proxy or a platform in maintenance responds like that.
 */
export function unexpectedResponse(message: string, status = 200): APIError {
  return new APIError(message, { status });
}

/** A response in a message: the beginning of its JSON. */
export function snippetOf(response: unknown): string {
  const text = JSON.stringify(response) ?? 'nothing';
  return text.length > snippetLength ? `${text.slice(0, snippetLength)}…` : text;
}
