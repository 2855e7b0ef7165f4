import type { SearchOptions } from '../fields/entity-options.js';
import type { QueryValue, TransportRequest } from '../ports/transport.js';
import { membersOf } from '../support/members.js';
import type { PageAddress } from './styles/style.js';

/** The parameters of the request for one page. */
interface PageQuery {
  /** The path of the class below the base URL. */
  root: string;
  address: PageAddress;
  filters: Readonly<Record<string, unknown>>;
  /** The caller's own query parameters. */
  query: Readonly<Record<string, QueryValue>> | undefined;
}

/**
 * The request for one page. Its place and the filters are query parameters of a GET, otherwise the JSON body. An address has all of them;
 * the body, if any, is sent again.
 */
export function pageRequest(
  { method, path }: Pick<Required<SearchOptions>, 'method' | 'path'>,
  { root, address, filters, query }: PageQuery,
): Pick<TransportRequest, 'method' | 'path' | 'query' | 'body'> {
  const isUrl = 'url' in address;
  const values = { ...(isUrl ? {} : address.params), ...withoutUndefined(filters) };
  const target: TransportRequest = { method, path: isUrl ? address.url : path === '' ? root : `${root}/${path}` };
  if (method !== 'GET') target.body = values;
  else if (!isUrl) target.query = { ...membersOf(query), ...(values as Record<string, QueryValue>) };
  return target;
}

function withoutUndefined(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
