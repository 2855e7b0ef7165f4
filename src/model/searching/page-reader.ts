import { ResourceError } from '../errors/index.js';
import type { SearchOptions } from '../fields/entity-options.js';
import { isObject } from '../state/json.js';
import { countOf, numberAt, valueAt } from './values.js';

/** What a page has, before its style says where the others are. */
export interface PageContent {
  items: readonly unknown[];
  /** Undefined when the platform does not say. */
  total: number | undefined;
}

/**
 * Reads the items of a response, and their total number.
 *
 * @param subject The search, for error messages.
 * @param itemsKey The key of the items, when it differs from the class's.
 * @throws ResourceError when the response has no list at the items key.
 */
export function readPage(
  subject: string,
  settings: Required<SearchOptions>,
  itemsKey: string,
  { body, headers }: { body: unknown; headers: Readonly<Record<string, string>> },
): PageContent {
  const { style, totalKey, totalHeader, pageParam, wholeLists } = settings;
  const items = Array.isArray(body) ? body : valueAt(body, itemsKey);
  if (!Array.isArray(items)) {
    throw new ResourceError(
      `${subject}: the response has no list at "${itemsKey}" (it has ${isObject(body) ? Object.keys(body).join(', ') || 'no keys' : typeof body}). ` +
        'Set the key with @Entity({ search: { itemsKey } }).',
    );
  }
  // A platform without page numbers sends all there is; lists that are whole are those that stand alone.
  const isWhole = style === 'page' && (pageParam === '' || (wholeLists && Array.isArray(body)));
  const stated = totalHeader === '' ? undefined : countOf(headers[totalHeader.toLowerCase()]);
  const total = stated ?? numberAt(body, totalKey);
  // A count that is lower than what the page itself has is not one.
  return { items, total: total !== undefined && total >= items.length ? total : isWhole ? items.length : undefined };
}
