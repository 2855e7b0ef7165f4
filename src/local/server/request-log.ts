import { inspect } from 'node:util';
import { splitUrl } from '../requests/paths.js';

/** A request that the platform received. */
export interface ReceivedRequest {
  /** The method, in upper case. */
  method: string;
  /** The path, without the query. */
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

function queryOf(parameters: URLSearchParams): Record<string, string | string[]> {
  const query = new Map<string, string | string[]>();
  for (const [key, value] of parameters) {
    const before = query.get(key);
    if (Array.isArray(before)) before.push(value);
    else query.set(key, before === undefined ? value : [before, value]);
  }
  return Object.fromEntries(query);
}

/** Headers by their names, from a list of names and values in turn. A repeated one is joined, as RFC 9110 §5.3 and RFC 9113 §8.2.3 say. */
function headersOf(raw: readonly string[]): Record<string, string> {
  const headers = new Map<string, string>();
  for (let at = 0; at < raw.length; at += 2) {
    const [name, value] = [raw[at]?.toLowerCase() ?? '', raw[at + 1] ?? ''];
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}${name === 'cookie' ? '; ' : ', '}${value}`);
  }
  return Object.fromEntries([...headers].sort());
}

/** An entry, whose query and headers are kept as they came and taken apart when they are read: few of them are. */
function entryOf(method: string, path: string, search: string, raw: readonly string[]): ReceivedRequest {
  let query: ReceivedRequest['query'] | undefined;
  let headers: ReceivedRequest['headers'] | undefined;
  const entry: ReceivedRequest = {
    method,
    path,
    get query() {
      query ??= queryOf(new URLSearchParams(search));
      return query;
    },
    get headers() {
      headers ??= headersOf(raw);
      return headers;
    },
  };
  return Object.defineProperty(entry, inspect.custom, shown);
}

/** Shows an entry with what it is read as: Node.js would show that it has getters. */
const shown = {
  value(this: ReceivedRequest): ReceivedRequest {
    return { ...this };
  },
};

/** The received requests, oldest first: at most 1,000, or as many as fit into a number of bytes. */
export class RequestLog {
  readonly requests: ReceivedRequest[] = [];
  readonly #sizes = new Map<ReceivedRequest, number>();
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** @param raw The names and values of the headers in turn, where they are at hand. */
  add({ method, url, headers }: Request, raw: readonly string[] = [...headers].flat()): ReceivedRequest {
    const { path, search } = splitUrl(url);
    const entry = entryOf(method, path, search, raw);
    if (this.requests.length >= capacity) this.#drop(capacity / 10);
    this.requests.push(entry);
    let size = overhead + method.length + path.length + search.length;
    for (const text of raw) size += text.length;
    this.#count(entry, size);
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
