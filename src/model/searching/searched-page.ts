import { noteOrigin } from '../persistence/deletions.js';
import { isRecord } from '../state/slot.js';
import { originMark, Page, type PageOrigin } from './page.js';
import type { PagePlace, PageSource } from './page-source.js';
import { ReceivedPage } from './received-page.js';
import type { Next } from './walk.js';

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
  const page = new Page<T>(new SearchedPage(new ReceivedPage(source, await source.fetch(place), place)));
  await source.complete?.(page);
  return page;
}

/** A page of a search, and how those beside it are requested. `Page` documents its members. */
class SearchedPage<T> implements PageOrigin<T> {
  readonly isOrigin: typeof originMark = originMark;
  readonly #received: ReceivedPage<T>;
  #records: readonly T[] | undefined;
  #next: Promise<Fetched<T>> | undefined;
  #previous: Promise<Page<T>> | undefined;

  constructor(received: ReceivedPage<T>) {
    this.#received = received;
  }

  get data(): ReceivedPage<T>['data'] {
    return this.#received.data;
  }

  get invalid(): ReceivedPage<T>['invalid'] {
    return this.#received.invalid;
  }

  get results(): readonly T[] {
    const { source, valid, data, trail } = this.#received;
    this.#records ??= valid.map((json) => {
      const record = (data.checked?.get(json) as T | undefined) ?? source.make(json);
      if (source.shifts && isRecord(record)) noteOrigin(record, trail.origin);
      return record;
    });
    return this.#records;
  }

  get length(): number {
    return this.#received.valid.length;
  }

  get token(): (() => string | null) | undefined {
    const { source, data, place } = this.#received;
    if (!source.token) return undefined;
    return () => (data.next === null ? null : source.token!({ position: data.next, index: place.index + 1 }));
  }

  get ids(): readonly string[] | undefined {
    const { source, objects } = this.#received;
    const ids = objects.map((json) => source.idOf(json));
    return ids.some((id) => id === undefined || id === null) ? undefined : ids.map((id) => JSON.stringify(id));
  }

  get saves(): number {
    return this.#received.saves;
  }

  get subject(): string {
    return this.#received.source.subject;
  }

  async next(): Promise<Page<T> | null> {
    const { trail } = this.#received;
    for (;;) {
      this.#next ??= fetchNext(this.#received);
      const asked = this.#next;
      try {
        const { page, gone } = await asked;
        if ((await trail.settled()).size === gone) return page;
      } catch (error) {
        if (this.#next === asked) this.#next = undefined;
        throw error;
      }
      if (this.#next === asked) this.#next = undefined;
    }
  }

  async previous(): Promise<Page<T> | null> {
    const { source, data, place } = this.#received;
    if (data.previous === null) return null;
    this.#previous ??= pageAt(source, { position: data.previous, index: Math.max(0, place.index - 1) }).catch((error: unknown) => {
      this.#previous = undefined;
      throw error;
    });
    return this.#previous;
  }

  async last(): Promise<Page<T> | null> {
    const { source, data } = this.#received;
    const place = data.pageTotal === undefined ? null : source.lastPlace?.(data.pageTotal);
    return place ? pageAt(source, place) : null;
  }

  /** What it requests is not cached here, because a long walk would then keep all its pages in memory. */
  ahead(signal: AbortSignal): Next<Page<T>> {
    const received = this.#received;
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
        const page = next && new Page<T>(new SearchedPage(next));
        if (page) await source.complete?.(page, signal);
        return { page, gone: gone.size };
      }
    } catch (error) {
      if (trail.gone().size === gone.size) throw error;
    }
  }
}
