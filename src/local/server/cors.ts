import { JsonResponse, setHeader } from './json-response.js';

/** Pages of this machine: on a developer's own server, of any port. */
const ofThisMachine = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;
const methods = 'GET, HEAD, POST, PUT, PATCH, DELETE';
/** The response headers that scripts may read beside those that the Fetch standard always allows. */
const exposed = 'ETag, Link, Location, Retry-After, X-Request-Id, Idempotency-Replayed, Content-Range, Accept-Ranges, Content-Disposition';
/** Seconds for which a browser remembers the response to a preflight. */
const maxAge = '600';

/**
 * Cross-origin requests from browsers (Fetch standard, https://fetch.spec.whatwg.org/#http-cors-protocol): pages of this machine
 * and of the given origins may call the platform. Credentials of the browser, such as cookies, are not used.
 */
export class Cors {
  readonly #origins: ReadonlySet<string>;

  /** @param origins Further origins; `*` for every origin. */
  constructor(origins: readonly string[] = []) {
    this.#origins = new Set(origins.map((origin) => origin.toLowerCase()));
  }

  #allows(origin: string): boolean {
    return ofThisMachine.test(origin) || this.#origins.has('*') || this.#origins.has(origin.toLowerCase());
  }

  /** The response to a preflight, which has no key; undefined for any other request. */
  preflight(request: Request): Response | undefined {
    if (request.method !== 'OPTIONS') return undefined;
    const { headers } = request;
    if (!headers.has('origin') || !headers.has('access-control-request-method')) return undefined;
    const response = this.expose(request, new Response(null, { status: 204 }));
    response.headers.append('vary', 'Access-Control-Request-Headers');
    if (!response.headers.has('access-control-allow-origin')) return response;
    response.headers.set('access-control-allow-methods', methods);
    response.headers.set('access-control-max-age', maxAge);
    const asked = headers.get('access-control-request-headers');
    if (asked !== null) response.headers.set('access-control-allow-headers', asked);
    if (headers.has('access-control-request-private-network')) response.headers.set('access-control-allow-private-network', 'true');
    return response;
  }

  /** Adds the headers to a response, errors included, that let the page read it. */
  expose(request: Request, response: Response): Response {
    // What is not JSON may vary by something else as well.
    if (response instanceof JsonResponse) response.setField('vary', 'Origin');
    else response.headers.append('vary', 'Origin');
    const origin = request.headers.get('origin');
    if (origin === null || !this.#allows(origin)) return response;
    setHeader(response, 'access-control-allow-origin', origin);
    setHeader(response, 'access-control-expose-headers', exposed);
    return response;
  }
}
