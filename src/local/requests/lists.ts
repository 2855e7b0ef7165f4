import type { AppContext } from '../context.js';

import { type JsonRecord, type RecordKind, serialize } from '../store/record-kinds.js';
import type { Tables } from '../store/schema.js';
import { countRows, quoted, rowsOf } from '../store/statements.js';
import { invalid } from './errors.js';
import { Query } from './query.js';

/** The conditions of a list, to which filters are added. */
export class ListQuery {
  readonly #conditions: string[] = [];
  readonly parameters: unknown[] = [];

  /** The SQL of the conditions. */
  get text(): string {
    return this.#conditions.length === 0 ? 'true' : this.#conditions.join(' and ');
  }

  /** Adds a condition in SQL, with `?` for its parameters. */
  add(condition: string, ...parameters: readonly unknown[]): this {
    this.#conditions.push(condition);
    this.parameters.push(...parameters);
    return this;
  }

  /** The column compares with the value. */
  where(column: string, operator: '=' | '>=' | '<=', value: unknown): this {
    return this.add(`${quoted(column)} ${operator} ?`, value);
  }
}

/** Applies one query parameter to the query of a list. */
export type Filter = (query: ListQuery, parameters: Query, parameter: string) => ListQuery;

/** The column has one of the listed values; `change` normalises each of them. */
export const anyOf =
  (column: string, change: (value: string) => string = (value) => value): Filter =>
  (query, parameters, parameter) => {
    const values = parameters.list(parameter);
    return values ? within(query, column, values.map(change)) : query;
  };

/** The column has exactly this value, which must be one of `values` where they are given. */
export const exactly =
  (column: string, values?: readonly string[]): Filter =>
  (query, parameters, parameter) => {
    const value = values ? parameters.oneOf(parameter, values) : parameters.text(parameter);
    return value === undefined ? query : query.where(column, '=', value);
  };

/** The column has this whole number, at least 1. */
export const number =
  (column: string): Filter =>
  (query, parameters, parameter) => {
    const value = parameters.positive(parameter);
    return value === undefined ? query : query.where(column, '=', value);
  };

/** The column has one of the listed whole numbers, each at least 1. */
export const numbers =
  (column: string): Filter =>
  (query, parameters, parameter) => {
    const values = parameters.positives(parameter);
    return values ? within(query, column, values) : query;
  };

/** The column, which holds 0 or 1, is true or false. */
export const flag =
  (column: string): Filter =>
  (query, parameters, parameter) => {
    const value = parameters.boolean(parameter);
    return value === undefined ? query : query.where(column, '=', value ? 1 : 0);
  };

/** The column's time is at or after the given one, or at or before it. */
export const compareTime =
  (column: string, operator: '>=' | '<='): Filter =>
  (query, parameters, parameter) => {
    const value = parameters.time(parameter);
    return value === undefined ? query : query.where(column, operator, value);
  };

/** The column contains the text, ignoring case. `column` holds its text in lower case. */
export const contains =
  (column: string): Filter =>
  (query, parameters, parameter) => {
    const value = parameters.text(parameter)?.toLowerCase();
    if (value === undefined) return query;
    return query.add(`${quoted(column)} like ? escape '\\'`, `%${value.replace(/[\\%_]/g, '\\$&')}%`);
  };

/** `column in values`; a single value becomes an equality, so that one index serves both the filter and the order. */
export function within(query: ListQuery, column: string, values: readonly (string | number)[]): ListQuery {
  // Not every database accepts an empty list.
  if (values.length === 0) return query.add('false');
  if (values.length === 1) return query.where(column, '=', values[0]);
  return query.add(`${quoted(column)} in (${values.map(() => '?').join(', ')})`, ...values);
}

