import { type AdapterRequest, type AdapterResponse, isContent, type SentContent } from '../adapters/adapter.js';
import { type Fetch, FetchAdapter } from '../adapters/fetch.js';
import { UnreadableResponse } from '../errors/unreadable-response.js';
import { sendContent } from './send-content.js';

/** Headers that browsers set themselves, or that the platform would have to allow for no use (https://fetch.spec.whatwg.org/#cors-safelisted-request-header). */
const OWN_HEADERS = ['accept-encoding', 'connection', 'content-length', 'host', 'user-agent'];

/**
 * Sends requests as browsers do. They cannot stream content (only over HTTP/2 and not in all browsers), so it is sent as a Blob: with an
 * XMLHttpRequest, the only sender that reports progress, where there is one and the connection has no fetch of its own.
 *
 * A browser follows redirects out of sight. So it may follow those of a request that carries nothing secret, a GET of a presigned or foreign
 * URL; any other redirect is an error. Cookies go to own origins only, as far as the page's origin is one of them.
 */
export class BrowserAdapter extends FetchAdapter {
  /** If-Range is not among the headers that may be sent without permission, and what a browser has decoded cannot be continued. */
  override readonly requestsRanges = false;
  readonly #sendsContent: boolean;

  /** @param fetch Default: that of the page. */
  constructor(fetch: Fetch | undefined) {
    super(fetch ?? ((url, init) => globalThis.fetch(url, init)));
    this.#sendsContent = fetch === undefined && typeof XMLHttpRequest === 'function';
  }

  override async send(request: AdapterRequest): Promise<AdapterResponse> {
    const sent = { ...request, headers: withoutOwn(request.headers) };
    const { body } = request;
    if (this.#sendsContent && isContent(body) && body.blob) return sendContent(sent, body, body.blob);
    try {
      const response = await super.send(sent);
      if (followsRedirects(request)) checkFinalUrl(request.url, response.url);
      return { ...response, headers: withoutLength(response.headers) };
    } catch (error) {
      throw error instanceof TypeError ? explained(error) : error;
    }
  }

  protected override init(request: AdapterRequest): RequestInit {
    return {
      ...super.init(request),
      redirect: followsRedirects(request) ? 'follow' : 'manual',
      credentials: request.trusted ? 'same-origin' : 'omit',
      // A poll must not be answered from the browser's cache.
      cache: 'no-store',
    };
  }

  protected override blobOf(content: SentContent): Blob | undefined {
    return content.blob;
  }

  /** Browsers decode every coding that they ask for. */
  protected override hasDecoded(): boolean {
    return true;
  }
}

function followsRedirects({ method, trusted }: AdapterRequest): boolean {
  return !trusted && (method === 'GET' || method === 'HEAD');
}

function checkFinalUrl(from: URL, to: string | undefined): void {
  if (from.protocol === 'https:' && to?.startsWith('http:'))
    throw new UnreadableResponse(`redirected to ${new URL(to).origin}, from https to http, which is not followed`);
}

function withoutOwn(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !OWN_HEADERS.includes(name)));
}

/** Browsers count the bytes themselves. The length is that before decoding, and a page of another origin does not see whether there was any. */
function withoutLength({ 'content-length': _length, ...headers }: Readonly<Record<string, string>>): Record<string, string> {
  return headers;
}

/** Browsers do not say why a request failed. */
export function explained(error: TypeError): TypeError {
  const reasons = 'there is no connection, or the platform does not allow requests from this page (CORS)';
  return new TypeError(`${error.message}; ${reasons}; the browser's console says more`);
}
