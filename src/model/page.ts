import { ResourceError } from './errors/index.js';
import { isObject } from './state/json.js';

/** An item of a page that is not a record. */
export interface InvalidItem {
  /** Its place in the platform's list. */
  index: number;
  raw: unknown;
  error: Error;
}

/** A page as the platform answered it, before any record is made of it. */
export interface PageData {
  items: readonly unknown[];
  pageNumber: number;
  pageSize: number;
  /** Undefined when the platform does not say. */
  total: number | undefined;
  /** Undefined when the platform does not say. */
  pageTotal: number | undefined;
}

/** Where pages come from. */
export interface PageSource<T> {
  /** What is searched, for messages. */
  readonly subject: string;
  readonly firstPage: number;
  fetch(pageNumber: number, signal?: AbortSignal): Promise<PageData>;
  make(json: Record<string, unknown>): T;
  invalid(item: InvalidItem): void;
}

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

/** One page of records. Iterating it walks this page; `all()` walks on to the end of the search. */
export class Page<T> implements Iterable<T> {
  /** Counted from the platform's own first number. */
  readonly pageNumber: number;
  readonly pageSize: number;
  /** The number of all records; undefined when the platform does not say. */
  readonly total: number | undefined;
  /** The number of pages; undefined when the platform says nothing it follows from. */
  readonly pageTotal: number | undefined;
  /** Items that are not records; they are in no other count of this page. */
  readonly invalid: readonly InvalidItem[];
  readonly #source: PageSource<T>;
  readonly #json: readonly Record<string, unknown>[];
  /** What tells this page from another. */
  readonly #fingerprint: string;
  #records: readonly T[] | undefined;
  #next: Promise<Page<T> | null> | undefined;
  #previous: Promise<Page<T> | null> | undefined;

  constructor(source: PageSource<T>, data: PageData) {
    this.#source = source;
    this.pageNumber = data.pageNumber;
    this.pageSize = data.pageSize;
    this.total = data.total;
    this.pageTotal = pagesOf(data);
    this.#json = data.items.filter(isObject);
    this.invalid = data.items.flatMap((raw, index) => {
      if (isObject(raw)) return [];
      const error = new ResourceError(
        `${source.subject}: item ${index} of page ${data.pageNumber} is ${describe(raw)}, not a JSON object.`,
      );
      return [{ index, raw, error }];
    });
    this.#fingerprint = data.items.length === 0 ? '' : JSON.stringify([data.items[0], data.items.at(-1), data.items.length]);
    for (const item of this.invalid) source.invalid(item);
  }

  /** The records of this page, made when they are first asked for. */
  get results(): readonly T[] {
    this.#records ??= this.#json.map((json) => this.#source.make(json));
    return this.#records;
  }

  /** Same as `results`. */
  get items(): readonly T[] {
    return this.results;
  }

  /** The number of records on this page. */
  get length(): number {
    return this.#json.length;
  }

  get hasNext(): boolean {
    const number = this.pageNumber - this.#source.firstPage + 1;
    if (this.pageTotal !== undefined) return number < this.pageTotal;
    return this.#json.length + this.invalid.length >= this.pageSize;
  }

  get hasPrevious(): boolean {
    return this.pageNumber > this.#source.firstPage;
  }

  [Symbol.iterator](): Iterator<T> {
    return this.results[Symbol.iterator]();
  }

