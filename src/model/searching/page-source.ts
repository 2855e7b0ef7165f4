import type { Shifted } from './styles/style.js';
import type { Shifts } from './trail.js';

/** An item of a page that is not a JSON object, or not valid where its class is validated when it is loaded. */
export interface InvalidItem {
  /** The item's index in the platform's list. */
  index: number;
  /**
   * The item as the platform sent it, without the values of secret fields: items are printed and go into `invalid` events. An item that was
   * redacted instead could be mended and saved with the redaction as its password; `connection.get(path)` has all of it.
   */
  raw: unknown;
  /** What is wrong with it. */
  error: Error;
}

/** Where a page is. */
export interface PagePlace {
  /** As the style of the search says. */
  position: unknown;
  /** How many pages are before it. */
  index: number;
}

/** A page as the platform sent it, before records are made from it. */
export interface PageData {
  items: readonly unknown[];
  /** The position of the next page; null when there is none. */
  next: unknown;
  /** The position of the previous page; null when there is none, or the platform does not say. */
  previous: unknown;
  /** Whether the platform did not say that there is a next page. */
  isGuess: boolean;
  /** The page number according to the platform, else counted. */
  pageNumber: number;
  pageSize: number;
  /** Undefined when the platform does not say. */
  total: number | undefined;
  /** Undefined when the platform does not say. */
  pageTotal: number | undefined;
  /** What was made of the items, by item, where the class is validated when it is loaded: a record, or why there is none. */
  checked?: ReadonlyMap<object, unknown> | undefined;
}

/** A source of pages. */
export interface PageSource<T> {
  /** The search, for error messages. */
  readonly subject: string;
  fetch(place: PagePlace, signal?: AbortSignal): Promise<PageData>;
  /** Where to go on once records that were seen have been deleted; see PageStyle. Default: with the next page. */
  shift?(shifted: Shifted): unknown;
  /** Where the last page is, by the number of pages; null where the style of the search cannot tell. */
  lastPlace?(pages: number): PagePlace | null;
  /** A token with which a search goes on at a place; absent where it cannot. */
  token?(place: PagePlace): string;
  /** Loads the relations that a page is to have, before it is handed out. Default: none. The records of a page are made when they are read. */
  complete?(page: { readonly results: readonly T[] }, signal?: AbortSignal): Promise<void>;
  /** Makes a record from an item. */
  make(json: Record<string, unknown>): T;
  /** What may be shown of an item. Default: all of it. */
  shown?(json: Record<string, unknown>): unknown;
  /** The id of an item; undefined for an item without one. */
  idOf(json: Record<string, unknown>): unknown;
  /** Called for each item that is among the `invalid` of its page. */
  invalid(item: InvalidItem): void;
  /** What moves records from page to page; undefined where nothing does. */
  readonly shifts?: Shifts;
}
