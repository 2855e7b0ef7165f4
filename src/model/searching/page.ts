import { ResourceError, ValidationError } from '../errors/index.js';
import { cutting } from '../support/shown.js';
import type { InvalidItem, PageData } from './page-source.js';
import type { Next, WalkOptions } from './walk.js';
import { walkPages, walkRecords } from './walking.js';

/** What a page knows of the search that it belongs to. */
export interface PageOrigin<T> {
  readonly isOrigin: typeof originMark;
  readonly data: PageData;
  readonly invalid: readonly InvalidItem[];
  readonly results: readonly T[];
  readonly length: number;
  readonly subject: string;
  readonly ids: readonly string[] | undefined;
  readonly saves: number;
  /** Absent where the search cannot be resumed. */
  readonly token: (() => string | null) | undefined;
  next(): Promise<Page<T> | null>;
  previous(): Promise<Page<T> | null>;
  last(): Promise<Page<T> | null>;
  ahead(signal: AbortSignal): Next<Page<T>>;
}

/** Tells an origin from what a user may give. */
export const originMark: unique symbol = Symbol('origin of a page');

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
  readonly #origin: PageOrigin<T> | null;
  readonly #given: readonly T[];

  /**
   * A page made by hand, as for tests of code that is given one: it stands alone, so `hasNext` is false and `next()` null.
   *
   * @param results Its records, or anything else.
   * @param pageNumber Default: 0.
   * @param pageTotal Default: 1.
   * @param total Default: the number of results.
   */
  constructor(results: Iterable<T>, pageNumber?: number, pageTotal?: number, total?: number);
  /** A page of a search, which only a search makes. */
  constructor(origin: PageOrigin<T>);
  constructor(first: Iterable<T> | PageOrigin<T>, pageNumber = 0, pageTotal = 1, total?: number) {
    if (isOrigin(first)) {
      this.#origin = first;
      this.#given = [];
      this.pageNumber = first.data.pageNumber;
      this.pageSize = first.data.pageSize;
      this.total = first.data.total;
      this.pageTotal = first.data.pageTotal;
      this.invalid = first.invalid;
      return;
    }
    this.#origin = null;
    this.#given = [...checkedResults(first)];
    this.pageNumber = pageNumber;
    this.pageSize = this.#given.length;
    this.pageTotal = pageTotal;
    this.total = total ?? this.#given.length;
    this.invalid = [];
  }

  /** The records of this page, made on first access unless the class is validated when it is loaded. */
  get results(): readonly T[] {
    return this.#origin?.results ?? this.#given;
  }

  /** Same as `results`. */
  get items(): readonly T[] {
    return this.results;
  }

  /** The number of records on this page. */
  get length(): number {
    return this.#origin?.length ?? this.#given.length;
  }

  /** Whether there is a page after this one. When the platform does not say, there may be one after every page that is not empty. */
  get hasNext(): boolean {
    return (this.#origin?.data.next ?? null) !== null;
  }

  /** Whether there is a page before this one that the platform can be asked for. */
  get hasPrevious(): boolean {
    return (this.#origin?.data.previous ?? null) !== null;
  }

  /**
   * A token with which the search goes on after this page, in this process or another: `Class.resumeSearch(token)`; null when there is no
   * page after it. It contains the parameters of the search, but no key.
   *
   * @throws ResourceError for a page made by hand and one of several requests, and for a position that contains what looks like a
   *   credential.
   */
  token(): string | null {
    const { token } = this.#origin ?? {};
    if (!token) throw new ResourceError(`${this.subject}: a search like this cannot be resumed, so its pages have no token.`);
    return token();
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
    return this.#origin?.next() ?? null;
  }

  /** The page before this one, or null before the first. Fetched once, like `next()`. */
  async previous(): Promise<Page<T> | null> {
    return this.#origin?.previous() ?? null;
  }

  /** The last page; null where the platform does not say which one it is. */
  async last(): Promise<Page<T> | null> {
    return this.#origin && this.hasNext ? this.#origin.last() : this;
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

  /** Requests the next page for a walk; what it returns waits for the page. */
  ahead(signal: AbortSignal): Next<Page<T>> {
    return this.#origin?.ahead(signal) ?? (async () => null);
  }

  /** The ids of its items; undefined when an item has none. */
  get ids(): readonly string[] | undefined {
    return this.#origin?.ids;
  }

  /** How many saves the records of the class had when it was made. */
  get saves(): number {
    return this.#origin?.saves ?? 0;
  }

  /** Whether the platform says which pages there are. */
  get isCounted(): boolean {
    return !this.#origin?.data.isGuess;
  }

  /** The search, for error messages. */
  get subject(): string {
    return this.#origin?.subject ?? 'a page made by hand';
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

function isOrigin<T>(given: Iterable<T> | PageOrigin<T>): given is PageOrigin<T> {
  return (Object(given) as Partial<PageOrigin<T>>).isOrigin === originMark;
}

function checkedResults<T>(results: Iterable<T>): Iterable<T> {
  if (typeof results === 'object' && results !== null && Symbol.iterator in results) return results;
  throw new ValidationError(
    `new Page(results, pageNumber, pageTotal, total): the results must be an array or another iterable (got ${describe(results)}).`,
  );
}

/** What a value is, for messages. */
export function describe(value: unknown): string {
  return Array.isArray(value) ? 'an array' : value === null ? 'null' : `a ${typeof value}`;
}
