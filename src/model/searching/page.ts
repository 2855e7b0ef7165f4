import { ResourceError } from '../errors/index.js';
import { noteOrigin } from '../persistence/deletions.js';
import { isObject } from '../state/json.js';
import { isId } from '../support/ids.js';
import { type Shifts, Trail } from './trail.js';
import { type Next, type WalkOptions, walk, walkRecords } from './walk.js';

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
  /** What moves records from page to page; undefined where nothing does. */
  readonly shifts?: Shifts;
}

/** A page that was asked for, and how many of the records before it had been deleted then. */
interface Fetched<T> {
  page: Page<T> | null;
  gone: number;
}

const nothing: ReadonlySet<string> = new Set();

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
  /** Pages are asked for by our own count: platforms may number them otherwise in their answers. */
  readonly #number: number;
  readonly #trail: Trail;
  /** What the platform sent, records that were seen before included. */
  readonly #sent: readonly unknown[];
  #records: readonly T[] | undefined;
  #next: Promise<Fetched<T>> | undefined;
  #previous: Promise<Page<T> | null> | undefined;

  /** @param after What was seen before this page; default: nothing. */
  constructor(source: PageSource<T>, data: PageData, after?: { trail: Trail; moment: number; seen: ReadonlySet<string> }) {
    this.#source = source;
    this.pageNumber = data.pageNumber;
    this.pageSize = data.pageSize;
    this.total = data.total;
    this.pageTotal = data.pageTotal;
    this.#number = data.requested;
    this.#sent = data.items;
    this.#json = data.items.filter(isObject).filter((json) => !after?.seen.has(String(source.idOf(json))));
    const trail = after?.trail ?? new Trail({ source, depth: 0 }, source.shifts, 0, [], 0);
    const ids = this.#json
      .map((json) => source.idOf(json))
      .filter(isId)
      .map(String);
    this.#trail = trail.next(after?.moment ?? trail.moment, ids, data.items.length, after === undefined);
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
    this.#records ??= this.#json.map((json) => {
      const record = this.#source.make(json);
      if (this.#source.shifts && isObject(record)) noteOrigin(record, this.#trail.origin);
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
    return this.#json.length;
  }

  /** Whether there is a page after this one. Where the platform does not say, there may be one after every page that is not empty. */
  get hasNext(): boolean {
    const number = this.#number - this.#source.firstPage + 1;
    return this.pageTotal === undefined ? this.#sent.length > 0 : number < this.pageTotal;
  }

  get hasPrevious(): boolean {
    return this.#number > this.#source.firstPage;
  }

  [Symbol.iterator](): Iterator<T> {
    return this.results[Symbol.iterator]();
  }

  /**
   * The page after this one, or null past the end. Fetched once however many ask; asked for again after a failure, and when records of the
   * search were deleted meanwhile: the ones behind them have moved forward, and none is left out.
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

  /** Asks for the next page for a walk: not kept, or a long walk would hold all its pages. What it returns waits for it. */
  ahead(signal: AbortSignal): Next<Page<T>> {
    const before = this.#trail.gone().size;
    const asked = this.#next ?? this.#fetchNext(signal);
    // Not awaited yet, so a failure must not count as unhandled before it is asked for.
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

  /** What tells this page from others of its search; undefined where its items have no ids. */
  get fingerprint(): string | undefined {
    const ids = this.#json.map((json) => this.#source.idOf(json));
    return ids.length === 0 || ids.some((id) => id === undefined || id === null) ? undefined : JSON.stringify(ids);
  }

  /** Whether the platform says how many pages there are. */
  get isCounted(): boolean {
    return this.pageTotal !== undefined;
  }

  /** What is searched, for messages. */
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

  async #fetchNext(signal?: AbortSignal): Promise<Fetched<T>> {
    for (;;) {
      const gone = await this.#trail.settled(signal);
      try {
        const page = this.hasNext ? await this.#after(gone, signal) : null;
        // What was deleted while the request was under way may or may not be in its response.
        if ((await this.#trail.settled(signal)).size === gone.size) return { page, gone: gone.size };
      } catch (error) {
        if (this.#trail.gone().size === gone.size) throw error;
      }
    }
  }

  /** The first page with records behind this one, when some of those that were seen are gone; null past the end. */
  async #after(gone: ReadonlySet<string>, signal: AbortSignal | undefined): Promise<Page<T> | null> {
    const { firstPage } = this.#source;
    // What is gone is left out, too: some platforms list for a while what was deleted.
    const seen = gone.size > 0 ? new Set(this.#trail.ids) : nothing;
    let previous: Page<T> = this;
    for (let number = firstPage + this.#trail.pageAfter(this.#number - firstPage + 1, gone); ; number++) {
      const { moment } = this.#trail;
      const page = new Page(this.#source, await this.#source.fetch(number, signal), { trail: this.#trail, moment, seen });
      if (!page.isCounted && (page.#sent.length === 0 || page.#repeats(previous))) return null;
      if (page.#json.length > 0 || page.#sent.length === 0 || page.invalid.length > 0 || seen.size === 0) return page;
      if (!page.hasNext) return null;
      previous = page;
    }
  }

  /** Whether the platform sent the very same page again, as those do that have no pages. */
  #repeats(other: Page<T>): boolean {
    return (
      this.#number !== other.#number &&
      this.#sent.length === other.#sent.length &&
      JSON.stringify(this.#sent) === JSON.stringify(other.#sent)
    );
  }

  async #fetch(pageNumber: number, signal?: AbortSignal): Promise<Page<T>> {
    return new Page(this.#source, await this.#source.fetch(pageNumber, signal));
  }
}

function describe(value: unknown): string {
  return Array.isArray(value) ? 'an array' : value === null ? 'null' : `a ${typeof value}`;
}
