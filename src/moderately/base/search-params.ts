import { type FieldProblem, ValidationError } from '#front';
import { nearestName } from '../../vendor.js';

/** The search parameters that the platform has for a class, by the platform's own names. */
export interface SearchDescription {
  /** The names of the filters. */
  filters: readonly string[];
  /** The properties to sort by. Empty if the platform cannot sort. */
  orderBy: readonly string[];
  /** The order that the vendor's client asks for when its caller does not; the platform's own is another. */
  defaultOrder?: {
    /** The field that lists are sorted by. */
    orderBy: string;
    /** The direction. */
    orderDirection: SortDirection;
  };
  /** Aliases of filters. */
  names?: Readonly<Record<string, string>>;
  /** Aliases of the properties to sort by. */
  orderNames?: Readonly<Record<string, string>>;
  /** Aliases of values, by filter. */
  words?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The filter that limits a search to the connection's team. */
  team?: 'teamIds' | 'teamId';
  /** Error messages for filters that the platform does not have. */
  unsupported?: Readonly<Record<string, string>>;
}

export type SortDirection = 'asc' | 'desc';

/** The default order of most lists of the vendor's client. */
export const newestFirst = { orderBy: 'createdAt', orderDirection: 'desc' } as const;

/** One value or several. An empty list matches nothing. */
export type Several<T extends string | number = string> = T | readonly T[];

/** The parameters of every list. */
export interface ListParams<Order extends string = string> {
  /** The first page is 1. */
  page?: number | undefined;
  /** Same as `page`. */
  pageNumber?: number | undefined;
  /** How many records a page has. Default: 10. */
  pageSize?: number | undefined;
  /** Default: that of the vendor's client, newest first for datasets, files, users, teams and agents, else that of the platform. */
  orderBy?: Order | undefined;
  /** The direction of the order. */
  orderDirection?: SortDirection | undefined;
}

/** Filters by team. Default: the connection's own team; null for all teams that the key can see. */
export interface TeamParams {
  /** Records of these teams. Default: those of the connection's team; null for all that the key can see. */
  teamIds?: Several | null | undefined;
}

type Params = Readonly<Record<string, unknown>>;

/** Aliases that every search accepts. */
const commonNames: Readonly<Record<string, string>> = {
  query: 'nameLike',
  sortBy: 'orderBy',
  sortOrder: 'orderDirection',
  pageNumber: 'page',
};

/** Parameters that are not filters. */
const callNames = ['page', 'pageSize', 'resourcePath', 'paginateItemsKey', 'apiKey'];

const camelCase = (name: string): string => name.replace(/_([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase());

/** Renames parameters to the platform's own names. They may be in snake_case, and may be aliases. */
export function readNames(params: Params, { filters, names = {} }: SearchDescription, subject: string): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [given, value] of Object.entries(params)) {
    if (value === undefined) continue;
    const camel = camelCase(given);
    const name = filters.includes(camel) ? camel : (names[camel] ?? commonNames[camel] ?? camel);
    if (Object.hasOwn(result, name))
      refuse(subject, [{ field: given, message: `means the same as another parameter (${name}); give only one of them` }]);
    result[name] = value;
  }
  return result;
}

/**
 * The query of a list request, without the page. Null if a filter is an empty list, because nothing can match then.
 *
 * @throws ValidationError for a filter or a sort order that the platform does not have. The platform ignores such a filter and returns
 *   everything.
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
    else if (wouldBeIgnored(name, value, team)) problems.push({ field: name, message: 'must not have null or blank values' });
    else if (value !== null) {
      query[name] = filterValue(value, words[name]);
      empty ||= Array.isArray(value) ? value.length === 0 : isId(name) && isBlank(value);
    }
  }
  problems.push(...orderProblems(params, description, query));
  const { defaultOrder } = description;
  if (defaultOrder && (params.orderBy ?? null) === null) Object.assign(query, { ...defaultOrder, ...query });
  if (problems.length > 0) refuse(subject, problems);
  if (empty) return null;
  if (team && !Object.hasOwn(params, team)) query[team] = teamId();
  return query;
}

/**
 * Splits a search for many of the records' own ids into several, because the length of a URL is limited. Null if one request is enough, or
 * if the caller gives a page or a sort order, which several responses cannot provide. Filters by other ids are not split: each of these ids
 * may match more records than a page holds.
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

/** Whether the platform would ignore a filter because of its value, such as the null id of an unsaved record, and return everything. */
function wouldBeIgnored(name: string, value: unknown, team: string | undefined): boolean {
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
      const message = allowed.length === 0 ? 'is not supported: this list cannot be sorted' : `must be one of ${allowed.join(', ')}`;
      problems.push({ field, message: `${message} (got ${given})` });
    }
  }
  return problems;
}

function unknownFilter(name: string, { filters, unsupported = {} }: SearchDescription): string {
  const known = [...filters, ...callNames, 'orderBy', 'orderDirection'];
  const nearest = nearestName(name, known);
  const hint = nearest === undefined ? '' : ` (did you mean ${nearest}?)`;
  return unsupported[name] ?? `is not a filter of this list${hint}; its parameters are ${known.join(', ')}`;
}

function refuse(subject: string, details: FieldProblem[]): never {
  throw new ValidationError(`${subject}: ${details.map(({ field, message }) => `${field} ${message}`).join('; ')}.`, { details });
}
