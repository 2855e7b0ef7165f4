import type { BaseResource } from '../base-resource.js';
import type { SearchCallOptions } from '../relations/types.js';
import type { RecordClass } from '../state/slot.js';
import { part } from '../support/part.js';
import type { Page } from './page.js';
import { Search } from './search.js';
import type { SearchableClass } from './searchable.js';

const batching = part(() => import('./batched-pages.js'));

/**
 * One search split into several requests, for example when there are more ids than one request can carry. Each request gives one page.
 *
 * @param batches The search parameters of each request.
 */
export function searchInBatches<R extends BaseResource>(
  target: RecordClass<R>,
  batches: readonly Readonly<Record<string, unknown>>[],
  options: SearchCallOptions = {},
): Search<R> {
  return new Search(async () => {
    const { BatchedPages, firstPage } = await batching();
    const source = new BatchedPages(target as unknown as SearchableClass, batches, options);
    return firstPage(source) as Promise<Page<R>>;
  });
}
