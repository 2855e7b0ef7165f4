import type { BaseResource } from '../base-resource.js';
import { requireConnection } from '../binding.js';
import type { BaseConnection } from '../connection.js';
import { ResourceError, ValidationError } from '../errors/index.js';
import { dispatch } from '../events/dispatch.js';
import { metadataOf } from '../fields/compile.js';
import { entityOptions, pathOf, type ResourceStatics, searchSettings } from '../fields/effective-options.js';
import type { SearchOptions } from '../fields/entity-options.js';
import type { BaseSearchParams } from '../params.js';
import type { CallOptions, QueryValue } from '../ports/transport.js';
import { callOptions } from '../ports/transport.js';
import type { BatchResponse } from '../ports/waiter.js';
import { loadRecord } from '../state/construction.js';
import { isObject } from '../state/json.js';
import { type RecordClass } from '../state/slot.js';
import { asBase, checkMixinBase, type RecordBase } from '../support/mixin.js';
import { retryAfterOf } from '../support/retry-after.js';
import { type InvalidItem, Page, type PageData, type PageSource } from './page.js';
import { Search } from './search.js';

/** The search parameters of a class: those it declares with `declare static searchParams`, else any. */
export type SearchParamsOf<C> = C extends { searchParams: infer P }
  ? Omit<BaseSearchParams, keyof P> & P
  : BaseSearchParams & Readonly<Record<string, unknown>>;

type InstanceOf<C> = C extends abstract new (...args: never[]) => infer R ? R : never;

/** The statics of a class whose records can be searched. */
export interface SearchStatics extends Omit<ResourceStatics, 'resourcePath'> {
  /**
   * A search, made when it is awaited or iterated.
   *
   * @throws ValidationError (when awaited) for a page size the platform does not take.
   */
  search<C extends RecordClass<BaseResource>>(this: C, params?: SearchParamsOf<C>, options?: CallOptions): Search<InstanceOf<C>>;
  /** Same as `search`. */
  list<C extends RecordClass<BaseResource>>(this: C, params?: SearchParamsOf<C>, options?: CallOptions): Search<InstanceOf<C>>;
  /** The parameters by the names this class knows. Override for platforms with several names for one thing; it comes before all else. */
  readSearchParams(params: Readonly<Record<string, unknown>>): Record<string, unknown>;
  /**
   * The parameters as the platform wants them; null when they can match nothing, and no request is needed. Override for platforms
   * with other names.
   */
  buildSearchParams(params: Readonly<Record<string, unknown>>): Record<string, unknown> | null;
}

/** Adds `Class.search(params)`. */
export function SearchResourceMixin<B extends RecordBase>(base: B): B & SearchStatics {
  checkMixinBase(base, 'SearchResourceMixin');
  abstract class Searchable extends asBase(base) {
    static search(params: object = {}, options: CallOptions = {}): Search<BaseResource> {
      return searchRecords(this as unknown as SearchableClass, params as AnyParams, options);
    }

    static list(params: object = {}, options: CallOptions = {}): Search<BaseResource> {
      return this.search(params, options);
    }

    static readSearchParams(params: Readonly<Record<string, unknown>>): Record<string, unknown> {
      return params;
    }

    static buildSearchParams(params: Readonly<Record<string, unknown>>): Record<string, unknown> | null {
      const { query, ...rest } = params;
      return query === undefined ? rest : { q: query, ...rest };
    }
  }
  return Searchable as unknown as B & SearchStatics;
}

type AnyParams = BaseSearchParams & Readonly<Record<string, unknown>>;
type SearchableClass = RecordClass<BaseResource> & SearchStatics & typeof BaseResource;

function searchRecords(target: SearchableClass, params: AnyParams, options: CallOptions): Search<BaseResource> {
  return new Search(async () => {
    const source = new RecordPages(target, target.readSearchParams(params), options);
    return new Page(source, await source.fetch(source.startPage));
  });
}

