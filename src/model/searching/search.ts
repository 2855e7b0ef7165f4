import { ResourceError, ValidationError } from '../errors/index.js';
import type { RelationPath } from '../relations/types.js';
import { isObject } from '../state/json.js';
import { checkCount } from '../support/quantities.js';
import type { Page } from './page.js';
import { explainUnmade } from './unmade.js';
import type { WalkOptions } from './walk.js';
import { walkPages, walkRecords } from './walking.js';

/** The words for a direction, of which each platform has its own. */
export type Direction = 'asc' | 'desc';

/** Makes the same search with more parameters, which replace those of the same name, and with more relations to load. */
export type Refine<T> = (params: Readonly<Record<string, unknown>>, include?: readonly string[]) => Search<T>;

/** A search whose request is sent on first use: awaiting it gives the first page, iterating it yields all records of all pages. */
export class Search<T, Params extends object = Readonly<Record<string, unknown>>> implements PromiseLike<Page<T>>, AsyncIterable<T> {
  readonly #begin: () => Promise<Page<T>>;
  readonly #refine: Refine<T> | undefined;
  #first: Promise<Page<T>> | undefined;

  static {
    explainUnmade(this.prototype);
  }

  /**
   * @param begin Requests the first page, or is one that is there already.
   * @param refine Makes the search with more parameters; without it, `where()`, `order()` and `include()` are refused.
   */
  constructor(begin: (() => Promise<Page<T>>) | Page<T>, refine?: Refine<T>) {
    this.#begin = typeof begin === 'function' ? begin : async () => begin;
    if (typeof begin !== 'function') this.#first = Promise.resolve(begin);
    this.#refine = refine;
  }

  /** The same search with more parameters, which replace those of the same name. This search stays as it is. */
  where(params: Params): Search<T, Params> {
    if (!isObject(params))
      throw new ValidationError(`where() takes an object of parameters (got ${params === null ? 'null' : typeof params}).`);
    return this.#refined('where')(params as Readonly<Record<string, unknown>>) as Search<T, Params>;
  }

  /**
   * The same search in another order: with the parameters `sortBy` and `sortOrder`, for which classes of a platform know its own names.
   *
   * @param field The platform's name of the key to sort by.
   */
  order(field: string, direction: Direction = 'asc'): Search<T, Params> {
    if (typeof field !== 'string' || field === '') throw new ValidationError('order() takes the name of a key to sort by.');
    if (direction !== 'asc' && direction !== 'desc')
      throw new ValidationError(`order(): the direction must be 'asc' or 'desc' (got ${String(direction)}).`);
    return this.#refined('order')({ sortBy: field, sortOrder: direction }) as Search<T, Params>;
  }

  /**
   * The same search, which loads relations with each page: `.include('pipeline', 'pipeline.team')`. It takes one list request for each
   * relation and 100 ids where the API can search by ids, otherwise one for each record, and each of these once for a page. One that is
   * missing is null.
   *
   * @throws ValidationError, when awaited or iterated, for a name that is not a relation.
   */
  include(...paths: RelationPath<T>[]): Search<T, Params> {
    return this.#refined('include')({}, paths) as Search<T, Params>;
  }

