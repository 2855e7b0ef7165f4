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

/**
 * An entry, whose query, headers and body are kept as they came and taken apart when they are read: few of them are. What reads them are
 * properties of its own, as of any other object, with functions that all entries share: those of an entry alone take six times as long.
 */
export class Entry implements ReceivedRequest {
  readonly method: string;
  readonly path: string;
  declare query: ReceivedRequest['query'];
  declare headers: ReceivedRequest['headers'];
  declare body?: unknown;
  declare bodyCutFrom?: number;
  declare status?: number;
  readonly #search: string;
  readonly #raw: readonly string[];
  #query: ReceivedRequest['query'] | undefined;
  #headers: ReceivedRequest['headers'] | undefined;
  #text = '';

  static readonly #shared = {
    query: {
      enumerable: true,
      configurable: true,
      get(this: Entry): Entry['query'] {
        this.#query ??= queryOf(new URLSearchParams(this.#search));
        return this.#query;
      },
    },
    headers: {
      enumerable: true,
      configurable: true,
      get(this: Entry): Entry['headers'] {
        this.#headers ??= headersOf(this.#raw);
        return this.#headers;
      },
    },
    body: {
      enumerable: true,
      configurable: true,
      get(this: Entry): unknown {
        return this.bodyCutFrom === undefined ? JSON.parse(this.#text) : this.#text;
      },
    },
  };

  constructor(method: string, path: string, search: string, raw: readonly string[]) {
    this.method = method;
    this.path = path;
    this.#search = search;
    this.#raw = raw;
    Object.defineProperty(this, 'query', Entry.#shared.query);
    Object.defineProperty(this, 'headers', Entry.#shared.headers);
  }

  /** Adds the body, which is kept as text: that is smaller than what it parses to. Gives the characters that are kept. */
  addBody(text: string): number {
    const isLong = text.length > longestBody;
    // A copy: a slice of a text keeps all of it in memory.
    this.#text = isLong ? Buffer.from(text.slice(0, longestBody)).toString() : text;
    if (isLong) this.bodyCutFrom = text.length;
    Object.defineProperty(this, 'body', Entry.#shared.body);
    return this.#text.length;
  }

  /** Shows it with what it is read as: Node.js would show that it has getters. */
  [inspect.custom](): ReceivedRequest {
    return { ...this };
  }
}

/** The received requests, oldest first: at most 1,000, or as many as fit into a number of bytes. */
export class RequestLog {
  readonly requests: Entry[] = [];
  readonly #sizes = new Map<Entry, number>();
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** @param raw The names and values of the headers in turn, where they are at hand. */
  add({ method, url, headers }: Request, raw: readonly string[] = [...headers].flat()): Entry {
    const { path, search } = splitUrl(url);
    const entry = new Entry(method, path, search, raw);
    if (this.requests.length >= capacity) this.#drop(capacity / 10);
    this.requests.push(entry);
    let size = overhead + method.length + path.length + search.length;
    for (const text of raw) size += text.length;
    this.#count(entry, size);
    return entry;
  }

  /** Adds the body to an entry, if it is still kept. */
  addBody(entry: Entry, text: string): void {
    if (this.#sizes.has(entry)) this.#count(entry, entry.addBody(text));
  }

  clear(): void {
    this.#drop(this.requests.length);
  }

  #count(entry: Entry, bytes: number): void {
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
