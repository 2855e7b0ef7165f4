import { type IncomingHttpHeaders, request } from 'node:http';

/** A response with its body as bytes. */
export interface RawResponse {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** The body as JSON. */
  json: () => unknown;
}

/** Sends a request with exactly these headers over a new connection; only `Host`, `Connection` and `Content-Length` are added. */
export function sendRaw(method: string, url: string, headers: Record<string, string>, body?: string | Buffer): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      method,
      headers: { ...headers, ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }) },
      agent: false,
    });
    sent.on('error', reject);
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const content = Buffer.concat(chunks);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: content, json: () => JSON.parse(content.toString()) });
      });
    });
    sent.end(body);
  });
}
