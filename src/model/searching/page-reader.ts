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
    const total = numberAt(body, totalKey);
    const size = numberAt(body, beside(sizeParam)) ?? pageSize;
    return {
      items,
      requested,
      pageNumber: numberAt(body, beside(pageParam)) ?? requested,
      pageSize: size,
      total,
      pageTotal: this.#pagesOf(total, size, numberAt(body, pageTotalKey), requested, items.length),
    };
  }

  /** A bare list. It is the only page when the class has no page parameter; otherwise a full page may be followed by another. */
  #bareList(items: readonly unknown[], requested: number): PageData {
    const pageSize = this.#pageSize;
    const mayContinue = this.#settings.pageParam !== '' && items.length === pageSize;
    const whole = !mayContinue && requested === this.#settings.firstPage;
    return {
      items,
      requested,
      pageNumber: requested,
      pageSize: Math.max(pageSize, items.length),
      total: whole ? items.length : undefined,
      pageTotal: mayContinue ? undefined : requested - this.#settings.firstPage + 1,
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

function numberAt(value: unknown, path: string): number | undefined {
  const found = valueAt(value, path);
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined;
}