/** One list operation of Moderately's API. */
export interface ListDescription {
  kind: RecordKind;
  /** The filters, by query parameter. Other parameters are ignored. */
  filters: Readonly<Record<string, Filter>>;
  /** The columns a client may order by. */
  orderBy: readonly string[];
  /** The order when the client requests none. Default: `createdAt`, ascending. */
  order?: { by: string; direction: 'asc' | 'desc' };
  /** In records. Default: 10, at most 1,000. */
  pageSize?: { default: number; max: number };
  /** Restricts the list to what the key may access. Default: the rows of its teams. */
  scope?: (query: ListQuery, c: AppContext) => ListQuery;
}

/** A page as Moderately's API returns it. */
export interface PageBody<Item = JsonRecord> {
  items: Item[];
  pagination: { page: number; pageSize: number; totalItems: number; totalPages: number; hasNextPage: boolean; hasPreviousPage: boolean };
}

/** Wraps the items of a page with its pagination. */
function pageBody<Item>(items: Item[], page: number, pageSize: number, totalItems: number): PageBody<Item> {
  const totalPages = Math.ceil(totalItems / pageSize);
  return { items, pagination: { page, pageSize, totalItems, totalPages, hasNextPage: page < totalPages, hasPreviousPage: page > 1 } };
}

const ownTeams = (query: ListQuery, c: AppContext): ListQuery => within(query, 'teamId', c.get('principal').teamIds);

/** The query of a list, restricted to what the key may access, with the request's filters. */
function filteredQuery(c: AppContext, { filters, scope = ownTeams }: ListDescription, parameters: Query): ListQuery {
  const query = scope(new ListQuery(), c);
  return Object.entries(filters).reduce((filtered, [parameter, filter]) => filter(filtered, parameters, parameter), query);
}

function serializeRows({ kind }: ListDescription, rows: unknown[]): JsonRecord[] {
  return rows.map((row) => serialize(kind, row as Tables[keyof Tables]));
}

/**
 * The page that a list request asks for by its filters, order and page number.
 * @throws HttpError 400 naming every invalid parameter.
 */
export async function list(c: AppContext, description: ListDescription): Promise<PageBody> {
  const {
    kind,
    orderBy: columns,
    order: usual = { by: 'createdAt', direction: 'asc' },
    pageSize: limits = { default: 10, max: 1000 },
  } = description;
  const parameters = new Query(c.req.url);
  const page = parameters.positive('page', 1);
  const pageSize = parameters.positive('pageSize', limits.default, limits.max);
  const orderBy = (columns.length > 0 && parameters.oneOf('orderBy', columns)) || usual.by;
  const direction = (columns.length > 0 && parameters.oneOf('orderDirection', ['asc', 'desc'])) || usual.direction;
  const query = filteredQuery(c, description, parameters);
  if (parameters.problems.length > 0) throw invalid(parameters.problems);

  const { store } = c.get('platform');
  const offset = (page - 1) * pageSize;
  const order = `order by ${quoted(orderBy)} ${direction}, ${quoted(kind.id)} ${direction}`;
  const text = `select * from ${quoted(kind.table)} where ${query.text} ${order} limit ? offset ?`;
  // One more than the page has shows whether it is the last one, which says how many there are.
  const rows = await rowsOf(store, text, [...query.parameters, pageSize + 1, offset]);
  const isLast = rows.length <= pageSize && (rows.length > 0 || offset === 0);
  const total = isLast ? offset + rows.length : await countRows(store, kind.table, query.text, query.parameters);
  return pageBody(serializeRows(description, rows.slice(0, pageSize)), page, pageSize, total);
}

/**
 * All records that an unpaginated list request asks for, oldest first.
 * @throws HttpError 400 naming every invalid parameter.
 */
export async function listAll(c: AppContext, description: ListDescription): Promise<JsonRecord[]> {
  const parameters = new Query(c.req.url);
  const query = filteredQuery(c, description, parameters);
  if (parameters.problems.length > 0) throw invalid(parameters.problems);
  const { table, id } = description.kind;
  const text = `select * from ${quoted(table)} where ${query.text} order by "createdAt", ${quoted(id)}`;
  return serializeRows(description, await rowsOf(c.get('platform').store, text, query.parameters));
}
