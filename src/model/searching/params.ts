/** What every search understands. Anything else is a filter of the platform's own. */
export interface BaseSearchParams {
  /** Text to look for. */
  query?: string | undefined;
  /** Whose records: a wire value of the platform, such as 'TEAM'; or several. */
  ownership?: string | readonly string[] | undefined;
  sortBy?: string | undefined;
  sortOrder?: string | undefined;
  /** Counted from the platform's own first number. */
  pageNumber?: number | undefined;
  pageSize?: number | undefined;
  /** Sent instead of the connection's own key, with the requests of this search only. */
  apiKey?: string | undefined;
  /** Another path than the class's own. */
  resourcePath?: string | undefined;
  /** Another key for the items than the class's own. */
  paginateItemsKey?: string | undefined;
}
