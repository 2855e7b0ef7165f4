/** A request that the platform received. */
export interface ReceivedRequest {
  method: string;
  path: string;
  /** A repeated key has a list of values. */
  query: Record<string, string | string[]>;
  /** Names in lower case. */
  headers: Record<string, string>;
  /** The JSON body, where the operation parsed one. */
  body?: unknown;
  /** The status of the response; undefined while the request is in flight, and when its connection was broken. */
  status?: number;
}

const capacity = 1000;

/** The received requests, oldest first; at least the last 900, at most 1,000. */
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
