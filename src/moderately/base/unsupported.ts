import { ValidationError } from '#front';

/** Rejects an operation that the platform's documentation mentions but its API does not have. `instead` says what to do. */
export function unsupported(operation: string, instead: string): Promise<never> {
  return Promise.reject(new ValidationError(`${operation}: the platform does not support this. ${instead}`));
}
