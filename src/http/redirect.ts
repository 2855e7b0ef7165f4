/** How many redirections one request may take. */
export const MOST_HOPS = 10;

/** Where an answer sends us, or why we do not go there; undefined when the answer is no redirection. */
export type Redirection = { to: URL; leaves: boolean } | { refused: string } | undefined;

/**
 * Reads get redirected anywhere but from https to http; writes only within their origin and only by 307 and 308, which keep
 * method and body (RFC 9110 §15.4).
 * @param hop how many redirections the request has taken.
 */
export function redirection(method: string, from: URL, status: number, location: string | undefined, hop: number): Redirection {
  if (![301, 302, 303, 307, 308].includes(status)) return undefined;
  const to = location === undefined ? null : URL.canParse(location, from.href) ? new URL(location, from) : null;
  if (!to) return { refused: 'redirected without a readable Location' };
  const where = `redirected to ${to.origin}${to.pathname}`;
  if (to.username || to.password || (to.protocol !== 'https:' && to.protocol !== 'http:'))
    return { refused: `${where}, which is not an address to follow` };
  if (from.protocol === 'https:' && to.protocol === 'http:') return { refused: `${where}, from https to http, which is not followed` };
  if (hop >= MOST_HOPS) return { refused: `${where}, after ${MOST_HOPS} redirections already` };
  const leaves = to.origin !== from.origin;
  if (method === 'GET' || method === 'HEAD') return { to, leaves };
  if (status !== 307 && status !== 308)
    return { refused: `${where} with ${status}, which would turn a ${method} into a GET and is not followed` };
  if (leaves) return { refused: `${where}, another origin, where a ${method} is not sent` };
  return { to, leaves };
}
