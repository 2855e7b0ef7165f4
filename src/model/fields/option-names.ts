import { ConfigurationError } from '../errors/index.js';
import { namesOf, unknownNames } from '../support/names.js';
import type { EntityOptions, SearchOptions } from './entity-options.js';
import type { FieldOptions } from './field.js';

export const entityOptionNames = namesOf<EntityOptions>({
  path: true,
  id: true,
  update: true,
  create: true,
  delete: true,
  unknown: true,
  search: true,
  errors: true,
  maxDepth: true,
  concurrency: true,
  idempotency: true,
  schema: true,
  validate: true,
});

export const searchOptionNames = namesOf<SearchOptions>({
  style: true,
  totalHeader: true,
  cursorParam: true,
  cursorKey: true,
  hasMoreKey: true,
  nextKey: true,
  previousKey: true,
  previousParam: true,
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
  idsParam: true,
  idsPerRequest: true,
  wholeLists: true,
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
  version: true,
  schema: true,
  secret: true,
});

/** Refuses options of a decorator that nobody reads. @throws ConfigurationError that names each of them and the nearest known one. */
export function checkDeclaration(decorator: string, options: object, known: readonly string[]): void {
  const problems = unknownNames(options, known).map(({ field, message }) => `${field} ${message}`);
  if (problems.length > 0) throw new ConfigurationError(`${decorator}: ${problems.join('; ')}.`);
}

type Words<K extends 'update' | 'create' | 'delete' | 'unknown' | 'validate'> = Readonly<Record<NonNullable<EntityOptions[K]>, true>>;

const updates: Words<'update'> = { put: true, patch: true, 'merge-patch': true, 'json-patch': true, none: true };
const creates: Words<'create'> = { POST: true, PUT: true, none: true };
const deletes: Words<'delete'> = { DELETE: true, none: true };
const unknowns: Words<'unknown'> = { send: true, keep: true };
const validations: Words<'validate'> = { save: true, load: true, both: true };

/** The options of `@Entity` with its words as we spell them. @throws ConfigurationError for a word there is not. */
export function checkedWords(options: EntityOptions): EntityOptions {
  const { update, create, delete: removal, unknown, validate } = options;
  return {
    ...options,
    ...(update !== undefined && { update: wordOf('update', update, updates) }),
    ...(create !== undefined && { create: wordOf('create', create, creates) }),
    ...(removal !== undefined && { delete: wordOf('delete', removal, deletes) }),
    ...(unknown !== undefined && { unknown: wordOf('unknown', unknown, unknowns) }),
    ...(validate !== undefined && { validate: wordOf('validate', validate, validations) }),
  };
}

function wordOf<W extends string>(option: string, given: W, words: Readonly<Record<W, true>>): W {
  const known = Object.keys(words) as W[];
  const word = known.find((each) => each.toLowerCase() === String(given).toLowerCase());
  if (word !== undefined) return word;
  throw new ConfigurationError(`@Entity({ ${option} }) must be one of ${known.join(', ')} (got ${JSON.stringify(given)}).`);
}
