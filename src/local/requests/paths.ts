/**
 * The path of a request's URL and its query, with the question mark, as they are. A request has its URL normalised, so that it is not
 * parsed again.
 */
export function splitUrl(url: string): { path: string; search: string } {
  const fragment = url.indexOf('#');
  const end = fragment < 0 ? url.length : fragment;
  const start = url.indexOf('/', url.indexOf('://') + 3);
  const query = url.indexOf('?', start);
  return query < 0 || query > end
    ? { path: url.slice(start, end), search: '' }
    : { path: url.slice(start, query), search: url.slice(query, end) };
}

/** The path of a request, without the double and trailing slashes that clients make when they join it to a base URL. */
export function pathOf({ url }: Request): string {
  const { path } = splitUrl(url);
  if (!path.includes('//') && !path.endsWith('/')) return path;
  return path.replace(/\/{2,}/g, '/').replace(/(?<=.)\/$/, '');
}

/** Whether a path belongs to aiXplain's API; all others are Moderately's. */
export function isAixplainPath(path: string): boolean {
  return /^\/(v1|v2|sdk|assets|api)(\/|$)/.test(path);
}
