import type { AdapterRequest, AdapterResponse, SentContent } from '../adapters/adapter.js';
import { fetchedBody } from '../adapters/received-body.js';
import { utf8 } from '../bytes.js';
import { UnreadableResponse } from '../errors/unreadable-response.js';

/**
 * Sends content with an XMLHttpRequest (https://xhr.spec.whatwg.org), which reports how much is sent.
 * @throws UnreadableResponse when it was redirected, which the browser does not ask about; TypeError when there is no response.
 */
export function sendContent(request: AdapterRequest, content: SentContent, blob: Blob): Promise<AdapterResponse> {
  const { method, url, headers, cancellation } = request;
  const xhr = new XMLHttpRequest();
  const response = new Promise<AdapterResponse>((resolve, reject) => {
    xhr.upload.onprogress = ({ loaded }) => content.sent(loaded);
    xhr.upload.onload = () => content.sent(content.size);
    xhr.onload = () => {
      if (xhr.responseURL.replace(/#.*/, '') === url.href.replace(/#.*/, '')) resolve(responseOf(xhr));
      else reject(new UnreadableResponse(`the upload was redirected to ${originOf(xhr.responseURL)}, which does not count`));
    };
    xhr.onerror = () =>
      reject(new TypeError('Failed to send; there is no connection, or the store does not allow uploads from this page (CORS)'));
    xhr.onabort = () => reject(cancellation.signal.reason);
  });
  const forget = cancellation.onEnd(() => xhr.abort());
  xhr.open(method, url.href);
  for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
  content.sent(0);
  if (cancellation.isOver) return Promise.reject(cancellation.signal.reason);
  xhr.send(blob);
  return response.finally(forget);
}

function responseOf(xhr: XMLHttpRequest): AdapterResponse {
  const { status, statusText, responseText } = xhr;
  const headers: Record<string, string> = {};
  for (const line of xhr.getAllResponseHeaders().split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  delete headers['content-length'];
  return { status, statusText, headers, body: fetchedBody(new Blob([utf8(responseText)]).stream()), decoded: true };
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : 'another place';
}
