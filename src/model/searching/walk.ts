import { ResourceError } from '../errors/index.js';
import { otherOptions } from '../support/known-options.js';
import { checkOptionNames } from '../support/names.js';

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
  /** The next page, or null past the end. */
  following(signal: AbortSignal): Promise<P | null>;
}

const defaultMaxPages = 10_000;

/** Walks from a page to the last one. The start is handed over in a box, which is emptied: a walk keeps two pages, not three. */
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
      refuseRepetition(page, seen);
      // Held and not awaited yet, so a failure must not count as unhandled before it is asked for.
      const ahead: Promise<P | null> | undefined = prefetch && wantsNext(page) ? page.following(signal) : undefined;
      ahead?.catch(() => undefined);
      yield page;
      page = await (ahead ?? page.following(signal));
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

function refuseRepetition<T, P>(page: WalkedPage<T, P>, seen: Set<string>): void {
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
