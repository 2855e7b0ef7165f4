import { ResourceError } from '../errors/index.js';
import { isObject } from '../state/json.js';
import { readable } from '../state/wire-number.js';
import { type WalkOptions, walk, walkRecords } from './walk.js';

/** An item of a page that is not a record. */
export interface InvalidItem {
  /** The item's index in the platform's list. */
  index: number;
  /** The item as the platform sent it. */
  raw: unknown;
  error: Error;
}

/** A page as the platform sent it, before records are made from it. */
export interface PageData {
  items: readonly unknown[];
  /** The requested page number. */
  requested: number;
  /** The page number according to the platform. */
  pageNumber: number;
  pageSize: number;
  /** Undefined when the platform does not say. */
  total: number | undefined;
  /** Undefined when the platform does not say. */
  pageTotal: number | undefined;
}

/** A source of pages. */
export interface PageSource<T> {
  /** The search, for error messages. */
  readonly subject: string;
  /** The number of the first page. */
  readonly firstPage: number;
  fetch(pageNumber: number, signal?: AbortSignal): Promise<PageData>;
  /** Makes a record from an item. */
  make(json: Record<string, unknown>): T;
  /** The id of an item; undefined for an item without one. */
  idOf(json: Record<string, unknown>): unknown;
  /** Called for each item that is not a JSON object. */
  invalid(item: InvalidItem): void;
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
  /** Items that are not JSON objects. They are not in `results` and do not count in `length`. */
  readonly invalid: readonly InvalidItem[];
  readonly #source: PageSource<T>;
  readonly #json: readonly Record<string, unknown>[];
  /** The requested page number. Other pages are requested relative to it, because a platform may number its responses differently. */
  readonly #number: number;
  #records: readonly T[] | undefined;
  #next: Promise<Page<T> | null> | undefined;
  #previous: Promise<Page<T> | null> | undefined;

  constructor(source: PageSource<T>, data: PageData) {
    this.#source = source;
    this.pageNumber = data.pageNumber;
    this.pageSize = data.pageSize;
    this.total = data.total;
    this.pageTotal = data.pageTotal;
    this.#number = data.requested;
    this.#json = data.items.filter(isObject);
    this.invalid = data.items.flatMap((raw, index) => {
      if (isObject(raw)) return [];
      const error = new ResourceError(
        `${source.subject}: item ${index} of page ${data.pageNumber} is ${describe(raw)}, not a JSON object.`,
      );
      return [{ index, raw: readable(raw), error }];
    });
    for (const item of this.invalid) source.invalid(item);
  }

  /** The records of this page, made on first access. */
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

  /** Whether there is a page after this one, or may be one when the number of pages is unknown. */
  get hasNext(): boolean {
    const number = this.#number - this.#source.firstPage + 1;
    if (this.pageTotal !== undefined) return number < this.pageTotal;
    return this.#json.length + this.invalid.length >= this.pageSize;
  }

  /** Whether there is a page before this one. */
  get hasPrevious(): boolean {
    return this.#number > this.#source.firstPage;
  }

  [Symbol.iterator](): Iterator<T> {
    return this.results[Symbol.iterator]();
  }

  /** The page after this one, or null after the last. Fetched once, no matter how often it is called; a failed request is repeated. */
  next(): Promise<Page<T> | null> {
    this.#next ??= this.#fetchNext().catch((error: unknown) => {
      this.#next = undefined;
      throw error;
    });
    return this.#next;
  }

  /** The page before this one, or null before the first. Fetched once, like `next()`. */
  previous(): Promise<Page<T> | null> {
    if (!this.hasPrevious) return Promise.resolve(null);
    this.#previous ??= this.#fetch(this.#number - 1).catch((error: unknown) => {
      this.#previous = undefined;
      throw error;
    });
    return this.#previous;
  }

  /** This page and all pages after it. @throws ResourceError for a repeated page or more than `maxPages` pages. */
  pages(options: WalkOptions = {}): AsyncGenerator<Page<T>, void, void> {
    return walk<T, Page<T>>({ page: this }, options, () => true);
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

  /** The next page for a walk. It is not cached here, because a long walk would then keep all its pages in memory. */
  following(signal: AbortSignal): Promise<Page<T> | null> {
    return this.#next ?? this.#fetchNext(signal);
  }

  /** Identifies this page among the pages of its search by the ids of its items; undefined when an item has no id. */
  get fingerprint(): string | undefined {
    const ids = this.#json.map((json) => this.#source.idOf(json));
    return ids.length === 0 || ids.some((id) => id === undefined || id === null) ? undefined : JSON.stringify(ids);
  }

  /** The search, for error messages. */
  get subject(): string {
    return this.#source.subject;
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

  #fetchNext(signal?: AbortSignal): Promise<Page<T> | null> {
    return this.hasNext ? this.#fetch(this.#number + 1, signal) : Promise.resolve(null);
  }

  async #fetch(pageNumber: number, signal?: AbortSignal): Promise<Page<T>> {
    return new Page(this.#source, await this.#source.fetch(pageNumber, signal));
  }
}

function describe(value: unknown): string {
  return Array.isArray(value) ? 'an array' : value === null ? 'null' : `a ${typeof value}`;
}
