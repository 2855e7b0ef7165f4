import type { SearchOptions } from '../../fields/entity-options.js';

/** What a style knows of a search. */
export interface StyledSearch {
  /** The search, for error messages. */
  readonly subject: string;
  /** What the class says about its pages. */
  readonly settings: Readonly<Required<SearchOptions>>;
  /** How many records a page is to have. */
  readonly pageSize: number;
}

/** Where the request for a page goes: parameters beside the filters, or an address that has all of them. */
export type PageAddress =
  | {
      /** Parameters beside the filters. */
      readonly params: Readonly<Record<string, unknown>>;
    }
  | {
      /** The whole address. */
      readonly url: string;
    };

/** The response to the request for a page. */
export interface PageResponse {
  /** The body, as JSON. */
  readonly body: unknown;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The address of the request. */
  readonly url: string;
  /** The items of the page. */
  readonly items: readonly unknown[];
  /** The id of the last item that has one. */
  readonly lastId: unknown;
  /** How many records there are, where the platform says so. */
  readonly total: number | undefined;
}

/** What a response says of the pages around it. */
export interface PageLinks {
  /** Where the next page is; null when there is none. */
  readonly next: unknown;
  /** Where the previous page is; null, the default, when there is none, or the platform does not say. */
  readonly previous?: unknown;
  /** Whether the platform did not say that there is a next page: it may be empty, or this one again, and the search ends there. */
  readonly isGuess?: boolean;
  /** The number of the page; default: counted from the first page of the search. */
  readonly pageNumber?: number;
  /** Default: what was asked for. */
  readonly pageSize?: number;
  /** The number of pages, where the platform says so. */
  readonly pageTotal?: number | undefined;
}

/** What deletes have moved. */
export interface Shifted {
  /** The position of the page. */
  readonly at: never;
  /** The position of the next page. */
  readonly next: never;
  /** How many records have been deleted. */
  readonly gone: number;
  /** How many records the platform sends as a page. */
  readonly size: number;
}

/**
 * How an API divides its lists into pages. A position says where a page is. It may be anything that JSON can represent, because tokens
 * contain it.
 */
export interface PageStyle {
  /** The parameter with which a caller may say where to begin, beside `pageNumber`. */
  readonly startParam?: string | undefined;
  /**
   * The position of the first page.
   *
   * @param given What the caller gave as `startParam` or `pageNumber`; undefined for the beginning.
   * @throws ValidationError for what the API cannot begin with.
   */
  start(given: unknown, search: StyledSearch): unknown;
  /** Where the request for the page at a position goes. */
  request(position: never, search: StyledSearch): PageAddress;
  /**
   * Reads where the pages around a page are.
   *
   * @throws ResourceError for a response that contradicts itself.
   */
  read(response: PageResponse, position: never, search: StyledSearch): PageLinks | Promise<PageLinks>;
  /**
   * The position of the last page; null where it cannot be told. Default: null.
   *
   * @param pages How many pages there are.
   */
  last?(pages: number, search: StyledSearch): unknown;
  /**
   * Where to go on once records that were seen have been deleted and the ones behind them have moved forward. What was seen is left out of
   * what comes. Absent where deletes move nothing, as with cursors.
   *
   * @param shifted The positions of a page and of the next one, how many records have been deleted, and how many the platform sends as a page.
   */
  shift?(shifted: Shifted, search: StyledSearch): unknown;
}
