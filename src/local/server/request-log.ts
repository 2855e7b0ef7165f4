/** A request that the platform received. */
export interface ReceivedRequest {
  /** The method, in upper case. */
  method: string;
  /** The path, with the query. */
  path: string;
  /** A repeated key has a list of values. */
  query: Record<string, string | string[]>;
  /** Names in lower case. */
  headers: Record<string, string>;
  /** The JSON body, where the operation read one. Of more than 64 KiB, the first 64 KiB as text. */
  body?: unknown;
  /** The characters that a body had before it was cut; undefined for one that was not. */
  bodyCutFrom?: number;
  /** The status of the response; undefined while the request is in flight, and when its connection was broken. */
  status?: number;
}

const capacity = 1000;
/** Characters of a body that are kept. */
const longestBody = 65_536;
/** What an entry takes beside its texts, in bytes, roughly. */
const overhead = 512;

function sizeOf({ method, path, query, headers }: ReceivedRequest): number {
  let size = overhead + method.length + path.length;
  for (const [key, value] of Object.entries(query)) size += key.length + (typeof value === 'string' ? value : value.join('')).length;
  for (const name in headers) size += name.length + (headers[name]?.length ?? 0);
  return size;
}

function queryOf(parameters: URLSearchParams): Record<string, string | string[]> {
  const query = new Map<string, string | string[]>();
  for (const [key, value] of parameters) {
    const before = query.get(key);
    if (Array.isArray(before)) before.push(value);
    else query.set(key, before === undefined ? value : [before, value]);
  }
  return Object.fromEntries(query);
}

/** The received requests, oldest first: at most 1,000, or as many as fit into a number of bytes. */
export class RequestLog {
  readonly requests: ReceivedRequest[] = [];
  readonly #sizes = new Map<ReceivedRequest, number>();
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  add(request: Request): ReceivedRequest {
    const { pathname, search, searchParams } = new URL(request.url);
    const entry: ReceivedRequest = {
      method: request.method,
      path: pathname,
      query: search === '' ? {} : queryOf(searchParams),
      headers: Object.fromEntries(request.headers),
    };
    if (this.requests.length >= capacity) this.#drop(capacity / 10);
    this.requests.push(entry);
    this.#count(entry, sizeOf(entry));
    return entry;
  }

  /** Adds the body to an entry. It is kept as text, which is smaller than what it parses to, and parsed when it is read. */
  addBody(entry: ReceivedRequest, text: string): void {
    if (!this.#sizes.has(entry)) return;
    const cut = text.length > longestBody;
    // A copy: a slice of a text keeps all of it in memory.
    const kept = cut ? Buffer.from(text.slice(0, longestBody)).toString() : text;
    if (cut) entry.bodyCutFrom = text.length;
    Object.defineProperty(entry, 'body', {
      enumerable: true,
      configurable: true,
      get: (): unknown => (cut ? kept : JSON.parse(kept)),
    });
    this.#count(entry, kept.length);
  }

  clear(): void {
    this.#drop(this.requests.length);
  }

  #count(entry: ReceivedRequest, bytes: number): void {
    this.#sizes.set(entry, (this.#sizes.get(entry) ?? 0) + bytes);
    this.#bytes += bytes;
    while (this.#bytes > this.#maxBytes) this.#drop(1);
  }

  #drop(count: number): void {
    for (const entry of this.requests.splice(0, count)) {
      this.#bytes -= this.#sizes.get(entry) ?? 0;
      this.#sizes.delete(entry);
    }
  }
}
