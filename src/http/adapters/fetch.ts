import { encodingLabels } from '../encoding/content-codings.js';
import { UnreadableResponse } from '../errors/unreadable-response.js';
import { type AdapterRequest, type AdapterResponse, type Cancellation, type HttpAdapter, isContent, type SentContent } from './adapter.js';
import { fetchedBody } from './received-body.js';

/** A WHATWG fetch function, as in browsers, undici and Node (https://fetch.spec.whatwg.org/#fetch-method). */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** The codings that every fetch function decodes. */
const FETCH_CODINGS = ['gzip', 'deflate', 'br'];

/** Sends requests with the `fetch` function given in the connection's options. */
export class FetchAdapter implements HttpAdapter {
  readonly decodes = true;
  readonly requestsRanges: boolean = true;
  readonly #fetch: Fetch;

  constructor(fetch: Fetch) {
    this.#fetch = fetch;
  }

  async send(request: AdapterRequest): Promise<AdapterResponse> {
    const fetch = this.#fetch;
    const sending = unlessEnded(fetch(request.url.href, this.init(request)), request.cancellation);
    const { body } = request;
    const response = await (isContent(body) && this.blobOf(body) ? body.sentUnseen(sending) : sending);
    // https://fetch.spec.whatwg.org/#concept-filtered-response-opaque-redirect: a browser hides the target of a redirect.
    if (response.status < 200)
      throw new UnreadableResponse(`the fetch returned a response with status ${response.status}, as browsers do for a redirect`);
    const { status, statusText } = response;
    const headers = headersOf(response);
    return { status, statusText, headers, url: response.url, body: fetchedBody(response.body), decoded: this.hasDecoded(headers) };
  }

  close(): void {}

  protected init({ method, headers, body, cancellation }: AdapterRequest): RequestInit {
    const init: RequestInit & { duplex?: 'half' } = {
      method,
      headers: { ...headers },
      redirect: 'manual',
      signal: cancellation.signal,
    };
    if (!isContent(body)) {
      if (body !== undefined) init.body = body as Uint8Array<ArrayBuffer>;
      return init;
    }
    init.body = this.blobOf(body) ?? streamOf(body.chunks());
    if (init.body instanceof ReadableStream) init.duplex = 'half';
    return init;
  }

  /** The content as a Blob if it is sent as one; else it is streamed, which shows how much is sent. */
  protected blobOf(_content: SentContent): Blob | undefined {
    return undefined;
  }

  /** Whether the fetch has decoded the body (https://fetch.spec.whatwg.org/#handle-content-codings: one unknown coding, and it does not). */
  protected hasDecoded(headers: Readonly<Record<string, string>>): boolean {
    return encodingLabels(headers).every((label) => FETCH_CODINGS.includes(label));
  }
}

function headersOf(response: Response): Record<string, string> {
  const headers: Record<string, string> = {};
  response.headers.forEach((value, name) => {
    headers[name.toLowerCase()] = value;
  });
  return headers;
}

/** Rejects when the request is ended: some implementations, such as in-process servers, ignore its signal. */
function unlessEnded(sending: Promise<Response>, cancellation: Cancellation): Promise<Response> {
  return new Promise((resolve, reject) => {
    let isEnded = false;
    const forget = cancellation.onEnd(() => {
      isEnded = true;
      reject(cancellation.signal.reason);
    });
    sending.then(
      (response) => {
        forget();
        if (isEnded) response.body?.cancel().catch(() => {});
        else resolve(response);
      },
      (error) => {
        forget();
        reject(error);
      },
    );
  });
}

/** A web stream of chunks, each taken when it is asked for. */
function streamOf(chunks: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await chunks.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: () => void chunks.return(undefined),
    },
    { highWaterMark: 0 },
  );
}
