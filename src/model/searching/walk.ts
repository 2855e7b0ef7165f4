import { ResourceError } from '../errors/index.js';

export interface WalkOptions {
  /** Stops after this many records. Default: all. */
  limit?: number;
  /** Fetches the next page while the current one is used. Default: true. */
  prefetch?: boolean;
  /** More pages than this end the walk with an error. Default: 10,000. */
  maxPages?: number;
  signal?: AbortSignal;
}

/** A page, as far as a walk needs to know it. */
export interface WalkedPage<T, P> extends Iterable<T> {
  readonly length: number;
  readonly pageNumber: number;
  /** What is searched, for messages. */
  readonly subject: string;
  /** What tells this page from others of its search; undefined where its items have no ids. */
  readonly fingerprint: string | undefined;
  /** Whether the platform says how many pages there are. */
  readonly isCounted: boolean;
  /** Asks for the next page. */
  ahead(signal: AbortSignal): Next<P>;
}

/** Waits for a page that was asked for; null past the end. */
export type Next<P> = () => Promise<P | null>;

const defaultMaxPages = 10_000;

/** Walks from a page to the last one. The start is handed over in a box, which is emptied: a walk keeps two pages, not three. */
export async function* walk<T, P extends WalkedPage<T, P>>(
  start: { page: P | null },
  options: WalkOptions,
  wantsNext: (page: P) => boolean,
): AsyncGenerator<P, void, void> {
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
    `${page.subject}: the platform sent the same page again when page ${page.pageNumber} was asked for. If the loop saves records, they ` +
      'may have changed their places: collect them first (toArray()), or search in an order that the saves do not change. If it does not, ' +
      'check the page parameter of the class (@Entity({ search: { pageParam, firstPage } })).',
  );
}
