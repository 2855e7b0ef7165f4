import { ResourceError, ValidationError } from '../errors/index.js';
import { noteOrigin } from '../persistence/deletions.js';
import { isObject } from '../state/json.js';
import { cutting } from '../support/shown.js';
import { describe } from './page-items.js';
import type { InvalidItem, PagePlace, PageSource } from './page-source.js';
import { ReceivedPage } from './received-page.js';
import type { Next, WalkOptions } from './walk.js';
import { walkPages, walkRecords } from './walking.js';

/** A page that was requested, and how many of the records before it had been deleted then. */
interface Fetched<T> {
  page: Page<T> | null;
  gone: number;
}

/** A source that knows where its pages begin. */
export type StartedSource<T> = PageSource<T> & { readonly start: PagePlace };

/** Requests the first page of a search. */
export async function firstPage<T>(source: StartedSource<T>): Promise<Page<T>> {
  return pageAt(source, source.start);
}

/** Requests a page, with the relations that it is to have. */
async function pageAt<T>(source: PageSource<T>, place: PagePlace): Promise<Page<T>> {
  const page = new Page(new ReceivedPage(source, await source.fetch(place), place));
  await source.complete?.(page);
  return page;
}

/** One page of records. Iterating it yields the records of this page; `all()` continues to the end of the search. */
export class Page<T> implements Iterable<T> {
  /** The page number according to the platform, which may count from 0 or from 1. */
  readonly pageNumber: number;
  /** The number of records on a full page. */
  readonly pageSize: number;
  /** The total number of records; undefined when the platform does not say. */
  readonly total: number | undefined;
  /** The number of pages; undefined when it cannot be derived from the response. */
  readonly pageTotal: number | undefined;
  /**
   * Items that are not JSON objects, or not valid where the class is validated when it is loaded. They are not in `results` and do not count
   * in `length`.
   */
  readonly invalid: readonly InvalidItem[];
  /** Null for a page made by hand, which has no pages beside it. */
  readonly #received: ReceivedPage<T> | null;
  #records: readonly T[] | undefined;
  #next: Promise<Fetched<T>> | undefined;
  #previous: Promise<Page<T> | null> | undefined;

  /**
   * A page made by hand, as for tests of code that is given one: it stands alone, so `hasNext` is false and `next()` null.
   *
   * @param results Its records, or anything else.
   * @param pageNumber Default: 0.
   * @param pageTotal Default: 1.
   * @param total Default: the number of results.
   */
  constructor(results: Iterable<T>, pageNumber?: number, pageTotal?: number, total?: number);
  /** A page of a search. */
  constructor(received: ReceivedPage<T>);
  constructor(first: Iterable<T> | ReceivedPage<T>, pageNumber = 0, pageTotal = 1, total?: number) {
    if (first instanceof ReceivedPage) {
      this.#received = first;
      this.pageNumber = first.data.pageNumber;
      this.pageSize = first.data.pageSize;
      this.total = first.data.total;
      this.pageTotal = first.data.pageTotal;
      this.invalid = first.invalid;
      return;
    }
    const results = [...checkedResults(first)];
    this.#received = null;
    this.#records = results;
    this.pageNumber = pageNumber;
    this.pageSize = results.length;
    this.total = total ?? results.length;
    this.pageTotal = pageTotal;
    this.invalid = [];
  }

  /** The records of this page, made on first access unless the class is validated when it is loaded. */
  get results(): readonly T[] {
    this.#records ??= recordsOf(this.#received!);
    return this.#records;
  }

  /** Same as `results`. */
  get items(): readonly T[] {
    return this.results;
  }

  /** The number of records on this page. */
  get length(): number {
    return this.#received?.valid.length ?? this.results.length;
  }

