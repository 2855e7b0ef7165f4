import { APIError, ConnectionError, RateLimitError, TimeoutError } from '../model/errors/index.js';
import { retryAfterOf } from '../model/support/retry-after.js';

/** What may be gone at the next poll: no answer, 408, 425, 429 and 500 and above. */
export function isTransient(error: unknown): error is Error {
  if (error instanceof APIError) return error.status === 408 || error.status === 425 || error.status === 429 || error.status >= 500;
  return error instanceof ConnectionError || error instanceof TimeoutError;
}

/** Seconds that the platform asked to wait when it refused. */
export function retryAfterOfError(error: Error, date: number): number | undefined {
  if (error instanceof RateLimitError && error.retryAfter !== undefined) return error.retryAfter;
  return error instanceof APIError ? retryAfterOf(error.headers, date) : undefined;
}
