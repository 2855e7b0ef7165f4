import type { BaseResource } from '../base-resource.js';
import { connectionOfClass, requireConnection } from '../binding.js';
import type { BaseConnection } from '../connection.js';
import { ResourceError, ValidationError } from '../errors/index.js';
import { dispatch } from '../events/dispatch.js';
import { metadataOf } from '../fields/compile.js';
import { entityOptions, pathOf, searchSettings } from '../fields/effective-options.js';
import { holdsSecrets } from '../fields/hiding.js';
import { toPlain } from '../fields/instances.js';
import { deletionsOn } from '../persistence/deletion-log.js';
import { refusalOr, validateLoaded, validatesLoads } from '../persistence/validate.js';
import { callOptions, type TransportRequest, withCallOptions } from '../ports/transport.js';
import { Includes } from '../relations/include.js';
import type { SearchCallOptions } from '../relations/types.js';
import { loadRecord } from '../state/construction.js';
import { inJson } from '../state/describe.js';
import { isObject } from '../state/json.js';
import { withoutSecretFields } from '../state/without-secrets.js';
import { isId } from '../support/ids.js';
import { checkOptions } from '../support/known-options.js';
import { retryAfterOf } from '../support/retry-after.js';
import { readPage } from './page-reader.js';
import { pageRequest } from './page-request.js';
import type { InvalidItem, PageData, PagePlace, PageSource } from './page-source.js';
import type { AnySearchParams, SearchableClass } from './searchable.js';
import { startNumber } from './styles/checks.js';
import { styleOf } from './styles/index.js';
import type { PageStyle, Shifted, StyledSearch } from './styles/style.js';
import type { Shifts } from './trail.js';
import { writeSearchToken } from './write-token.js';

export { firstPage } from './searched-page.js';

/** The pages of one search of one class. */
export class RecordPages implements PageSource<BaseResource> {
  readonly subject: string;
  /** Where the search begins. */
  readonly start: PagePlace;
  readonly shifts?: Shifts;
  readonly #search: StyledSearch;
  readonly #style: PageStyle;
  readonly #filters: Record<string, unknown> | null;
  readonly #apiKey: string | undefined;
  readonly #itemsKey: string;
  readonly #idKey: string;
  /** The connection at the start of the search; its pages and records belong to it. */
  readonly #connection: BaseConnection;
  /** The relations to load with each page. */
  readonly #includes: Includes | undefined;
  /** The path of the class below the base URL. */
  readonly #root: string;

