import { noteOrigin } from '../persistence/deletions.js';
import { isObject } from '../state/json.js';
import { isId } from '../support/ids.js';
import { originMark, Page, type PageOrigin } from './page.js';
import { sortItems } from './page-items.js';
import type { InvalidItem, PageData, PagePlace, PageSource } from './page-source.js';
import type { Shifted } from './styles/style.js';
import { Trail } from './trail.js';
import type { Next } from './walk.js';

/** A page that was requested, and how many of the records before it had been deleted then. */
interface Fetched<T> {
  page: SearchedPage<T> | null;
  gone: number;
}

/** A source that knows where its pages begin. */
export type StartedSource<T> = PageSource<T> & { readonly start: PagePlace };

/** Requests the first page of a search. */
export async function firstPage<T>(source: StartedSource<T>): Promise<Page<T>> {
  const { page } = await pageAt(source, source.start);
  return page;
}

/** Requests a page, with the relations that it is to have. */
async function pageAt<T>(source: PageSource<T>, place: PagePlace): Promise<SearchedPage<T>> {
  const searched = new SearchedPage(source, await source.fetch(place), place);
  await source.complete?.(searched.page);
  return searched;
}

/** What a walk has seen before a page. */
interface Before {
  trail: Trail;
  moment: number;
  seen: ReadonlySet<string>;
}

const nothing: ReadonlySet<string> = new Set();

/** A page of a search: what was sent for it, and how those beside it are found. `Page` documents its members. */
export class SearchedPage<T> implements PageOrigin<T> {
  readonly isOrigin: typeof originMark = originMark;
  readonly pageNumber: number;
  readonly pageSize: number;
  readonly total: number | undefined;
  readonly pageTotal: number | undefined;
  readonly invalid: readonly InvalidItem[];
  /** What users are given of it. */
  readonly page: Page<T>;
  readonly #source: PageSource<T>;
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
  #previous: Promise<Page<T>> | undefined;

  /** @param after What was seen before this page; default: nothing. */
  constructor(source: PageSource<T>, data: PageData, place: PagePlace, after?: Before) {
    this.#source = source;
    this.pageNumber = data.pageNumber;
    this.pageSize = data.pageSize;
    this.total = data.total;
    this.pageTotal = data.pageTotal;
    this.#place = place;
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
    this.page = new Page<T>(this);
  }

  get results(): readonly T[] {
    const source = this.#source;
    this.#records ??= this.#valid.map((json) => {
      const record = (this.#checked?.get(json) as T | undefined) ?? source.make(json);
      if (source.shifts && isObject(record)) noteOrigin(record, this.#trail.origin);
      return record;
    });
    return this.#records;
  }

  get length(): number {
    return this.#valid.length;
  }

  get hasNext(): boolean {
    return this.#nextPosition !== null;
  }

  get hasPrevious(): boolean {
    return this.#previousPosition !== null;
  }

  get token(): (() => string | null) | undefined {
    const source = this.#source;
    if (!source.token) return undefined;
    return () => (this.hasNext ? source.token!({ position: this.#nextPosition, index: this.#place.index + 1 }) : null);
  }

  get ids(): readonly string[] | undefined {
    const ids = this.#json.map((json) => this.#source.idOf(json));
    return ids.some((id) => id === undefined || id === null) ? undefined : ids.map((id) => JSON.stringify(id));
  }

  get saves(): number {
    return this.#saves;
  }

  get isCounted(): boolean {
    return !this.#isGuess;
  }

  get subject(): string {
    return this.#source.subject;
  }

  async next(): Promise<Page<T> | null> {
    for (;;) {
      this.#next ??= this.#fetchNext();
      const asked = this.#next;
      try {
        const { page, gone } = await asked;
        if ((await this.#trail.settled()).size === gone) return page?.page ?? null;
      } catch (error) {
        if (this.#next === asked) this.#next = undefined;
        throw error;
      }
      if (this.#next === asked) this.#next = undefined;
    }
  }

  async previous(): Promise<Page<T> | null> {
    if (!this.hasPrevious) return null;
    this.#previous ??= this.#fetchPrevious().then(
      ({ page }) => page,
      (error: unknown) => {
        this.#previous = undefined;
        throw error;
      },
    );
    return this.#previous;
  }

  async last(): Promise<Page<T> | null> {
    const place = this.pageTotal === undefined ? null : this.#source.lastPlace?.(this.pageTotal);
    return place ? (await pageAt(this.#source, place)).page : null;
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
      if (fetched && (await this.#trail.settled(signal)).size === fetched.gone) return fetched.page?.page ?? null;
      const { page } = await this.#fetchNext(signal);
      return page?.page ?? null;
    };
  }

  async #fetchNext(signal?: AbortSignal): Promise<Fetched<T>> {
    for (;;) {
      const gone = await this.#trail.settled(signal);
      try {
        const page = this.hasNext ? await this.#after(gone, signal) : null;
        // What was deleted while the request was under way may or may not be in its response.
        if ((await this.#trail.settled(signal)).size === gone.size) {
          if (page) await this.#source.complete?.(page.page, signal);
          return { page, gone: gone.size };
        }
      } catch (error) {
        if (this.#trail.gone().size === gone.size) throw error;
      }
    }
  }

  /** The first page with records behind this one, when some of those that were seen are gone; null past the end. */
  async #after(gone: ReadonlySet<string>, signal: AbortSignal | undefined): Promise<SearchedPage<T> | null> {
    for (let left = gone.size; ; ) {
      const page = await this.#behind(left, signal);
      // A list that has become shorter may have lost records to a save, as a search for a status does.
      const now = page === null ? 0 : this.#trail.mayHaveLeft((this.total ?? 0) - (page.total ?? Number.POSITIVE_INFINITY), this.#saves);
      if (now <= left) return page;
      left = now;
    }
  }

  /** The first page with records behind this one. @param left How many of those that were seen are not in the list any more. */
  async #behind(left: number, signal: AbortSignal | undefined): Promise<SearchedPage<T> | null> {
    const source = this.#source;
    // What is gone is left out, too: some platforms list for a while what was deleted.
    const seen = left > 0 ? new Set(this.#trail.ids) : nothing;
    let previous: SearchedPage<T> = this;
    const shifted = { at: this.#place.position, next: this.#nextPosition, gone: left, size: this.#trail.size } as Shifted;
    let position = left > 0 && source.shift ? source.shift(shifted) : this.#nextPosition;
    for (let { index } = this.#place; ; ) {
      const { moment } = this.#trail;
      const place = { position, index: ++index };
      const page = new SearchedPage(source, await source.fetch(place, signal), place, { trail: this.#trail, moment, seen });
      if (!page.isCounted && (page.#sent.length === 0 || page.#repeats(previous))) return null;
      if (page.#json.length > 0 || page.#sent.length === 0 || page.invalid.length > 0 || seen.size === 0) return page;
      if (!page.hasNext) return null;
      position = page.#nextPosition;
      previous = page;
    }
  }

  /** Whether the platform sent the very same page again, as those do that have no pages. */
  #repeats(other: SearchedPage<T>): boolean {
    return (
      JSON.stringify(this.#place.position) !== JSON.stringify(other.#place.position) &&
      this.#sent.length === other.#sent.length &&
      JSON.stringify(this.#sent) === JSON.stringify(other.#sent)
    );
  }

  async #fetchPrevious(): Promise<SearchedPage<T>> {
    const place = { position: this.#previousPosition, index: Math.max(0, this.#place.index - 1) };
    return pageAt(this.#source, place);
  }
}