/** One search that is made in several, as when there are more ids than one request can carry. Each of them answers with one page. */
export function searchInBatches<R extends BaseResource>(
  target: RecordClass<R>,
  batches: readonly Readonly<Record<string, unknown>>[],
  options: CallOptions = {},
): Search<R> {
  const source = new BatchedPages(target as unknown as SearchableClass, batches, options) as PageSource<BaseResource> as PageSource<R>;
  return new Search(async () => new Page(source, await source.fetch(source.firstPage)));
}

/** The first page of a search by id, without making records of it. Items that are not records are not found. */
export async function searchForPoll(
  target: SearchableClass,
  params: Readonly<Record<string, unknown>>,
  options: CallOptions,
): Promise<BatchResponse & Pick<PageData, 'pageSize'>> {
  const source = new RecordPages(target, target.readSearchParams(params), options);
  const { items, pageSize, retryAfter } = await source.fetch(source.startPage);
  const found = new Map(items.filter(isObject).map((json) => [String(source.idOf(json)), target.readResponse(json)]));
  return { pageSize, found, retryAfter };
}

/** The pages of one search of one class. */
class RecordPages implements PageSource<BaseResource> {
  readonly subject: string;
  readonly firstPage: number;
  /** The page the search begins with. */
  readonly startPage: number;
  readonly #settings: Required<SearchOptions>;
  readonly #filters: Record<string, unknown> | null;
  readonly #pageSize: number;
  readonly #idKey: string;
  /** The connection the search began with; its pages and records belong to it. */
  readonly #connection: BaseConnection;
  /** The length of the pages the platform really sends, once it has sent a shorter one than was asked for. */
  #served: number;

