import { ConfigurationError } from '../errors/index.js';
import { namesOf, unknownNames } from '../support/names.js';
import type { EntityOptions, SearchOptions } from './entity-options.js';
import type { FieldOptions } from './field.js';

export const entityOptionNames = namesOf<EntityOptions>({
  path: true,
  id: true,
  update: true,
  create: true,
  unknown: true,
  search: true,
  errors: true,
});

export const searchOptionNames = namesOf<SearchOptions>({
  method: true,
  path: true,
  itemsKey: true,
  totalKey: true,
  pageTotalKey: true,
  pageParam: true,
  sizeParam: true,
  firstPage: true,
  pageSize: true,
  maxPageSize: true,
});

export const fieldOptionNames = namesOf<FieldOptions>({
  readOnly: true,
  createOnly: true,
  required: true,
  check: true,
  nullable: true,
  name: true,
  type: true,
  equals: true,
  onClone: true,
});

/** Refuses options of a decorator that nobody reads. @throws ConfigurationError that names each of them and the nearest known one. */
export function checkDeclaration(decorator: string, options: object, known: readonly string[]): void {
  const problems = unknownNames(options, known).map(({ field, message }) => `${field} ${message}`);
  if (problems.length > 0) throw new ConfigurationError(`${decorator}: ${problems.join('; ')}.`);
}
