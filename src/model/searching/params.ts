/** The parameters of every search. All others are filters of the platform's own. */
export interface BaseSearchParams {
  /** The text to search for. */
  query?: string | undefined;
  /** Whose records to find: one or more of the platform's values, such as 'TEAM'. */
  ownership?: string | readonly string[] | undefined;
  /** The platform's name of the key to sort by. */
  sortBy?: string | undefined;
  /** The platform's word for the direction. */
  sortOrder?: string | undefined;
  /** The page to begin with, counted from the platform's first page number. Default: the first page. */
  pageNumber?: number | undefined;
  /** Records per page. Default: the class's `pageSize`. */
  pageSize?: number | undefined;
  /** Sent instead of the connection's own key, with the requests of this search only. */
  apiKey?: string | undefined;
  /** A path to use instead of the class's own. */
  resourcePath?: string | undefined;
  /** A key of the items to use instead of the class's own. */
  paginateItemsKey?: string | undefined;
}
