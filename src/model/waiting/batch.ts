import type { BaseResource } from '../base-resource.js';
import { requireConnection } from '../binding.js';
import { searchSettings } from '../fields/effective-options.js';
import type { LookOptions, ManyFound, ManyLooks } from '../ports/waiter.js';
import { lookFor, type SearchStatics } from '../searching/mixin.js';
import type { WaitStatics } from './mixin.js';

type Searchable = SearchStatics & WaitStatics & typeof BaseResource;

/** Ids in one list request: as many as a short URL and every platform's page take. */
const largestBatch = 100;

const known = new WeakMap<object, ManyRecords>();

/**
 * Looks at many records of a class on one connection with one list request; undefined where the class has no search parameter for ids.
 */
export function manyLooksFor(record: BaseResource): ManyLooks | undefined {
  const { waitIdsParam } = record.constructor as Searchable;
  if (waitIdsParam === undefined) return undefined;
  // The record's connection, which need not be the one its class would use.
  const target = requireConnection(record, 'poll').bind(record.constructor as Searchable);
  if (typeof target.search !== 'function') return undefined;
  const looks = known.get(target) ?? new ManyRecords(target, waitIdsParam);
  known.set(target, looks);
  return looks;
}

class ManyRecords implements ManyLooks {
  largest: number;

  constructor(
    readonly target: Searchable,
    readonly idsParam: string,
  ) {
    this.largest = Math.min(largestBatch, searchSettings(target).maxPageSize);
  }

  async look(ids: readonly string[], options: LookOptions): Promise<ManyFound> {
    const { target, idsParam } = this;
    const params = { ...target.waitSearchParams, [idsParam]: ids, pageSize: ids.length };
    const { pageSize, ...answer } = await lookFor(target, params, { ...options, maxRetries: 0 });
    // Some platforms have shorter pages than they are asked for, and say so.
    if (pageSize > 0 && pageSize < ids.length) this.largest = Math.min(this.largest, pageSize);
    return answer;
  }
}