  /** The page after this one, or null past the end. Fetched once however many ask; asked for again after a failure. */
  next(signal?: AbortSignal): Promise<Page<T> | null> {
    if (!this.hasNext) return Promise.resolve(null);
    this.#next ??= this.#fetch(this.pageNumber + 1, signal).catch((error: unknown) => {
      this.#next = undefined;
      throw error;
    });
    return this.#next;
  }

  /** The page before this one, or null before the first. */
  previous(signal?: AbortSignal): Promise<Page<T> | null> {
    if (!this.hasPrevious) return Promise.resolve(null);
    this.#previous ??= this.#fetch(this.pageNumber - 1, signal).catch((error: unknown) => {
      this.#previous = undefined;
      throw error;
    });
    return this.#previous;
  }

  /** This page and all after it. */
  async *pages(options: WalkOptions = {}): AsyncGenerator<Page<T>, void, void> {
    const { prefetch = true, maxPages = defaultMaxPages } = options;
    const leaving = new AbortController();
    const signal = options.signal ? AbortSignal.any([options.signal, leaving.signal]) : leaving.signal;
    try {
      for (let page: Page<T> | null = this, count = 1; page !== null; count++) {
        if (count > maxPages) {
          throw new ResourceError(`${this.#source.subject}: there are more than ${maxPages} pages. Narrow the search, or raise maxPages.`);
        }
        // Held and not awaited yet, so a failure must not count as unhandled before it is asked for.
        const ahead: Promise<Page<T> | null> | undefined = prefetch ? page.#following(signal) : undefined;
        ahead?.catch(() => undefined);
        yield page;
        const following: Page<T> | null = await (ahead ?? page.#following(signal));
        if (following !== null) page.#refuseRepetition(following);
        page = following;
      }
    } finally {
      leaving.abort();
    }
  }

  /** The records of this page and of all pages after it. */
  async *all(options: WalkOptions = {}): AsyncGenerator<T, void, void> {
    let left = options.limit ?? Number.POSITIVE_INFINITY;
    if (left <= 0) return;
    const wanted = left <= this.length ? { ...options, prefetch: false } : options;
    for await (const page of this.pages(wanted)) {
      for (const record of page) {
        yield record;
        if (--left <= 0) return;
      }
    }
  }

  /** The records of this page and of all pages after it, in one array. */
  async toArray(options: WalkOptions = {}): Promise<T[]> {
    const records: T[] = [];
    for await (const record of this.all(options)) records.push(record);
    return records;
  }

  toJSON(): object {
    const { results, pageNumber, pageTotal, total, pageSize } = this;
    return { results, pageNumber, pageTotal, total, pageSize };
  }

  toString(): string {
    return `Page(${this.#source.subject}, page ${this.pageNumber}, ${this.length} of ${this.total ?? 'an unknown number of'} records)`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](
    _depth: number,
    options: object,
    inspect: (value: unknown, options: object) => string,
  ): string {
    return `Page ${inspect({ ...this.toJSON(), ...(this.invalid.length > 0 ? { invalid: this.invalid } : {}) }, options)}`;
  }

  /** The next page for a walk: not kept, or a long walk would hold all its pages. */
  #following(signal: AbortSignal): Promise<Page<T> | null> {
    return this.#next ?? (this.hasNext ? this.#fetch(this.pageNumber + 1, signal) : Promise.resolve(null));
  }

  async #fetch(pageNumber: number, signal?: AbortSignal): Promise<Page<T>> {
    return new Page(this.#source, await this.#source.fetch(pageNumber, signal));
  }

  #refuseRepetition(following: Page<T>): void {
    if (following.#fingerprint === '' || following.#fingerprint !== this.#fingerprint) return;
    throw new ResourceError(
      `${this.#source.subject}: the platform sent page ${this.pageNumber} again when page ${this.pageNumber + 1} was asked for. ` +
        'Check the page parameter of the class (@Entity({ search: { pageParam, firstPage } })).',
    );
  }
}

/** Platforms disagree on what their page total counts, so it is worked out where it can be. */
function pagesOf({ total, pageSize, pageTotal }: PageData): number | undefined {
  return total !== undefined && pageSize > 0 ? Math.ceil(total / pageSize) : pageTotal;
}

function describe(value: unknown): string {
  return Array.isArray(value) ? 'an array' : value === null ? 'null' : `a ${typeof value}`;
}

/** A search that has not been made yet: awaiting it gives the first page, iterating it walks all records of all pages. */
export class Search<T> implements PromiseLike<Page<T>>, AsyncIterable<T> {
  readonly #begin: () => Promise<Page<T>>;
  #first: Promise<Page<T>> | undefined;

  constructor(begin: () => Promise<Page<T>>) {
    this.#begin = begin;
  }

  // biome-ignore lint/suspicious/noThenProperty: awaiting a search is how its first page is asked for
  then<A = Page<T>, B = never>(
    onFulfilled?: ((page: Page<T>) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#page().then(onFulfilled, onRejected);
  }

  catch<B = never>(onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<Page<T> | B> {
    return this.#page().catch(onRejected);
  }

  finally(onFinally?: (() => void) | null): Promise<Page<T>> {
    return this.#page().finally(onFinally);
  }

  [Symbol.asyncIterator](): AsyncGenerator<T, void, void> {
    return this.all();
  }

  /** All records of all pages. Leaving the loop ends the requests. */
  async *all(options: WalkOptions = {}): AsyncGenerator<T, void, void> {
    yield* (await this.#page()).all(options);
  }

  /** All pages. */
  async *pages(options: WalkOptions = {}): AsyncGenerator<Page<T>, void, void> {
    yield* (await this.#page()).pages(options);
  }

  /** All records in one array. */
  async toArray(options: WalkOptions = {}): Promise<T[]> {
    return (await this.#page()).toArray(options);
  }

  #page(): Promise<Page<T>> {
    this.#first ??= this.#begin().catch((error: unknown) => {
      this.#first = undefined;
      throw error;
    });
    return this.#first;
  }
}
