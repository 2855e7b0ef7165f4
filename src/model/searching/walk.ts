import { ResourceError } from '../errors/index.js';
import type { Page } from './page.js';

export interface WalkOptions {
  /** Stops after this many records. Default: all. */
  limit?: number;
  /** Fetches the next page while the current one is used. Default: true. */
  prefetch?: boolean;
  /** More pages than this end the walk with an error. Default: 10,000. */
  maxPages?: number;
  signal?: AbortSignal;
}

const defaultMaxPages = 10_000;

/** Walks from a page to the last one. The start is handed over in a box, which is emptied: a walk keeps two pages, not three. */
export async function* walk<T>(
  start: { page: Page<T> | null },
  options: WalkOptions,
  wantsNext: (page: Page<T>) => boolean,
): AsyncGenerator<Page<T>, void, void> {
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
      refuseRepetition(page, seen);
      // Held and not awaited yet, so a failure must not count as unhandled before it is asked for.
      const ahead: Promise<Page<T> | null> | undefined = prefetch && wantsNext(page) ? page.following(signal) : undefined;
      ahead?.catch(() => undefined);
      yield page;
      page = await (ahead ?? page.following(signal));
    }
  } finally {
    leaving.abort();
  }
}

export async function* walkRecords<T>(start: { page: Page<T> | null }, options: WalkOptions): AsyncGenerator<T, void, void> {
  let left = options.limit ?? Number.POSITIVE_INFINITY;
  if (left <= 0) return;
  for await (const page of walk(start, options, ({ length }) => left > length)) {
    for (const record of page) {
      yield record;
      if (--left <= 0) return;
    }
  }
}

function refuseRepetition<T>(page: Page<T>, seen: Set<string>): void {
  const { fingerprint } = page;
  if (fingerprint === undefined) return;
  if (seen.has(fingerprint)) {
    throw new ResourceError(
      `${page.subject}: the platform sent the same page again when page ${page.pageNumber} was asked for. ` +
        'Check the page parameter of the class (@Entity({ search: { pageParam, firstPage } })).',
    );
  }
  seen.add(fingerprint);
}
