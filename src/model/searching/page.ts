import { ResourceError, ValidationError } from '../errors/index.js';
import { noteOrigin } from '../persistence/deletions.js';
import { isObject } from '../state/json.js';
import { isId } from '../support/ids.js';
import { cutting } from '../support/shown.js';
import { describe, sortItems } from './page-items.js';
import type { InvalidItem, PageData, PagePlace, PageSource } from './page-source.js';
import type { Shifted } from './styles/style.js';
import { Trail } from './trail.js';
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
  const page = new Page(source, await source.fetch(place), place);
  await source.complete?.(page);
  return page;
}

/** What a walk has seen before a page. */
interface Before {
  trail: Trail;
  moment: number;
  seen: ReadonlySet<string>;
}

const nothing: ReadonlySet<string> = new Set();

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
  readonly #source: PageSource<T> | null;
  /** The items that are JSON objects and were not seen before, those that are not valid included. */
  readonly #json: readonly Record<string, unknown>[];
  /** Those that records are made of. */
  readonly #valid: readonly Record<string, unknown>[];
  readonly #checked: PageData['checked'];
  readonly #place: PagePlace;
  readonly #nextPosition: unknown;
  readonly #previousPosition: unknown;
  readonly #isGuess: boolean;
  readonly #trail: Trail;
  /** How many saves there had been when the page was made. */
  readonly #saves: number;
  /** What the platform sent, records that were seen before included. */
  readonly #sent: readonly unknown[];
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
  /**
   * A page of a search.
   *
   * @param after What was seen before this page; default: nothing.
   */
  constructor(source: PageSource<T>, data: PageData, place: PagePlace, after?: Before);
  constructor(first: Iterable<T> | PageSource<T>, second: number | PageData = 0, third?: number | PagePlace, fourth?: number | Before) {
    if (Symbol.iterator in Object(first) || typeof second === 'number') {
      const results = [...checkedResults(first as Iterable<T>)];
      this.#source = null;
      this.#records = results;
      this.#json = this.#valid = [];
      this.#checked = undefined;
      this.#sent = [];
      this.#trail = new Trail({ source: this, depth: 0 }, undefined, 0, [], 0);
      this.#saves = 0;
      this.#place = { position: null, index: 0 };
      this.#nextPosition = this.#previousPosition = null;
      this.#isGuess = false;
      this.pageNumber = second as number;
      this.pageSize = results.length;
      this.pageTotal = (third as number | undefined) ?? 1;
      this.total = (fourth as number | undefined) ?? results.length;
      this.invalid = [];
      return;
    }
    const source = first as PageSource<T>;
    const data = second as PageData;
    const after = fourth as Before | undefined;
    this.#source = source;
    this.pageNumber = data.pageNumber;
    this.pageSize = data.pageSize;
    this.total = data.total;
    this.pageTotal = data.pageTotal;
    this.#place = third as PagePlace;
    this.#nextPosition = data.next;
    this.#previousPosition = data.previous;
    this.#isGuess = data.isGuess;
    this.#sent = data.items;
    const { objects, valid, invalid } = sortItems(source, data, after?.seen);
    this.#json = objects;
    this.#valid = valid;
    this.#checked = data.checked;
    this.invalid = invalid;
    const trail = after?.trail ?? new Trail({ source, depth: 0 }, source.shifts, 0, [], 0);
    const ids = this.#json
      .map((json) => source.idOf(json))
      .filter(isId)
      .map(String);
    this.#trail = trail.next(after?.moment ?? trail.moment, ids, data.items.length, after === undefined);
    this.#saves = this.#trail.saves;
    for (const item of this.invalid) source.invalid(item);
  }

  /** The records of this page, made on first access unless the class is validated when it is loaded. */
  get results(): readonly T[] {
    const source = this.#source;
    this.#records ??= this.#valid.map((json) => {
      const record = (this.#checked?.get(json) as T | undefined) ?? source!.make(json);
      if (source?.shifts && isObject(record)) noteOrigin(record, this.#trail.origin);
      return record;
    });
    return this.#records;
  }

  /** Same as `results`. */
  get items(): readonly T[] {
    return this.results;
  }

  /** The number of records on this page. */
  get length(): number {
    return this.#source ? this.#valid.length : this.results.length;
  }

  /** Whether there is a page after this one. When the platform does not say, there may be one after every page that is not empty. */
  get hasNext(): boolean {
    return this.#nextPosition !== null;
  }

  /** Whether there is a page before this one that the platform can be asked for. */
  get hasPrevious(): boolean {
    return this.#previousPosition !== null;
  }

  /**
   * A token with which the search goes on after this page, in this process or another: `Class.resumeSearch(token)`; null when there is no
   * page after it. It contains the parameters of the search, but no key.
   *
   * @throws ResourceError for a page made by hand and one of several requests, and for a position that contains what looks like a
   *   credential.
   */
  token(): string | null {
    const source = this.#source;
    if (!source?.token) throw new ResourceError(`${this.subject}: a search like this cannot be resumed, so its pages have no token.`);
    return this.hasNext ? source.token({ position: this.#nextPosition, index: this.#place.index + 1 }) : null;
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
    for (;;) {
      this.#next ??= this.#fetchNext();
      const asked = this.#next;
      try {
        const { page, gone } = await asked;
        if ((await this.#trail.settled()).size === gone) return page;
      } catch (error) {
        if (this.#next === asked) this.#next = undefined;
        throw error;
      }
      if (this.#next === asked) this.#next = undefined;
    }
  }

  /** The page before this one, or null before the first. Fetched once, like `next()`. */
  previous(): Promise<Page<T> | null> {
    if (!this.hasPrevious) return Promise.resolve(null);
    this.#previous ??= this.#fetchPrevious().catch((error: unknown) => {
      this.#previous = undefined;
      throw error;
    });
    return this.#previous;
  }

  /** The last page; null where the platform does not say which one it is. */
  async last(): Promise<Page<T> | null> {
    if (!this.#source || !this.hasNext) return this;
    const place = this.pageTotal === undefined ? null : this.#source.lastPlace?.(this.pageTotal);
    return place ? pageAt(this.#source, place) : null;
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
    const before = this.#trail.gone().size;
    const asked = this.#next ?? this.#fetchNext(signal);
    // Not awaited yet; until then a failure must not count as an unhandled rejection.
    asked.catch(() => undefined);
    return async () => {
      const fetched = await asked.catch(async (error: unknown) => {
        if ((await this.#trail.settled(signal)).size === before) throw error;
        return null;
      });
      if (fetched && (await this.#trail.settled(signal)).size === fetched.gone) return fetched.page;
      return (await this.#fetchNext(signal)).page;
    };
  }

  /** The ids of its items; undefined when an item has none. */
  get ids(): readonly string[] | undefined {
    const source = this.#source;
    if (!source) return undefined;
    const ids = this.#json.map((json) => source.idOf(json));
    return ids.some((id) => id === undefined || id === null) ? undefined : ids.map((id) => JSON.stringify(id));
  }

  /** How many saves the records of the class had when it was made. */
  get saves(): number {
    return this.#saves;
  }

  /** Whether the platform says which pages there are. */
  get isCounted(): boolean {
    return !this.#isGuess;
  }

  /** The search, for error messages. */
  get subject(): string {
    return this.#source?.subject ?? 'a page made by hand';
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

  async #fetchNext(signal?: AbortSignal): Promise<Fetched<T>> {
    for (;;) {
      const gone = await this.#trail.settled(signal);
      try {
        const page = this.hasNext ? await this.#after(gone, signal) : null;
        // What was deleted while the request was under way may or may not be in its response.
        if ((await this.#trail.settled(signal)).size === gone.size) {
          if (page) await this.#source?.complete?.(page, signal);
          return { page, gone: gone.size };
        }
      } catch (error) {
        if (this.#trail.gone().size === gone.size) throw error;
      }
    }
  }

  /** The first page with records behind this one, when some of those that were seen are gone; null past the end. */
  async #after(gone: ReadonlySet<string>, signal: AbortSignal | undefined): Promise<Page<T> | null> {
    for (let left = gone.size; ; ) {
      const page = await this.#behind(left, signal);
      // A list that has become shorter may have lost records to a save, as a search for a status does.
      const now = page === null ? 0 : this.#trail.mayHaveLeft((this.total ?? 0) - (page.total ?? Number.POSITIVE_INFINITY), this.#saves);
      if (now <= left) return page;
      left = now;
    }
  }

  /** The first page with records behind this one. @param left How many of those that were seen are not in the list any more. */
  async #behind(left: number, signal: AbortSignal | undefined): Promise<Page<T> | null> {
    const source = this.#source;
    if (!source) return null;
    // What is gone is left out, too: some platforms list for a while what was deleted.
    const seen = left > 0 ? new Set(this.#trail.ids) : nothing;
    let previous: Page<T> = this;
    const shifted = { at: this.#place.position, next: this.#nextPosition, gone: left, size: this.#trail.size } as Shifted;
    let position = left > 0 && source.shift ? source.shift(shifted) : this.#nextPosition;
    for (let { index } = this.#place; ; ) {
      const { moment } = this.#trail;
      const place = { position, index: ++index };
      const page = new Page(source, await source.fetch(place, signal), place, { trail: this.#trail, moment, seen });
      if (!page.isCounted && (page.#sent.length === 0 || page.#repeats(previous))) return null;
      if (page.#json.length > 0 || page.#sent.length === 0 || page.invalid.length > 0 || seen.size === 0) return page;
      if (!page.hasNext) return null;
      position = page.#nextPosition;
      previous = page;
    }
  }

  /** Whether the platform sent the very same page again, as those do that have no pages. */
  #repeats(other: Page<T>): boolean {
    return (
      JSON.stringify(this.#place.position) !== JSON.stringify(other.#place.position) &&
      this.#sent.length === other.#sent.length &&
      JSON.stringify(this.#sent) === JSON.stringify(other.#sent)
    );
  }

  async #fetchPrevious(): Promise<Page<T> | null> {
    const place = { position: this.#previousPosition, index: Math.max(0, this.#place.index - 1) };
    return this.#source && pageAt(this.#source, place);
  }
}

function checkedResults<T>(results: Iterable<T>): Iterable<T> {
  if (typeof results === 'object' && results !== null && Symbol.iterator in results) return results;
  throw new ValidationError(
    `new Page(results, pageNumber, pageTotal, total): the results must be an array or another iterable (got ${describe(results)}).`,
  );
}
