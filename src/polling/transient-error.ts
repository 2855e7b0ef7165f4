import { APIError, ConnectionError, RateLimitError, TimeoutError } from '../model/errors/index.js';
import { retryAfterOf } from '../model/support/retry-after.js';

/** Whether a poll that failed with this error is repeated: no response, 408, 425, 429, and 500 and above. */
export function isTransient(error: unknown): error is Error {
  if (error instanceof APIError) return error.status === 408 || error.status === 425 || error.status === 429 || error.status >= 500;
  return error instanceof ConnectionError || error instanceof TimeoutError;
}

/**
 * Whether a poll got a response with a status of success that is not what was asked for, such as a maintenance page, cut JSON or `null`.
 */
export function isUnexpectedResponse(error: unknown): error is APIError {
  return error instanceof APIError && error.status >= 200 && error.status < 300;
}

/** The `Retry-After` of an error response, in seconds. @param date Milliseconds since 1970, for a header with a date. */
export function retryAfterOfError(error: Error, date: number): number | undefined {
  if (error instanceof RateLimitError && error.retryAfter !== undefined) return error.retryAfter;
  return error instanceof APIError ? retryAfterOf(error.headers, date) : undefined;
}
