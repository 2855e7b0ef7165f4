import { ValidationError } from '#front';

/** For operations that the platform's documentation names but its API does not have: fails here, and says what to do instead. */
export function unsupported(operation: string, instead: string): Promise<never> {
  return Promise.reject(new ValidationError(`${operation}: the platform has no such operation. ${instead}`));
}
