/** The highest number of redirects that one request follows. */
const MAX_REDIRECTS = 10;

/** A redirect, and why it is not followed if it is not. */
export interface Redirect {
  /** Undefined without a readable Location. */
  to: URL | undefined;
  refusal?: string;
}

/**
 * The redirect that a response asks for; undefined when the response is not a redirect. GET and HEAD follow redirects to any origin,
 * except from https to http. Other methods follow them only within their origin, and only with 307 and 308, which keep the method and
 * the body (RFC 9110 §15.4).
 * @param hop The number of redirects that the request has followed.
 */
export function redirectOf(method: string, from: URL, status: number, location: string | undefined, hop: number): Redirect | undefined {
  if (status < 300 || ![301, 302, 303, 307, 308].includes(status)) return undefined;
  const to = location !== undefined && URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  return { to, refusal: to ? refusalReason(method, from, to, status, hop) : 'redirected without a readable Location' };
}

function refusalReason(method: string, from: URL, to: URL, status: number, hop: number): string | undefined {
  const where = `redirected to ${to.origin}${to.pathname}`;
  const isHttp = to.protocol === 'https:' || to.protocol === 'http:';
  if (!isHttp || to.username || to.password) return `${where}, which is not a URL to follow`;
  if (from.protocol === 'https:' && to.protocol === 'http:') return `${where}, from https to http, which is not followed`;
  if (hop >= MAX_REDIRECTS) return `${where}, after ${MAX_REDIRECTS} redirects already`;
  if (method === 'GET' || method === 'HEAD') return undefined;
  if (status !== 307 && status !== 308) return `${where} with ${status}, which would turn a ${method} into a GET and is not followed`;
  return to.origin === from.origin ? undefined : `${where}, another origin, where a ${method} is not sent`;
}
