/** How many redirections one request may take. */
const MAX_REDIRECTS = 10;

/** Where an answer sends us, and why we do not go there if we do not. */
export interface Redirect {
  to: URL | undefined;
  refusal?: string;
}

/**
 * What to do about an answer; undefined when it is no redirection. Reads get redirected anywhere but from https to http; writes only within their origin and only by 307 and 308, which keep
 * method and body (RFC 9110 §15.4).
 * @param hop how many redirections the request has taken.
 */
export function redirectOf(method: string, from: URL, status: number, location: string | undefined, hop: number): Redirect | undefined {
  if (![301, 302, 303, 307, 308].includes(status)) return undefined;
  const to = location !== undefined && URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  return { to, refusal: to ? refusalReason(method, from, to, status, hop) : 'redirected without a readable Location' };
}

function refusalReason(method: string, from: URL, to: URL, status: number, hop: number): string | undefined {
  const where = `redirected to ${to.origin}${to.pathname}`;
  const web = to.protocol === 'https:' || to.protocol === 'http:';
  if (!web || to.username || to.password) return `${where}, which is not an address to follow`;
  if (from.protocol === 'https:' && to.protocol === 'http:') return `${where}, from https to http, which is not followed`;
  if (hop >= MAX_REDIRECTS) return `${where}, after ${MAX_REDIRECTS} redirections already`;
  if (method === 'GET' || method === 'HEAD') return undefined;
  if (status !== 307 && status !== 308) return `${where} with ${status}, which would turn a ${method} into a GET and is not followed`;
  return to.origin === from.origin ? undefined : `${where}, another origin, where a ${method} is not sent`;
}
