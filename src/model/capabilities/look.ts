import type { BaseResource } from '../base-resource.js';
import { requireConnection } from '../binding.js';
import type { ManyLooks } from '../waiter.js';
import { lookFor, type SearchStatics } from './search.js';

type Searchable = SearchStatics & typeof BaseResource;

/** Ids in one list request: as many as a short URL and every platform's page take. */
const largestBatch = 100;

const known = new WeakMap<object, ManyLooks>();

/**
 * Looks at many records of a class on one connection with one list request; undefined where the class has no search parameter for ids.
 */
export function manyLooksFor(record: BaseResource, idsParam: string | undefined): ManyLooks | undefined {
  if (idsParam === undefined) return undefined;
  // The record's connection, which need not be the one its class would use.
  const target = requireConnection(record, 'poll').bind(record.constructor as Searchable);
  if (typeof target.search !== 'function') return undefined;
  const looks = known.get(target) ?? { largest: largestBatch, look: looksOf(target, idsParam) };
  known.set(target, looks);
  return looks;
}

function looksOf(target: Searchable, idsParam: string): ManyLooks['look'] {
  return async (ids, options) => {
    const params = { [idsParam]: ids, pageSize: ids.length };
    return lookFor(target, params, { ...options, maxRetries: 0 });
  };
}
