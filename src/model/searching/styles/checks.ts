import { ValidationError } from '../../errors/index.js';
import { inJson } from '../../state/describe.js';

/** A number to begin a search with. @throws ValidationError that names the parameter. */
export function startNumber(subject: string, name: string, given: unknown, least: number): number {
  if (Number.isInteger(given) && (given as number) >= least) return given as number;
  const message = `must be a whole number from ${least} (got ${inJson(given)})`;
  throw new ValidationError(`${subject}: ${name} ${message}.`, { details: [{ field: name, message }] });
}

/** @throws ValidationError, because the API does not number its pages. @param advice How to begin elsewhere. */
export function refusePageNumber(subject: string, given: unknown, advice: string): never {
  const message = `cannot be used: the platform does not number its pages (got ${inJson(given)})`;
  throw new ValidationError(`${subject}: pageNumber ${message}. ${advice}`, { details: [{ field: 'pageNumber', message }] });
}
