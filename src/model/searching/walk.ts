import { ResourceError } from '../errors/index.js';
import { otherOptions } from '../support/known-options.js';
import { checkOptionNames } from '../support/names.js';
import { othersDone } from '../support/process.js';
import { pagesWithSaves } from './trail.js';

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
  /** The ids of its items; undefined when an item has none. */
  readonly ids: readonly string[] | undefined;
  /** The total number of records; undefined when the platform does not say. */
  readonly total: number | undefined;
  /** How many saves records like these had when the page was made. */
  readonly saves: number;
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
  const seen = new Seen();
  let { page } = start;
  const first = { total: page?.total, saves: page?.saves ?? 0 };
  start.page = null;
  try {
    for (let count = 1; page !== null; count++) {
      if (count > maxPages) {
        throw new ResourceError(`${page.subject}: there are more than ${maxPages} pages. Narrow the search, or raise maxPages.`);
      }
      if (repeats(page, seen, first)) return;
      const next: Next<P> | undefined = prefetch && wantsNext(page) ? page.ahead(signal) : undefined;
      // Whoever gets the page makes its records, and the request would be sent after that.
      if (next) await othersDone();
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
 * A short text that tells the ids of a page from those of any other: their number, and 64 bits of all. A long walk must not keep all ids.
 */
function digestOf(ids: readonly string[]): string {
  let [one, other] = [0, 0];
  const text = ids.join('\0');
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    one = Math.imul(one ^ code, 0x01000193);
    other = Math.imul(other + code, 0x5bd1e995) ^ (other >>> 15);
  }
  return `${ids.length} ${one} ${other}`;
}

/** What a walk has seen: which pages, and which records on the last ones. */
class Seen {
  readonly #pages = new Set<string>();
  /** The ids of the last pages, page by page: a long walk must not keep all of them. */
  readonly #recent: (readonly string[])[] = [];

  hasAny(ids: readonly string[]): boolean {
    const asked = new Set(ids);
    return this.#recent.some((page) => page.some((id) => asked.has(id)));
  }

  /** Adds a page. Returns whether it was there before. */
  add(ids: readonly string[]): boolean {
    const before = this.#pages.size;
    this.#pages.add(digestOf(ids));
    if (this.#recent.push(ids) > pagesWithSaves) this.#recent.shift();
    return this.#pages.size === before;
  }
}

/**
 * Whether a page was there before. Where the platform does not say how many pages there are, that is the end of them.
 *
 * @param first What the first page of the walk said.
 * @throws ResourceError where it does say so, and for a page with some of the records of earlier ones after records were saved: others were
 *   moved to pages that have been walked.
 */
function repeats<T, P>(page: WalkedPage<T, P>, seen: Seen, first: Pick<WalkedPage<T, P>, 'total' | 'saves'>): boolean {
  const { ids } = page;
  if (ids === undefined || ids.length === 0) return false;
  const isMoved = page.saves > first.saves && (page.total ?? 0) <= (first.total ?? 0) && seen.hasAny(ids);
  const isSame = seen.add(ids);
  if (!isSame && !isMoved) return false;
  if (isSame && !page.isCounted) return true;
  throw new ResourceError(
    `${page.subject}: the platform sent ${isSame ? 'the same page' : 'records of earlier pages'} again when page ${page.pageNumber} was requested. ` +
      'If the loop saves records, they may have changed their places: collect them first (toArray()), or search in an order that the saves ' +
      'do not change. If it does not, check the page parameter of the class (@Entity({ search: { pageParam, firstPage } })).',
  );
}
