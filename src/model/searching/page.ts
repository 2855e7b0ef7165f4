import { ResourceError, ValidationError } from '../errors/index.js';
import { isObject } from '../state/json.js';
import { cutting } from '../support/shown.js';
import { type WalkOptions, walk, walkRecords } from './walk.js';

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
  /** The number that was asked for. */
  requested: number;
  /** The number the platform says. */
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
  /** What tells a record from others; undefined for an item without an id. */
  idOf(json: Record<string, unknown>): unknown;
  invalid(item: InvalidItem): void;
}

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
  /** Null for a page made by hand, which has no pages beside it. */
  readonly #source: PageSource<T> | null;
  readonly #json: readonly Record<string, unknown>[];
  /** Pages are asked for by our own count: platforms may number them otherwise in their answers. */
  readonly #number: number;
  #records: readonly T[] | undefined;
  #next: Promise<Page<T> | null> | undefined;
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
  constructor(source: PageSource<T>, data: PageData);
  constructor(first: Iterable<T> | PageSource<T>, second: number | PageData = 0, pageTotal = 1, total?: number) {
    if (Symbol.iterator in Object(first) || typeof second === 'number') {
      const results = [...checkedResults(first as Iterable<T>)];
      this.#source = null;
      this.#records = results;
      this.#json = [];
      this.#number = this.pageNumber = second as number;
      this.pageSize = results.length;
      this.pageTotal = pageTotal;
      this.total = total ?? results.length;
      this.invalid = [];
      return;
    }
    const source = first as PageSource<T>;
    const data = second as PageData;
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
      return [{ index, raw, error }];
    });
    for (const item of this.invalid) source.invalid(item);
  }

  /** The records of this page, made when they are first asked for. */
  get results(): readonly T[] {
    const source = this.#source;
    this.#records ??= source ? this.#json.map((json) => source.make(json)) : [];
    return this.#records;
  }

  /** Same as `results`. */
  get items(): readonly T[] {
    return this.results;
  }

  /** The number of records on this page. */
  get length(): number {
    return this.#source ? this.#json.length : this.results.length;
  }

  get hasNext(): boolean {
    if (!this.#source) return false;
    const number = this.#number - this.#source.firstPage + 1;
    if (this.pageTotal !== undefined) return number < this.pageTotal;
    return this.#json.length + this.invalid.length >= this.pageSize;
  }

  get hasPrevious(): boolean {
    return this.#source !== null && this.#number > this.#source.firstPage;
  }

  [Symbol.iterator](): Iterator<T> {
    return this.results[Symbol.iterator]();
  }

  /** The page after this one, or null past the end. Fetched once however many ask; asked for again after a failure. */
  next(): Promise<Page<T> | null> {
    this.#next ??= this.#fetchNext().catch((error: unknown) => {
      this.#next = undefined;
      throw error;
    });
    return this.#next;
  }

  /** The page before this one, or null before the first. */
  previous(): Promise<Page<T> | null> {
    if (!this.hasPrevious) return Promise.resolve(null);
    this.#previous ??= this.#fetch(this.#number - 1).catch((error: unknown) => {
      this.#previous = undefined;
      throw error;
    });
    return this.#previous;
  }

  /** This page and all after it. */
  pages(options: WalkOptions = {}): AsyncGenerator<Page<T>, void, void> {
    return walk<T, Page<T>>({ page: this }, options, () => true);
  }

  /** The records of this page and of all pages after it. */
  all(options: WalkOptions = {}): AsyncGenerator<T, void, void> {
    return walkRecords<T, Page<T>>({ page: this }, options);
  }

  /** The records of this page and of all pages after it, in one array. */
  async toArray(options: WalkOptions = {}): Promise<T[]> {
    const records: T[] = [];
    for await (const record of this.all(options)) records.push(record);
    return records;
  }

  /** The next page for a walk: not kept, or a long walk would hold all its pages. */
  following(signal: AbortSignal): Promise<Page<T> | null> {
    return this.#next ?? this.#fetchNext(signal);
  }

  /** What tells this page from others of its search; undefined where its items have no ids. */
  get fingerprint(): string | undefined {
    const source = this.#source;
    if (!source) return undefined;
    const ids = this.#json.map((json) => source.idOf(json));
    return ids.length === 0 || ids.some((id) => id === undefined || id === null) ? undefined : JSON.stringify(ids);
  }

  /** What is searched, for messages. */
  get subject(): string {
    return this.#source?.subject ?? 'a page made by hand';
  }

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

  #fetchNext(signal?: AbortSignal): Promise<Page<T> | null> {
    return this.hasNext ? this.#fetch(this.#number + 1, signal) : Promise.resolve(null);
  }

  async #fetch(pageNumber: number, signal?: AbortSignal): Promise<Page<T> | null> {
    const source = this.#source;
    return source && new Page(source, await source.fetch(pageNumber, signal));
  }
}

function checkedResults<T>(results: Iterable<T>): Iterable<T> {
  if (typeof results === 'object' && results !== null && Symbol.iterator in results) return results;
  throw new ValidationError(
    `new Page(results, pageNumber, pageTotal, total): the results must be an array or another iterable (got ${describe(results)}).`,
  );
}

function describe(value: unknown): string {
  return Array.isArray(value) ? 'an array' : value === null ? 'null' : `a ${typeof value}`;
}
