import { ResourceError } from '../errors/index.js';
import { otherOptions } from '../support/known-options.js';
import { checkOptionNames } from '../support/names.js';

/** Options of a walk over the pages of a search. */
export interface WalkOptions {
  /** The number of records after which to stop. Default: all. */
  limit?: number;
  /** Whether to fetch the next page while the current one is used. Default: true. */
  prefetch?: boolean;
  /** The largest number of pages; more end the walk with a ResourceError. Default: 10,000. */
  maxPages?: number;
  /** Aborts the requests of the walk. */
  signal?: AbortSignal;
}

/** What a walk needs of a page. */
export interface WalkedPage<T, P> extends Iterable<T> {
  readonly length: number;
  readonly pageNumber: number;
  /** The search, for error messages. */
  readonly subject: string;
  /** Identifies this page among the pages of its search; undefined when an item has no id. */
  readonly fingerprint: string | undefined;
  /** Whether the platform says how many pages there are. */
  readonly isCounted: boolean;
  /** Requests the next page. */
  ahead(signal: AbortSignal): Next<P>;
}

/** Waits for a page that was requested; null after the last. */
export type Next<P> = () => Promise<P | null>;

const defaultMaxPages = 10_000;

/**
 * Walks from a page to the last one. The start is passed in an object, which is cleared: a walk keeps two pages in memory, not three.
 *
 * @throws ResourceError for a repeated page or more than `maxPages` pages.
 */
export async function* walk<T, P extends WalkedPage<T, P>>(
  start: { page: P | null },
  options: WalkOptions,
  wantsNext: (page: P) => boolean,
): AsyncGenerator<P, void, void> {
  checkOptionNames('walk of a search', options, otherOptions.walk);
  const { prefetch = true, maxPages = defaultMaxPages } = options;
  const leaving = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, leaving.signal]) : leaving.signal;
  const seen = new Set<string>();
  let { page } = start;
  start.page = null;
  try {
    for (let count = 1; page !== null; count++) {
      if (count > maxPages) {
        throw new ResourceError(`${page.subject}: there are more than ${maxPages} pages. Narrow the search, or raise maxPages.`);
      }
      if (repeats(page, seen)) return;
      const next: Next<P> | undefined = prefetch && wantsNext(page) ? page.ahead(signal) : undefined;
      yield page;
      page = await (next ?? page.ahead(signal))();
    }
  } finally {
    leaving.abort();
  }
}

/** Walks the records from a page to the last one. @throws as `walk` does. */
export async function* walkRecords<T, P extends WalkedPage<T, P>>(
  start: { page: P | null },
  options: WalkOptions,
): AsyncGenerator<T, void, void> {
  let left = options.limit ?? Number.POSITIVE_INFINITY;
  if (left <= 0) return;
  for await (const page of walk<T, P>(start, options, ({ length }) => left > length)) {
    for (const record of page) {
      yield record;
      if (--left <= 0) return;
    }
  }
}

/**
 * Whether a page was there before. Where the platform does not say how many pages there are, that is the end of them.
 *
 * @throws ResourceError where it does say so.
 */
function repeats<T, P>(page: WalkedPage<T, P>, seen: Set<string>): boolean {
  const { fingerprint } = page;
  if (fingerprint === undefined) return false;
  if (!seen.has(fingerprint)) {
    seen.add(fingerprint);
    return false;
  }
  if (!page.isCounted) return true;
  throw new ResourceError(
    `${page.subject}: the platform sent the same page again when page ${page.pageNumber} was requested. If the loop saves records, they ` +
      'may have changed their places: collect them first (toArray()), or search in an order that the saves do not change. If it does not, ' +
      'check the page parameter of the class (@Entity({ search: { pageParam, firstPage } })).',
  );
}
