/** A request the platform received. */
export interface ReceivedRequest {
  method: string;
  path: string;
  /** A key that came more than once has a list. */
  query: Record<string, string | string[]>;
  /** Names in lower case. */
  headers: Record<string, string>;
  /** The JSON that was sent, where the operation read any. */
  body?: unknown;
  /** The status that was answered; undefined until then, and for a connection that was broken. */
  status?: number;
}

const capacity = 1000;

/** What was received, oldest first; the last 1,000 requests. */
export class RequestLog {
  readonly requests: ReceivedRequest[] = [];

  add(request: Request): ReceivedRequest {
    const { pathname, searchParams } = new URL(request.url);
    const query: Record<string, string | string[]> = {};
    for (const [key, value] of searchParams) query[key] = key in query ? [query[key] ?? [], value].flat() : value;
    const entry: ReceivedRequest = { method: request.method, path: pathname, query, headers: Object.fromEntries(request.headers) };
    if (this.requests.length >= capacity) this.requests.splice(0, capacity / 10);
    this.requests.push(entry);
    return entry;
  }

  clear(): void {
    this.requests.length = 0;
  }
}
