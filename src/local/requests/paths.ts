/** The path of a request, without the double and trailing slashes that clients make when they join it to a base URL. */
export function pathOf({ url }: Request): string {
  return new URL(url).pathname.replace(/\/{2,}/g, '/').replace(/(?<=.)\/$/, '');
}

/** Whether a path belongs to aiXplain's API; all others are Moderately's. */
export function isAixplainPath(path: string): boolean {
  return /^\/(v1|v2|sdk|assets|api)(\/|$)/.test(path);
}
