import type { BaseResource } from '../base-resource.js';
import { connectionOfClass, requireConnection } from '../binding.js';
import type { BaseConnection } from '../connection.js';
import { ValidationError } from '../errors/index.js';
import { dispatch } from '../events/dispatch.js';
import { metadataOf } from '../fields/compile.js';
import { entityOptions, pathOf, searchSettings } from '../fields/effective-options.js';
import type { SearchOptions } from '../fields/entity-options.js';
import { toPlain } from '../fields/instances.js';
import { deletionsOn } from '../persistence/deletions.js';
import { type CallOptions, callOptions } from '../ports/transport.js';
import { loadRecord } from '../state/construction.js';
import { checkOptions } from '../support/known-options.js';
import { retryAfterOf } from '../support/retry-after.js';
import type { InvalidItem, PageData, PageSource } from './page.js';
import { PageReader } from './page-reader.js';
import { pageRequest } from './page-request.js';
import type { AnySearchParams, SearchableClass } from './searchable.js';
import type { Shifts } from './trail.js';

/** The pages of one search of one class. */
export class RecordPages implements PageSource<BaseResource> {
  readonly subject: string;
  readonly firstPage: number;
  /** The number of the page the search begins with. */
  readonly startPage: number;
  readonly #settings: Required<SearchOptions>;
  readonly #filters: Record<string, unknown> | null;
  readonly #apiKey: string | undefined;
  readonly #pageSize: number;
  readonly #idKey: string;
  /** The connection at the start of the search; its pages and records belong to it. */
  readonly #connection: BaseConnection;
  /** The path of the class below the base URL. */
  readonly #root: string;
  readonly #reader: PageReader;
  readonly shifts: Shifts;

  /** @throws ValidationError for a page number or page size that is out of range, ResourceError without a connection. */
  constructor(
    readonly target: SearchableClass,
    readonly params: AnySearchParams,
    readonly options: CallOptions,
  ) {
    checkOptions(target, 'search', options);
    const settings = searchSettings(target);
    this.subject = `search of ${target.name}`;
    this.firstPage = settings.firstPage;
    this.#settings = settings;
    // The platform's own names of both parameters are accepted too.
    const { pageParam, sizeParam } = settings;
    const {
      pageNumber,
      pageSize,
      [pageParam]: page,
      [sizeParam]: size,
      resourcePath: _path,
      paginateItemsKey: _key,
      apiKey,
      ...filters
    } = toPlain(params, connectionOfClass(target)?.environment.transform);
    this.#apiKey = options.apiKey ?? apiKey;
    this.startPage = (pageNumber ?? page ?? settings.firstPage) as number;
    this.#pageSize = (pageSize ?? size ?? settings.pageSize) as number;
    checkPaging(this.subject, settings, this.#pageSize, this.startPage);
    this.#filters = target.buildSearchParams(filters);
    this.#connection = requireConnection(target, 'search');
    this.#root = params.resourcePath ?? pathOf(target);
    this.#reader = new PageReader(this.subject, settings, this.#pageSize, params.paginateItemsKey);
    this.#idKey = metadataOf(target).id.wire;
    const isAtHome = params.resourcePath === undefined;
    this.shifts = { log: deletionsOn(this.#connection), root: isAtHome ? this.#root : undefined };
  }

  async fetch(pageNumber: number, signal?: AbortSignal): Promise<PageData & { retryAfter?: number | undefined }> {
    const pageSize = this.#pageSize;
    if (this.#filters === null) return { items: [], requested: pageNumber, pageNumber, pageSize, total: 0, pageTotal: 0 };
    const { signal: own } = this.options;
    const { body, headers } = await this.#connection.send(
      {
        ...callOptions(this.options),
        apiKey: this.#apiKey,
        signal: own && signal ? AbortSignal.any([own, signal]) : (signal ?? own),
        ...pageRequest(this.#settings, { root: this.#root, pageNumber, pageSize, filters: this.#filters, query: this.options.query }),
        attempt: this.subject,
        decodeError: entityOptions(this.target).errors,
        exactNumbers: true,
      },
      this.target,
    );
    const retryAfter = retryAfterOf(headers, this.#connection.environment.clock.date());
    return { ...this.#reader.read(body, pageNumber), retryAfter };
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