  /**
   * @param start Where to begin; default: where the parameters say, else with the first page.
   * @throws ValidationError for a page number or page size that is out of range, ResourceError without a connection.
   */
  constructor(
    readonly target: SearchableClass,
    readonly params: AnySearchParams,
    readonly options: SearchCallOptions,
    start?: PagePlace,
  ) {
    checkOptions(target, 'search', options);
    const settings = searchSettings(target);
    this.subject = `search of ${target.name}`;
    // The platform's own names of both parameters are accepted too.
    const { sizeParam } = settings;
    const {
      pageNumber,
      pageSize,
      [sizeParam]: size,
      resourcePath: _path,
      paginateItemsKey: _key,
      apiKey,
      ...given
    } = toPlain(params, connectionOfClass(target)?.environment.transform);
    this.#apiKey = options.apiKey ?? apiKey;
    this.#search = { subject: this.subject, settings, pageSize: (pageSize ?? size ?? settings.pageSize) as number };
    checkPageSize(this.#search);
    this.#style = styleOf(this.#search);
    const { startParam = settings.style === 'cursor' ? settings.cursorParam : settings.pageParam } = this.#style;
    const { [startParam]: begin, ...filters } = given;
    this.start = start ?? { position: this.#style.start(this.#beginning(pageNumber, begin), this.#search), index: 0 };
    this.#filters = target.buildSearchParams(filters);
    this.#connection = requireConnection(target, 'search');
    if (options.include !== undefined) this.#includes = new Includes(this.subject, target, this.#connection, options);
    this.#root = params.resourcePath ?? pathOf(target);
    this.#itemsKey = params.paginateItemsKey ?? settings.itemsKey;
    this.#idKey = metadataOf(target).id.wire;
    const isAtHome = params.resourcePath === undefined;
    if (this.#style.shift) this.shifts = { log: deletionsOn(this.#connection), root: isAtHome ? this.#root : undefined };
  }

  /** Where the caller begins: at a page, which offsets have as well, or with the style's own parameter. */
  #beginning(pageNumber: number | undefined, begin: unknown): unknown {
    const { settings, pageSize, subject } = this.#search;
    if (pageNumber === undefined || settings.style !== 'offset') return pageNumber ?? begin;
    return (startNumber(subject, 'pageNumber', pageNumber, settings.firstPage) - settings.firstPage) * pageSize;
  }

  async fetch({ position, index }: PagePlace, signal?: AbortSignal): Promise<PageData & { retryAfter?: number | undefined }> {
    const { settings, pageSize } = this.#search;
    const pageNumber = settings.firstPage + index;
    if (this.#filters === null)
      return { items: [], next: null, previous: null, isGuess: false, pageNumber, pageSize, total: 0, pageTotal: 0 };
    const address = this.#style.request(position as never, this.#search);
    if ('url' in address) this.#refuseForeign(address.url);
    const request: TransportRequest = pageRequest(settings, {
      root: this.#root,
      address,
      filters: this.#filters,
      query: this.options.query,
    });
    request.attempt = this.subject;
    request.decodeError = entityOptions(this.target).errors;
    request.exactNumbers = true;
    request.apiKey = this.#apiKey;
    request.signal = this.#signalWith(signal);
    const { body, headers } = await this.#connection.send(withCallOptions(request, this.options), this.target);
    const content = readPage(this.subject, settings, this.#itemsKey, { body, headers });
    const url = new URL(request.path, this.#connection.environment.baseUrl.replace(/\/*$/, '/')).href;
    const last = content.items.findLast((item) => isObject(item) && isId(this.idOf(item)));
    const lastId = isObject(last) ? this.idOf(last) : undefined;
    const links = await this.#style.read({ body, headers, url, ...content, lastId }, position as never, this.#search);
    const pages = content.total === undefined ? undefined : Math.ceil(content.total / pageSize);
    const retryAfter = retryAfterOf(headers, this.#connection.environment.clock.date());
    const page = { previous: null, isGuess: false, pageNumber, pageSize, pageTotal: pages, retryAfter, ...links, ...content };
    return validatesLoads(this.target) ? { ...page, checked: await this.#check(page) } : page;
  }

  /** Makes the records of a page now, and validates them. */
  async #check({ items, pageNumber }: Pick<PageData, 'items' | 'pageNumber'>): Promise<PageData['checked']> {
    const check = (json: Record<string, unknown>, index: number): Promise<unknown> => {
      const record = this.make(json);
      const item = `item ${index} of page ${pageNumber} (its ${this.#idKey} is ${inJson(this.idOf(json))})`;
      return refusalOr(validateLoaded(record, `${this.subject}: ${item}`), record);
    };
    const checks = items.map(async (json, index) => (isObject(json) ? ([[json, await check(json, index)]] as const) : []));
    return new Map((await Promise.all(checks)).flat());
  }

  async complete(page: { readonly results: readonly BaseResource[] }, signal?: AbortSignal): Promise<void> {
    if (!this.#includes) return;
    const { query: _query, ...options } = callOptions(this.options);
    await this.#includes.load(page.results, { ...options, apiKey: this.#apiKey, signal: this.#signalWith(signal) });
  }

  lastPlace(pages: number): PagePlace | null {
    const position = this.#style.last?.(pages, this.#search) ?? null;
    return position === null ? null : { position, index: pages - 1 };
  }

  /** A token with which `resumeSearch` goes on at a place. */
  token(place: PagePlace): string {
    return writeSearchToken(this.target.name, this.params, place);
  }

  shift(shifted: Shifted): unknown {
    return this.#style.shift ? this.#style.shift(shifted, this.#search) : shifted.next;
  }

  make(json: Record<string, unknown>): BaseResource {
    return loadRecord(this.target, this.target.readResponse(json), this.#connection);
  }

  shown(json: Record<string, unknown>): unknown {
    return holdsSecrets(this.target) ? withoutSecretFields(this.make(json), json) : json;
  }

  idOf(json: Record<string, unknown>): unknown {
    return json[this.#idKey];
  }

  invalid(item: InvalidItem): void {
    dispatch(this.target, 'invalid', item);
  }

  #signalWith(signal: AbortSignal | undefined): AbortSignal | undefined {
    const { signal: own } = this.options;
    return own && signal ? AbortSignal.any([own, signal]) : (signal ?? own);
  }

  #refuseForeign(url: string): void {
    if (this.#connection.environment.isOwn(url)) return;
    throw new ResourceError(
      `${this.subject}: another page is at ${new URL(url).origin}, which does not belong to the connection. If it does, add it to the option ` +
        '`origins`.',
    );
  }
}

function checkPageSize({ subject, settings: { maxPageSize }, pageSize }: StyledSearch): void {
  if (Number.isInteger(pageSize) && pageSize >= 1 && pageSize <= maxPageSize) return;
  const message = `must be a whole number from 1${Number.isFinite(maxPageSize) ? ` to ${maxPageSize}` : ''} (got ${pageSize})`;
  throw new ValidationError(`${subject}: pageSize ${message}.`, { details: [{ field: 'pageSize', message }] });
}
