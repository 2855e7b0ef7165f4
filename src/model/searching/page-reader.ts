import { ResourceError } from '../errors/index.js';
import type { SearchOptions } from '../fields/entity-options.js';
import { isObject } from '../state/json.js';
import type { PageData } from './page.js';

/** Reads the responses to one search as pages. */
export class PageReader {
  readonly #subject: string;
  readonly #settings: Required<SearchOptions>;
  readonly #pageSize: number;
  readonly #itemsKey: string;
  /** The page length the platform actually sends, once it has sent a shorter page than requested. */
  #served: number;

  /** @param subject The search, for error messages. @param itemsKey The key of the items, when it differs from the class's. */
  constructor(subject: string, settings: Required<SearchOptions>, pageSize: number, itemsKey: string | undefined) {
    this.#subject = subject;
    this.#settings = settings;
    this.#pageSize = pageSize;
    this.#itemsKey = itemsKey ?? settings.itemsKey;
    this.#served = pageSize;
  }

  /** @throws ResourceError when the response has no list at the items key. */
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
    // The page number and the page size are read from the same object as the total.
    const beside = (key: string): string => (totalKey.includes('.') ? `${totalKey.slice(0, totalKey.lastIndexOf('.'))}.${key}` : key);
    const isWhole = pageParam === '';
    // A count that is lower than what the page itself has is none.
    const count = (key: string, least: number): number | undefined => {
      const found = numberAt(body, key);
      return found !== undefined && found >= least ? found : undefined;
    };
    const total = count(totalKey, items.length) ?? (isWhole ? items.length : undefined);
    const size = numberAt(body, beside(sizeParam)) ?? (isWhole ? Math.max(pageSize, items.length) : pageSize);
    return {
      items,
      requested,
      pageNumber: numberAt(body, beside(pageParam)) ?? requested,
      pageSize: size,
      total,
      pageTotal: isWhole ? 1 : this.#pagesOf(total, size, count(pageTotalKey, Math.min(items.length, 1)), requested, items.length),
    };
  }

  /** A bare list. It is the only page when the class has no page parameter or lists are whole; otherwise another page may follow, whatever its length. */
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

  /** The number of pages. Computed, because platforms count their page total differently and some send shorter pages than requested. */
  #pagesOf(total: number | undefined, size: number, reported: number | undefined, requested: number, length: number): number | undefined {
    if (total === undefined || size < 1) return reported;
    const before = (requested - this.#settings.firstPage) * this.#served;
    if (length > 0 && length < this.#served && before + length < total) this.#served = length;
    const pages = Math.ceil(total / size);
    if (this.#served >= size) return pages;
    return Math.max(pages, reported ?? Math.ceil(total / this.#served));
  }
}

function valueAt(value: unknown, path: string): unknown {
  return path.split('.').reduce((node: unknown, key) => (isObject(node) ? node[key] : undefined), value);
}

/** A count, which some platforms send as text, and some as -1 where they do not know it. */
function numberAt(value: unknown, path: string): number | undefined {
  const found = valueAt(value, path);
  const number = typeof found === 'string' && found.trim() !== '' ? Number(found) : found;
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : undefined;
}
