import type { SearchOptions } from '../fields/entity-options.js';
import type { QueryValue, TransportRequest } from '../ports/transport.js';
import { membersOf } from '../support/members.js';

/** The parameters of the request for one page. */
interface PageQuery {
  /** The path of the class below the base URL. */
  root: string;
  pageNumber: number;
  pageSize: number;
  filters: Readonly<Record<string, unknown>>;
  /** The caller's own query parameters. */
  query: Readonly<Record<string, QueryValue>> | undefined;
}

/** The request for one page. Page number, page size and filters are query parameters of a GET, otherwise the JSON body. */
export function pageRequest(
  { pageParam, sizeParam, method, path }: Required<SearchOptions>,
  { root, pageNumber, pageSize, filters, query }: PageQuery,
): Pick<TransportRequest, 'method' | 'path' | 'query' | 'body'> {
  const paging = pageParam === '' ? {} : { [pageParam]: pageNumber, [sizeParam]: pageSize };
  const values = { ...paging, ...withoutUndefined(filters) };
  const target = { method, path: path === '' ? root : `${root}/${path}` };
  if (method === 'GET') return { ...target, query: { ...membersOf(query), ...(values as Record<string, QueryValue>) } };
  return { ...target, body: values };
}

function withoutUndefined(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
