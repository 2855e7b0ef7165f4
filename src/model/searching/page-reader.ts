import { ResourceError } from '../errors/index.js';
import type { SearchOptions } from '../fields/entity-options.js';
import { isObject } from '../state/json.js';
import type { PageData } from './page.js';

/** Reads the responses of one search as pages. */
export class PageReader {
  readonly #subject: string;
  readonly #settings: Required<SearchOptions>;
  readonly #pageSize: number;
  readonly #itemsKey: string;
  /** The length of the pages the platform really sends, once it has sent a shorter one than was asked for. */
  #served: number;

  /** @param subject What is searched, for messages. @param itemsKey Where the items are, when that is not what the class says. */
  constructor(subject: string, settings: Required<SearchOptions>, pageSize: number, itemsKey: string | undefined) {
    this.#subject = subject;
    this.#settings = settings;
    this.#pageSize = pageSize;
    this.#itemsKey = itemsKey ?? settings.itemsKey;
    this.#served = pageSize;
  }

  /** @throws ResourceError for a response without a list where the class has it. */
  read(body: unknown, requested: number): PageData {
    const pageSize = this.#pageSize;
    const { totalKey, pageTotalKey, pageParam, sizeParam } = this.#settings;
    if (Array.isArray(body)) return this.#bareList(body, requested);
    const itemsKey = this.#itemsKey;
    const items = valueAt(body, itemsKey);
    if (!Array.isArray(items)) {
      throw new ResourceError(
        `${this.#subject}: the response has no list at "${itemsKey}" (it has ${isObject(body) ? Object.keys(body).join(', ') || 'no keys' : typeof body}). ` +
          'Set the key with @Entity({ search: { itemsKey } }).',
      );
    }
    // What the platform calls the page and its size stands beside its total.
    const beside = (key: string): string => (totalKey.includes('.') ? `${totalKey.slice(0, totalKey.lastIndexOf('.'))}.${key}` : key);
    const isWhole = pageParam === '';
    const total = numberAt(body, totalKey) ?? (isWhole ? items.length : undefined);
    const size = numberAt(body, beside(sizeParam)) ?? (isWhole ? Math.max(pageSize, items.length) : pageSize);
    return {
      items,
      requested,
      pageNumber: numberAt(body, beside(pageParam)) ?? requested,
      pageSize: size,
      total,
      pageTotal: isWhole ? 1 : this.#pagesOf(total, size, numberAt(body, pageTotalKey), requested, items.length),
    };
  }

  /** A list without a word about pages: whole where the class has none, else one that may go on, however long it is. */
  #bareList(items: readonly unknown[], requested: number): PageData {
    const { pageParam, wholeLists } = this.#settings;
    const isWhole = wholeLists || pageParam === '';
    return {
      items,
      requested,
      pageNumber: requested,
      pageSize: Math.max(this.#pageSize, items.length),
      total: isWhole ? items.length : undefined,
      pageTotal: isWhole ? 1 : undefined,
    };
  }

  /** Platforms disagree on what their page total counts, and some send shorter pages than asked for, so it is worked out. */
  #pagesOf(total: number | undefined, size: number, said: number | undefined, requested: number, length: number): number | undefined {
    if (total === undefined || size < 1) return said;
    const before = (requested - this.#settings.firstPage) * this.#served;
    if (length > 0 && length < this.#served && before + length < total) this.#served = length;
    const pages = Math.ceil(total / size);
    if (this.#served >= size) return pages;
    return Math.max(pages, said ?? Math.ceil(total / this.#served));
  }
}

function valueAt(value: unknown, path: string): unknown {
  return path.split('.').reduce((at: unknown, key) => (isObject(at) ? at[key] : undefined), value);
}

/** A count, which some platforms send as text, and some as -1 where they do not know it. */
function numberAt(value: unknown, path: string): number | undefined {
  const found = valueAt(value, path);
  const number = typeof found === 'string' && found.trim() !== '' ? Number(found) : found;
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : undefined;
}