  constructor(
    readonly target: SearchableClass,
    readonly params: AnyParams,
    readonly options: CallOptions,
  ) {
    const settings = searchSettings(target);
    this.subject = `search of ${target.name}`;
    this.firstPage = settings.firstPage;
    this.#settings = settings;
    // The platform's own names for both are understood too.
    const { pageParam, sizeParam } = settings;
    const { pageNumber, pageSize, [pageParam]: page, [sizeParam]: size, resourcePath: _path, paginateItemsKey: _key, ...filters } = params;
    this.startPage = (pageNumber ?? page ?? settings.firstPage) as number;
    this.#pageSize = (pageSize ?? size ?? settings.pageSize) as number;
    checkPaging(this.subject, settings, this.#pageSize, this.startPage);
    this.#filters = target.buildSearchParams(filters);
    this.#connection = requireConnection(target, 'search');
    this.#served = this.#pageSize;
    this.#idKey = metadataOf(target).id.wire;
  }

  async fetch(pageNumber: number, signal?: AbortSignal): Promise<PageData & { retryAfter?: number | undefined }> {
    const { pageParam, sizeParam, method, path } = this.#settings;
    const pageSize = this.#pageSize;
    if (this.#filters === null) return { items: [], requested: pageNumber, pageNumber, pageSize, total: 0, pageTotal: 0 };
    const paging = pageParam === '' ? {} : { [pageParam]: pageNumber, [sizeParam]: pageSize };
    const values = { ...paging, ...withoutUndefined(this.#filters) };
    const root = this.params.resourcePath ?? pathOf(this.target);
    const { body, headers } = await this.#connection.send(
      {
        ...callOptions(this.options),
        ...(signal ? { signal: this.options.signal ? AbortSignal.any([this.options.signal, signal]) : signal } : {}),
        method,
        path: path === '' ? root : `${root}/${path}`,
        ...(method === 'GET' ? { query: { ...this.options.query, ...(values as Record<string, QueryValue>) } } : { body: values }),
        attempt: this.subject,
        decodeError: entityOptions(this.target).errors,
      },
      this.target,
    );
    const retryAfter = retryAfterOf(headers, this.#connection.environment.clock.date());
    return { ...this.#read(body, pageNumber, pageSize), retryAfter };
  }

  make(json: Record<string, unknown>): BaseResource {
    return loadRecord(this.target, this.target.readResponse(json), this.#connection);
  }

  idOf(json: Record<string, unknown>): unknown {
    return json[this.#idKey];
  }

  invalid(item: InvalidItem): void {
    dispatch(this.target, 'invalid', item);
  }

  #read(body: unknown, requested: number, pageSize: number): PageData {
    const { totalKey, pageTotalKey, pageParam, sizeParam } = this.#settings;
    if (Array.isArray(body)) return this.#bareList(body, requested, pageSize);
    const itemsKey = this.params.paginateItemsKey ?? this.#settings.itemsKey;
    const items = valueAt(body, itemsKey);
    if (!Array.isArray(items)) {
      throw new ResourceError(
        `${this.subject}: the answer has no list at "${itemsKey}" (it has ${isObject(body) ? Object.keys(body).join(', ') || 'no keys' : typeof body}). ` +
          'Set the key with @Entity({ search: { itemsKey } }).',
      );
    }
    // What the platform calls the page and its size stands beside its total.
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

  /** A list without a word about pages: whole where the class has none, else one that may go on when it is full. */
  #bareList(items: readonly unknown[], requested: number, pageSize: number): PageData {
    const mayGoOn = this.#settings.pageParam !== '' && items.length === pageSize;
    const whole = !mayGoOn && requested === this.firstPage;
    return {
      items,
      requested,
      pageNumber: requested,
      pageSize: Math.max(pageSize, items.length),
      total: whole ? items.length : undefined,
      pageTotal: mayGoOn ? undefined : requested - this.firstPage + 1,
    };
  }

  /** Platforms disagree on what their page total counts, and some send shorter pages than asked for, so it is worked out. */
  #pagesOf(total: number | undefined, size: number, said: number | undefined, requested: number, length: number): number | undefined {
    if (total === undefined || size < 1) return said;
    const before = (requested - this.firstPage) * this.#served;
    if (length > 0 && length < this.#served && before + length < total) this.#served = length;
    const pages = Math.ceil(total / size);
    if (this.#served >= size) return pages;
    return Math.max(pages, said ?? Math.ceil(total / this.#served));
  }
}

/** A page per search. */
class BatchedPages implements PageSource<BaseResource> {
  readonly firstPage = 1;
  readonly #whole: RecordPages;
  readonly #parts: readonly RecordPages[];

  constructor(target: SearchableClass, batches: readonly Readonly<Record<string, unknown>>[], options: CallOptions) {
    this.#whole = new RecordPages(target, {}, options);
    this.#parts = batches.map((params) => new RecordPages(target, target.readSearchParams(params), options));
  }

  get subject(): string {
    return this.#whole.subject;
  }

  async fetch(pageNumber: number, signal?: AbortSignal): Promise<PageData> {
    const part = this.#parts[pageNumber - this.firstPage];
    const { items, pageSize } = part ? await part.fetch(part.startPage, signal) : { items: [], pageSize: 0 };
    return { items, requested: pageNumber, pageNumber, pageSize, total: undefined, pageTotal: this.#parts.length };
  }

  idOf(json: Record<string, unknown>): unknown {
    return this.#whole.idOf(json);
  }

  make(json: Record<string, unknown>): BaseResource {
    return this.#whole.make(json);
  }

  invalid(item: InvalidItem): void {
    this.#whole.invalid(item);
  }
}

function checkPaging(subject: string, settings: Required<SearchOptions>, pageSize: number, pageNumber: number): void {
  const { maxPageSize, firstPage } = settings;
  if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > maxPageSize) {
    const message = `must be a whole number from 1${Number.isFinite(maxPageSize) ? ` to ${maxPageSize}` : ''} (got ${pageSize})`;
    throw new ValidationError(`${subject}: pageSize ${message}.`, { details: [{ field: 'pageSize', message }] });
  }
  if (!Number.isInteger(pageNumber) || pageNumber < firstPage) {
    const message = `must be a whole number from ${firstPage} (got ${pageNumber})`;
    throw new ValidationError(`${subject}: pageNumber ${message}.`, { details: [{ field: 'pageNumber', message }] });
  }
}

function withoutUndefined(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function valueAt(value: unknown, path: string): unknown {
  return path.split('.').reduce((at: unknown, key) => (isObject(at) ? at[key] : undefined), value);
}

function numberAt(value: unknown, path: string): number | undefined {
  const found = valueAt(value, path);
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined;
}
