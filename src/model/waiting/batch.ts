import type { BaseResource } from '../base-resource.js';
import { requireConnection } from '../binding.js';
import { ValidationError } from '../errors/index.js';
import { searchSettings } from '../fields/effective-options.js';
import type { OwnCallOptions } from '../ports/transport.js';
import type { BatchResponse, BatchSource, PollOptions } from '../ports/waiter.js';
import type { PageData } from '../searching/page-source.js';
import { RecordPages } from '../searching/record-pages.js';
import type { SearchableClass } from '../searching/searchable.js';
import { asText } from '../state/describe.js';
import { isObject } from '../state/json.js';
import type { WaitStatics } from './waitable.js';

type Searchable = SearchableClass & WaitStatics;

/** The largest number of ids in one list request: it keeps the URL short and fits every platform's page size. */
const maxBatchSize = 100;

const known = new WeakMap<object, RecordBatches>();

/**
 * The source that polls many records of a class on one connection with one list request; undefined when the class has no search parameter
 * for ids.
 */
export function batchSourceOf(record: BaseResource): BatchSource | undefined {
  const { waitIdsParam } = record.constructor as Searchable;
  if (waitIdsParam === undefined) return undefined;
  // The class bound to the record's connection, which may differ from the connection of the record's class.
  const target = requireConnection(record, 'poll').bind(record.constructor as Searchable);
  if (typeof target.search !== 'function') return undefined;
  const source = known.get(target) ?? new RecordBatches(target, waitIdsParam);
  known.set(target, source);
  return source;
}

class RecordBatches implements BatchSource {
  maxSize: number;

  constructor(
    readonly target: Searchable,
    readonly idsParam: string,
  ) {
    this.maxSize = Math.min(maxBatchSize, searchSettings(target).maxPageSize);
  }

  async poll(ids: readonly string[], options: PollOptions): Promise<BatchResponse> {
    const { target, idsParam } = this;
    const params = { ...target.waitSearchParams, [idsParam]: ids, pageSize: ids.length };
    const { pageSize, ...response } = await searchForPoll(target, params, { ...options, maxRetries: 0, timeoutCoversQueue: false });
    // Some platforms send shorter pages than requested, and report their size.
    if (pageSize > 0 && pageSize < ids.length) this.maxSize = Math.min(this.maxSize, pageSize);
    return response;
  }
}

/**
 * Fetches the first page of a search by id, without making records from it. Items that are not JSON objects are skipped; what is found of one
 * that is not valid is its ValidationError, where the class is validated when it is loaded.
 */
async function searchForPoll(
  target: SearchableClass,
  params: Readonly<Record<string, unknown>>,
  options: OwnCallOptions,
): Promise<BatchResponse & Pick<PageData, 'pageSize'>> {
  const source = new RecordPages(target, target.readSearchParams(params), options);
  const { items, pageSize, retryAfter, checked } = await source.fetch(source.start);
  const read = (json: Record<string, unknown>): unknown => {
    const made = checked?.get(json);
    return made instanceof ValidationError ? made : target.readResponse(json);
  };
  const found = new Map<string, unknown>();
  for (const json of items) if (isObject(json)) found.set(asText(source.idOf(json)), read(json));
  return { pageSize, found, retryAfter };
}
