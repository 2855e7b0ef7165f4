import type { Context } from 'hono';
import type { ExpressionBuilder, SelectQueryBuilder } from 'kysely';
import type { AppContext } from '../context.js';
import { untyped } from '../store/database.js';
import { sql } from '../store/kysely.js';
import { type RecordKind, toWire, type WireRecord } from '../store/records.js';
import type { Tables } from '../store/schema.js';
import { invalid } from './errors.js';
import { Query } from './query.js';

/** A list while it is being narrowed. */
export type ListQuery = SelectQueryBuilder<Untyped, string, object>;
/** What a condition with a query of its own is built from. */
export type ListExpressions = ExpressionBuilder<Untyped, string>;
type Untyped = Record<string, Record<string, unknown>>;

/** How one query parameter narrows a list. */
export type Filter = (query: ListQuery, parameters: Query, parameter: string) => ListQuery;

/** Values of a column, as a list. */
export const anyOf =
  (column: string, change: (value: string) => string = (value) => value): Filter =>
  (query, parameters, parameter) => {
    const values = parameters.list(parameter);
    return values ? within(query, column, values.map(change)) : query;
  };

/** One exact value of a column; one out of `values` where they are given. */
export const exactly =
  (column: string, values?: readonly string[]): Filter =>
  (query, parameters, parameter) => {
    const value = values ? parameters.oneOf(parameter, values) : parameters.text(parameter);
    return value === undefined ? query : query.where(column, '=', value);
  };

/** A whole number of at least 1 in a column. */
export const number =
  (column: string): Filter =>
  (query, parameters, parameter) => {
    const value = parameters.positive(parameter);
    return value === undefined ? query : query.where(column, '=', value);
  };

/** Whole numbers of at least 1 in a column, as a list. */
export const numbers =
  (column: string): Filter =>
  (query, parameters, parameter) => {
    const values = parameters.positives(parameter);
    return values ? within(query, column, values) : query;
  };

/** True or false in a column of 0 and 1. */
export const flag =
  (column: string): Filter =>
  (query, parameters, parameter) => {
    const value = parameters.boolean(parameter);
    return value === undefined ? query : query.where(column, '=', value ? 1 : 0);
  };

/** Times from, or up to, the one that is given. */
export const since =
  (column: string, operator: '>=' | '<='): Filter =>
  (query, parameters, parameter) => {
    const value = parameters.time(parameter);
    return value === undefined ? query : query.where(column, operator, value);
  };

/** Part of a text, whatever its case. `column` holds the text in lower case. */
export const contains =
  (column: string): Filter =>
  (query, parameters, parameter) => {
    const value = parameters.text(parameter)?.toLowerCase();
    if (value === undefined) return query;
    return query.where(sql<boolean>`${sql.ref(column)} like ${`%${value.replace(/[\\%_]/g, '\\$&')}%`} escape '\\'`);
  };

/** `column in values`, as an equality where there is one value, so that an index can also give the order. */
export function within(query: ListQuery, column: string, values: readonly (string | number)[]): ListQuery {
  // Not every database takes an empty list.
  if (values.length === 0) return query.where(sql<boolean>`1 = 0`);
  return values.length === 1 ? query.where(column, '=', values[0]) : query.where(column, 'in', values);
}

/** One list of Moderately's wire. */
export interface ListDescription {
  entity: RecordKind;
  /** What narrows it, by query parameter. Other parameters are ignored. */
  filters: Readonly<Record<string, Filter>>;
  /** The columns a client may order by. */
  orderBy: readonly string[];
  /** The order where the client asks for none. Default: `createdAt`, ascending. */
  order?: { by: string; direction: 'asc' | 'desc' };
  /** Default: 10 of at most 1,000. */
  pageSize?: { default: number; max: number };
  /** What the key may see of it. Default: the rows of its teams. */
  scope?: (query: ListQuery, c: Context<AppContext>) => ListQuery;
}

/** The page envelope of Moderately's wire. */
export interface PageBody<Item = WireRecord> {
  items: Item[];
  pagination: { page: number; pageSize: number; totalItems: number; totalPages: number; hasNextPage: boolean; hasPreviousPage: boolean };
}

/** Puts a page's items into the envelope. */
function pageBody<Item>(items: Item[], page: number, pageSize: number, totalItems: number): PageBody<Item> {
  const totalPages = Math.ceil(totalItems / pageSize);
  return { items, pagination: { page, pageSize, totalItems, totalPages, hasNextPage: page < totalPages, hasPreviousPage: page > 1 } };
}

const ownTeams = (query: ListQuery, c: Context<AppContext>): ListQuery => within(query, 'teamId', c.var.principal.teamIds);

/** A list narrowed by what the key may see and by the request's filters. */
function narrowed(c: Context<AppContext>, { entity, filters, scope = ownTeams }: ListDescription, parameters: Query): ListQuery {
  const query = scope(untyped(c.var.platform.store).selectFrom(entity.table as string) as ListQuery, c);
  return Object.entries(filters).reduce((narrow, [parameter, filter]) => filter(narrow, parameters, parameter), query);
}

function wireOf({ entity }: ListDescription, rows: unknown[]): WireRecord[] {
  return rows.map((row) => toWire(entity, row as Tables[keyof Tables]));
}

/** Answers a list request: filters, order and page from its query; 400 naming every parameter that is wrong. */
export async function list(c: Context<AppContext>, description: ListDescription): Promise<PageBody> {
  const {
    entity,
    orderBy: columns,
    order = { by: 'createdAt', direction: 'asc' },
    pageSize: limits = { default: 10, max: 1000 },
  } = description;
  const parameters = new Query(c.req.url);
  const page = parameters.positive('page', 1);
  const pageSize = parameters.positive('pageSize', limits.default, limits.max);
  const orderBy = (columns.length > 0 && parameters.oneOf('orderBy', columns)) || order.by;
  const direction = (columns.length > 0 && parameters.oneOf('orderDirection', ['asc', 'desc'])) || order.direction;
  const query = narrowed(c, description, parameters);
  if (parameters.problems.length > 0) throw invalid(parameters.problems);

  const { total } = await query.select((of) => of.fn.countAll<number | string>().as('total')).executeTakeFirstOrThrow();
  const offset = (page - 1) * pageSize;
  const ordered = query.selectAll(entity.table).orderBy(orderBy, direction).orderBy(entity.id, direction);
  const rows = offset >= Number(total) ? [] : await ordered.limit(pageSize).offset(offset).execute();
  return pageBody(wireOf(description, rows), page, pageSize, Number(total));
}

/** Answers a list request that has no pages: everything, oldest first. */
export async function listAll(c: Context<AppContext>, description: ListDescription): Promise<WireRecord[]> {
  const parameters = new Query(c.req.url);
  const query = narrowed(c, description, parameters);
  if (parameters.problems.length > 0) throw invalid(parameters.problems);
  return wireOf(description, await query.selectAll(description.entity.table).orderBy('createdAt').orderBy(description.entity.id).execute());
}