  /** The first record, or null when there is none. */
  first(): Promise<T | null>;
  /** The first `count` records, or as many as there are. */
  first(count: number): Promise<T[]>;
  async first(count?: number): Promise<T | null | T[]> {
    if (count !== undefined) {
      checkCount('first(count)', count, 0);
      return await this.toArray({ limit: count });
    }
    for await (const record of this.#one().all({ limit: 1 })) return record;
    return null;
  }

  /**
   * The last record, or null when there is none.
   *
   * @throws ResourceError where the platform neither says how many pages there are nor sends all records at once.
   */
  async last(): Promise<T | null> {
    const page = await this.#page();
    let last = page.hasNext ? await page.last() : page;
    // Those of the last page may all be invalid.
    while (last?.length === 0 && last.hasPrevious) last = await last.previous();
    if (last) return last.results.at(-1) ?? null;
    throw new ResourceError(
      `${page.subject}: the platform does not say which page is the last one. Search in the opposite order and take first(), or collect all ` +
        'records with toArray().',
    );
  }

  /** How many records there are: what the platform says, else counted page by page. */
  async count(): Promise<number> {
    const page = await this.#page();
    if (page.total !== undefined) return page.total;
    let count = 0;
    for await (const { length } of page.pages()) count += length;
    return count;
  }

  /** Whether there is any record. */
  async exists(): Promise<boolean> {
    return (await this.first()) !== null;
  }

  /** The values of one field of all records, or of several as lists. */
  pluck<K extends keyof T>(field: K): Promise<T[K][]>;
  pluck<const K extends readonly (keyof T)[]>(...fields: K): Promise<{ -readonly [I in keyof K]: T[K[I]] }[]>;
  async pluck(...fields: readonly (keyof T)[]): Promise<unknown[]> {
    if (fields.length === 0) throw new ValidationError('pluck() takes the names of fields.');
    return await this.map((record) => (fields.length === 1 ? record[fields[0]!] : fields.map((field) => record[field])));
  }

  /** The first record for which the predicate, which may be async, gives a true value; null when there is none. */
  async find(predicate: (record: T) => unknown): Promise<T | null> {
    for await (const record of this) if (await predicate(record)) return record;
    return null;
  }

  /** What a function, which may be async, gives for each record, one after another. */
  async map<U>(transform: (record: T, index: number) => U | PromiseLike<U>): Promise<U[]> {
    const results: U[] = [];
    for await (const record of this) results.push(await transform(record, results.length));
    return results;
  }

  /** All records in lists of `size`; the last one may be shorter. Leaving the loop stops the requests. @throws as `all()` does. */
  async *batches(size: number, options: WalkOptions = {}): AsyncGenerator<T[], void, void> {
    checkCount('batches(size)', size, 1);
    let batch: T[] = [];
    for await (const record of this.all(options)) {
      batch.push(record);
      if (batch.length < size) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  }

  // biome-ignore lint/suspicious/noThenProperty: awaiting a search requests its first page
  then<A = Page<T>, B = never>(
    onFulfilled?: ((page: Page<T>) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#page().then(onFulfilled, onRejected);
  }

  /** As of a Promise of the first page. */
  catch<B = never>(onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<Page<T> | B> {
    return this.#page().catch(onRejected);
  }

  /** As of a Promise of the first page. */
  finally(onFinally?: (() => void) | null): Promise<Page<T>> {
    return this.#page().finally(onFinally);
  }

  /** All records of all pages, the next page being requested while one is used. */
  [Symbol.asyncIterator](): AsyncGenerator<T, void, void> {
    return this.all();
  }

  /** All records of all pages. Leaving the loop stops the requests. @throws ResourceError for a repeated page or too many pages. */
  async *all(options: WalkOptions = {}): AsyncGenerator<T, void, void> {
    if (options.limit !== undefined && options.limit <= 0) return;
    yield* walkRecords<T, Page<T>>({ page: await this.#start() }, options);
  }

  /** All pages. @throws as `all()` does. */
  async *pages(options: Omit<WalkOptions, 'limit'> = {}): AsyncGenerator<Page<T>, void, void> {
    yield* walkPages<T, Page<T>>({ page: await this.#start() }, options);
  }

  /** All records in one array. @throws as `all()` does. */
  async toArray(options: WalkOptions = {}): Promise<T[]> {
    const records: T[] = [];
    for await (const record of this.all(options)) records.push(record);
    return records;
  }

  #refined(method: string): Refine<T> {
    if (this.#refine) return this.#refine;
    throw new ResourceError(
      `${method}(): a search that is resumed or made of several requests cannot be changed. Filter its records instead` +
        `${method === 'include' ? ', or give the option include where it is made' : ''}.`,
    );
  }

  /** The same search for a single record, unless the first page is there already. */
  #one(): Search<T> {
    return this.#first || !this.#refine ? (this as unknown as Search<T>) : this.#refine({ pageSize: 1 });
  }

  /** The first page for a walk; it is cached only if the search was also awaited. */
  #start(): Promise<Page<T>> {
    return this.#first ?? this.#begin();
  }

  #page(): Promise<Page<T>> {
    this.#first ??= this.#begin().catch((error: unknown) => {
      this.#first = undefined;
      throw error;
    });
    return this.#first;
  }
}