  /** Whether there is a page after this one. When the platform does not say, there may be one after every page that is not empty. */
  get hasNext(): boolean {
    return (this.#received?.data.next ?? null) !== null;
  }

  /** Whether there is a page before this one that the platform can be asked for. */
  get hasPrevious(): boolean {
    return (this.#received?.data.previous ?? null) !== null;
  }

  /**
   * A token with which the search goes on after this page, in this process or another: `Class.resumeSearch(token)`; null when there is no
   * page after it. It contains the parameters of the search, but no key.
   *
   * @throws ResourceError for a page made by hand and one of several requests, and for a position that contains what looks like a
   *   credential.
   */
  token(): string | null {
    const received = this.#received;
    if (!received?.source.token)
      throw new ResourceError(`${this.subject}: a search like this cannot be resumed, so its pages have no token.`);
    return this.hasNext ? received.source.token({ position: received.data.next, index: received.place.index + 1 }) : null;
  }

  /** The records of this page. */
  [Symbol.iterator](): Iterator<T> {
    return this.results[Symbol.iterator]();
  }

  /**
   * The page after this one, or null after the last. Fetched once, no matter how often it is called; requested again after a failure, and
   * when records of the search were deleted meanwhile: the ones behind them have moved forward, and none is left out.
   */
  async next(): Promise<Page<T> | null> {
    const received = this.#received;
    if (!received) return null;
    for (;;) {
      this.#next ??= fetchNext(received);
      const asked = this.#next;
      try {
        const { page, gone } = await asked;
        if ((await received.trail.settled()).size === gone) return page;
      } catch (error) {
        if (this.#next === asked) this.#next = undefined;
        throw error;
      }
      if (this.#next === asked) this.#next = undefined;
    }
  }

  /** The page before this one, or null before the first. Fetched once, like `next()`. */
  previous(): Promise<Page<T> | null> {
    const received = this.#received;
    if (!received || !this.hasPrevious) return Promise.resolve(null);
    const place = { position: received.data.previous, index: Math.max(0, received.place.index - 1) };
    this.#previous ??= pageAt(received.source, place).catch((error: unknown) => {
      this.#previous = undefined;
      throw error;
    });
    return this.#previous;
  }

  /** The last page; null where the platform does not say which one it is. */
  async last(): Promise<Page<T> | null> {
    if (!this.#received || !this.hasNext) return this;
    const { source } = this.#received;
    const place = this.pageTotal === undefined ? null : source.lastPlace?.(this.pageTotal);
    return place ? pageAt(source, place) : null;
  }

  /** This page and all pages after it. @throws ResourceError for a repeated page or more than `maxPages` pages. */
  pages(options: Omit<WalkOptions, 'limit'> = {}): AsyncGenerator<Page<T>, void, void> {
    return walkPages<T, Page<T>>({ page: this }, options);
  }

  /** The records of this page and of all pages after it. @throws as `pages()` does. */
  all(options: WalkOptions = {}): AsyncGenerator<T, void, void> {
    return walkRecords<T, Page<T>>({ page: this }, options);
  }

  /** The records of this page and of all pages after it, in one array. @throws as `pages()` does. */
  async toArray(options: WalkOptions = {}): Promise<T[]> {
    const records: T[] = [];
    for await (const record of this.all(options)) records.push(record);
    return records;
  }

  /**
   * Requests the next page for a walk; what it returns waits for the page. It is not cached here, because a long walk would then keep all
   * its pages in memory.
   */
  ahead(signal: AbortSignal): Next<Page<T>> {
    const received = this.#received;
    if (!received) return async () => null;
    const { trail } = received;
    const before = trail.gone().size;
    const asked = this.#next ?? fetchNext(received, signal);
    // Not awaited yet; until then a failure must not count as an unhandled rejection.
    asked.catch(() => undefined);
    return async () => {
      const fetched = await asked.catch(async (error: unknown) => {
        if ((await trail.settled(signal)).size === before) throw error;
        return null;
      });
      if (fetched && (await trail.settled(signal)).size === fetched.gone) return fetched.page;
      return (await fetchNext(received, signal)).page;
    };
  }

  /** The ids of its items; undefined when an item has none. */
  get ids(): readonly string[] | undefined {
    const received = this.#received;
    if (!received) return undefined;
    const ids = received.objects.map((json) => received.source.idOf(json));
    return ids.some((id) => id === undefined || id === null) ? undefined : ids.map((id) => JSON.stringify(id));
  }

  /** How many saves the records of the class had when it was made. */
  get saves(): number {
    return this.#received?.saves ?? 0;
  }

  /** Whether the platform says which pages there are. */
  get isCounted(): boolean {
    return !this.#received?.data.isGuess;
  }

  /** The search, for error messages. */
  get subject(): string {
    return this.#received?.source.subject ?? 'a page made by hand';
  }

  /** The page as JSON: its records and its numbers. */
  toJSON(): object {
    const { results, pageNumber, pageTotal, total, pageSize } = this;
    return { results, pageNumber, pageTotal, total, pageSize };
  }

  toString(): string {
    return `Page(${this.subject}, page ${this.pageNumber}, ${this.length} of ${this.total ?? 'an unknown number of'} records)`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](
    _depth: number,
    options: object,
    inspect: (value: unknown, options: object) => string,
  ): string {
    return `Page ${inspect({ ...this.toJSON(), ...(this.invalid.length > 0 ? { invalid: this.invalid } : {}) }, cutting(options))}`;
  }
}

/** Requests the page behind another one. What is deleted meanwhile moves its records, and then it is requested again. */
async function fetchNext<T>(received: ReceivedPage<T>, signal?: AbortSignal): Promise<Fetched<T>> {
  const { source, trail } = received;
  for (;;) {
    const gone = await trail.settled(signal);
    try {
      const next = await received.next(gone, signal);
      // What was deleted while the request was under way may or may not be in its response.
      if ((await trail.settled(signal)).size === gone.size) {
        const page = next && new Page(next);
        if (page) await source.complete?.(page, signal);
        return { page, gone: gone.size };
      }
    } catch (error) {
      if (trail.gone().size === gone.size) throw error;
    }
  }
}

function recordsOf<T>({ source, valid, data, trail }: ReceivedPage<T>): readonly T[] {
  return valid.map((json) => {
    const record = (data.checked?.get(json) as T | undefined) ?? source.make(json);
    if (source.shifts && isObject(record)) noteOrigin(record, trail.origin);
    return record;
  });
}

function checkedResults<T>(results: Iterable<T>): Iterable<T> {
  if (typeof results === 'object' && results !== null && Symbol.iterator in results) return results;
  throw new ValidationError(
    `new Page(results, pageNumber, pageTotal, total): the results must be an array or another iterable (got ${describe(results)}).`,
  );
}
