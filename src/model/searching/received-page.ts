import { isId } from '../support/ids.js';
import { sortItems } from './page-items.js';
import type { InvalidItem, PageData, PagePlace, PageSource } from './page-source.js';
import type { Shifted } from './styles/style.js';
import { Trail } from './trail.js';

/** What a walk has seen before a page. */
interface Before {
  readonly trail: Trail;
  readonly moment: number;
  readonly seen: ReadonlySet<string>;
}

const nothing: ReadonlySet<string> = new Set();

/** A page as the platform sent it, before records are made of it, and how the one behind it is found when records were deleted. */
export class ReceivedPage<T> {
  readonly source: PageSource<T>;
  readonly data: PageData;
  readonly place: PagePlace;
  /** The items that are JSON objects and were not seen before, those that are not valid included. */
  readonly objects: readonly Record<string, unknown>[];
  /** Those that records are made of. */
  readonly valid: readonly Record<string, unknown>[];
  readonly invalid: readonly InvalidItem[];
  readonly trail: Trail;
  /** How many saves there had been when it was received. */
  readonly saves: number;

  /** @param before What was seen before this page; default: nothing. */
  constructor(source: PageSource<T>, data: PageData, place: PagePlace, before?: Before) {
    this.source = source;
    this.data = data;
    this.place = place;
    const { objects, valid, invalid } = sortItems(source, data, before?.seen);
    this.objects = objects;
    this.valid = valid;
    this.invalid = invalid;
    const trail = before?.trail ?? new Trail({ source, depth: 0 }, source.shifts, 0, [], 0);
    const ids = objects
      .map((json) => source.idOf(json))
      .filter(isId)
      .map(String);
    this.trail = trail.next(before?.moment ?? trail.moment, ids, data.items.length, before === undefined);
    this.saves = this.trail.saves;
    for (const item of invalid) source.invalid(item);
  }

  /**
   * Requests the first page with records behind this one; null past the end.
   *
   * @param gone What was seen and has been deleted since.
   */
  async next(gone: ReadonlySet<string>, signal: AbortSignal | undefined): Promise<ReceivedPage<T> | null> {
    if (this.data.next === null) return null;
    for (let left = gone.size; ; ) {
      const page = await this.#behind(left, signal);
      // A list that has become shorter may have lost records to a save, as a search for a status does.
      const fewer = (this.data.total ?? 0) - (page?.data.total ?? Number.POSITIVE_INFINITY);
      const now = page === null ? 0 : this.trail.mayHaveLeft(fewer, this.saves);
      if (now <= left) return page;
      left = now;
    }
  }

  /** The first page with records behind this one. @param left How many of those that were seen are not in the list any more. */
  async #behind(left: number, signal: AbortSignal | undefined): Promise<ReceivedPage<T> | null> {
    const { source, trail } = this;
    // What is gone is left out, too: some platforms list for a while what was deleted.
    const seen = left > 0 ? new Set(trail.ids) : nothing;
    let previous: ReceivedPage<T> = this;
    const shifted = { at: this.place.position, next: this.data.next, gone: left, size: trail.size } as Shifted;
    let position = left > 0 && source.shift ? source.shift(shifted) : this.data.next;
    for (let { index } = this.place; ; ) {
      const { moment } = trail;
      const place = { position, index: ++index };
      const page = new ReceivedPage(source, await source.fetch(place, signal), place, { trail, moment, seen });
      const { items, isGuess, next } = page.data;
      if (isGuess && (items.length === 0 || page.#repeats(previous))) return null;
      if (page.objects.length > 0 || items.length === 0 || page.invalid.length > 0 || seen.size === 0) return page;
      if (next === null) return null;
      position = next;
      previous = page;
    }
  }

  /** Whether the platform sent the very same page again, as those do that have no pages. */
  #repeats({ place, data }: ReceivedPage<T>): boolean {
    return (
      JSON.stringify(this.place.position) !== JSON.stringify(place.position) &&
      this.data.items.length === data.items.length &&
      JSON.stringify(this.data.items) === JSON.stringify(data.items)
    );
  }
}
