import type { Page } from './page.js';
import { explainUnmade } from './unmade.js';
import { type WalkOptions, walk, walkRecords } from './walk.js';

/** A search whose request is sent on first use: awaiting it gives the first page, iterating it yields all records of all pages. */
export class Search<T> implements PromiseLike<Page<T>>, AsyncIterable<T> {
  readonly #begin: () => Promise<Page<T>>;
  #first: Promise<Page<T>> | undefined;

  static {
    explainUnmade(this.prototype);
  }

  constructor(begin: () => Promise<Page<T>>) {
    this.#begin = begin;
  }

  // biome-ignore lint/suspicious/noThenProperty: awaiting a search requests its first page
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

  /** All records of all pages. Leaving the loop stops the requests. @throws ResourceError for a repeated page or too many pages. */
  async *all(options: WalkOptions = {}): AsyncGenerator<T, void, void> {
    if (options.limit !== undefined && options.limit <= 0) return;
    yield* walkRecords<T, Page<T>>({ page: await this.#start() }, options);
  }

  /** All pages. @throws as `all()` does. */
  async *pages(options: Omit<WalkOptions, 'limit'> = {}): AsyncGenerator<Page<T>, void, void> {
    yield* walk<T, Page<T>>({ page: await this.#start() }, options, () => true);
  }

  /** All records in one array. @throws as `all()` does. */
  async toArray(options: WalkOptions = {}): Promise<T[]> {
    const records: T[] = [];
    for await (const record of this.all(options)) records.push(record);
    return records;
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
