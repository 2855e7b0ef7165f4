import { type FieldProblem, ValidationError } from '#front';

/** What a class can be searched by, in the platform's own names. */
export interface SearchDescription {
  filters: readonly string[];
  /** Empty where the platform has no ordering. */
  orderBy: readonly string[];
  /** Further names that are understood, for filters. */
  names?: Readonly<Record<string, string>>;
  /** Further names that are understood, for what to order by. */
  orderNames?: Readonly<Record<string, string>>;
  /** Further words that are understood, per filter. */
  words?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The filter that keeps a search within the connection's team. */
  team?: 'teamIds' | 'teamId';
  /** Advice for filters that the platform does not have. */
  unsupported?: Readonly<Record<string, string>>;
}

export type SortDirection = 'asc' | 'desc';

/** One id or word, or several; an explicitly empty list matches nothing. */
export type Several<T extends string | number = string> = T | readonly T[];

/** What all lists of the platform take. */
export interface ListParams<Order extends string = string> {
  /** From 1. */
  page?: number | undefined;
  /** Same as `page`. */
  pageNumber?: number | undefined;
  pageSize?: number | undefined;
  orderBy?: Order | undefined;
  orderDirection?: SortDirection | undefined;
}

/** A filter for teams. Default: the connection's own team; null for all teams the key may see. */
export interface TeamParams {
  teamIds?: Several | null | undefined;
}

type Params = Readonly<Record<string, unknown>>;

/** Names every search understands, for what the platform calls otherwise. */
const commonNames: Readonly<Record<string, string>> = {
  query: 'nameLike',
  sortBy: 'orderBy',
  sortOrder: 'orderDirection',
  pageNumber: 'page',
};

/** Parameters that are about the call, not about what is looked for. */
const callNames = ['page', 'pageSize', 'resourcePath', 'paginateItemsKey'];

const camelCase = (name: string): string => name.replace(/_([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase());

/** Parameters by the platform's own names: snake_case, the documented and the general names are understood. */
export function readNames(params: Params, { filters, names = {} }: SearchDescription, subject: string): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [given, value] of Object.entries(params)) {
    if (value === undefined) continue;
    const camel = camelCase(given);
    const name = filters.includes(camel) ? camel : (names[camel] ?? commonNames[camel] ?? camel);
    if (Object.hasOwn(result, name)) refuse(subject, [{ field: given, message: `says the same as another parameter (${name}); give one` }]);
    result[name] = value;
  }
  return result;
}

/**
 * The query of a list request, without its paging; null when a filter is explicitly empty, for then nothing can match.
 *
 * @throws ValidationError for a filter or an ordering that the platform does not have; it would ignore them and answer everything.
 */
export function buildQuery(
  params: Params,
  description: SearchDescription,
  teamId: () => string,
  subject: string,
): Record<string, unknown> | null {
  const { filters, words = {}, team } = description;
  const problems: FieldProblem[] = [];
  const query: Record<string, unknown> = {};
  let empty = false;
  for (const [name, value] of Object.entries(params)) {
    if (name === 'orderBy' || name === 'orderDirection') continue;
    if (!filters.includes(name)) problems.push({ field: name, message: unknownFilter(name, description) });
    else if (saysNothing(name, value, team)) problems.push({ field: name, message: 'must not have null or blank values' });
    else if (value !== null) {
      query[name] = filterValue(value, words[name]);
      empty ||= Array.isArray(value) ? value.length === 0 : isId(name) && isBlank(value);
    }
  }
  problems.push(...orderProblems(params, description, query));
  if (problems.length > 0) refuse(subject, problems);
  if (empty) return null;
  if (team && !Object.hasOwn(params, team)) query[team] = teamId();
  return query;
}

/**
 * The searches that a search by very many of the records' own ids is made in, for an address can only be so long; null when one request
 * carries it, or when the caller asks for a page or an order of his own, which only the platform can give. Other ids may each have any
 * number of records, which no single page holds.
 */
export function inBatches(params: Params, description: SearchDescription, filter: string, size: number): Params[] | null {
  const named = readNames(params, description, 'search');
  if (!Array.isArray(named[filter]) || named[filter].length <= size) return null;
  if (['page', 'orderBy', 'orderDirection'].some((name) => name in named)) return null;
  const ids = [...new Set<unknown>(named[filter])];
  return Array.from({ length: Math.ceil(ids.length / size) }, (_unused, at) => ({
    ...named,
    [filter]: ids.slice(at * size, (at + 1) * size),
    pageSize: size,
  }));
}

/** Whether the platform would take a filter for none and answer everything, as for the id of a record that was never saved. */
function saysNothing(name: string, value: unknown, team: string | undefined): boolean {
  if (value === null) return isId(name) && name !== team;
  return Array.isArray(value) && value.some(isBlank);
}

function isId(name: string): boolean {
  return /Ids?$/.test(name);
}

function isBlank(value: unknown): boolean {
  return String(value ?? '').trim() === '';
}

function filterValue(value: unknown, words: Readonly<Record<string, string>> = {}): unknown {
  if (Array.isArray(value)) return value.map((item) => filterValue(item, words));
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'string' && Object.hasOwn(words, value) ? words[value] : value;
}

function orderProblems(params: Params, { orderBy, orderNames = {} }: SearchDescription, query: Record<string, unknown>): FieldProblem[] {
  const problems: FieldProblem[] = [];
  for (const field of ['orderBy', 'orderDirection'] as const) {
    if (params[field] === undefined || params[field] === null) continue;
    const given = String(params[field]);
    const camel = field === 'orderBy' ? camelCase(given) : given.toLowerCase();
    const value = field === 'orderBy' && !orderBy.includes(camel) ? (orderNames[camel] ?? camel) : camel;
    const allowed = field === 'orderBy' || orderBy.length === 0 ? orderBy : ['asc', 'desc'];
    if (allowed.includes(value)) query[field] = value;
    else {
      const message = allowed.length === 0 ? 'is not supported: this list has no ordering' : `must be one of ${allowed.join(', ')}`;
      problems.push({ field, message: `${message} (got ${given})` });
    }
  }
  return problems;
}

function unknownFilter(name: string, { filters, unsupported = {} }: SearchDescription): string {
  return unsupported[name] ?? `is no filter of this list; it has ${[...filters, ...callNames].join(', ')}`;
}

function refuse(subject: string, details: FieldProblem[]): never {
  throw new ValidationError(`${subject}: ${details.map(({ field, message }) => `${field} ${message}`).join('; ')}.`, { details });
}
