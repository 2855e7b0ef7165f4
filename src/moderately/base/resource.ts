import {
  BaseResource,
  type CallOptions,
  ConfigurationError,
  type Connection,
  Entity,
  GetResourceMixin,
  type SaveScope,
  type SearchCallOptions,
  SearchResourceMixin,
  ValidationError,
} from '#front';
import {
  asText,
  type BaseConnection,
  callOptionNames,
  callOptions,
  checkOptionNames,
  connectionOfClass,
  declareFamily,
  entityOptions,
  idKeyOf,
  isObject,
  namesOf,
  observerFor,
  pathOf,
  pathSegment,
  type RecordClass,
  refineSearch,
  refuseOther,
  Search,
  type SearchOf,
  type SearchOptionsOf,
  type SearchParamsOf,
  searchInBatches,
  searchSettings,
  type TransportObserver,
  type TransportRequest,
} from '../../vendor.js';
import type { Execution } from './execution.js';
import { buildQuery, inBatches, readNames, type SearchDescription } from './search-params.js';

/** A connection to Moderately AI, as its records use it. */
export interface ModeratelyConnection extends Connection {
  /** The id of the team whose records are searched and created. */
  readonly teamId: string;
}

/** Options of `callAction()`. */
export interface ActionOptions extends CallOptions, Pick<TransportRequest, 'body' | 'once' | 'attempt' | 'sendWithin' | 'exactNumbers'> {
  /** The id to use instead of the record's own, for example while the record is being created. */
  id?: string | undefined;
}

const actionOptionNames = [
  ...callOptionNames,
  ...namesOf<Omit<ActionOptions, keyof CallOptions>>({
    body: true,
    once: true,
    attempt: true,
    sendWithin: true,
    exactNumbers: true,
    id: true,
  }),
];

/** The number of ids per request. More could make the URL too long for some servers. */
const idsPerRequest = 100;

/** The base class of all records of the platform: how they are searched, updated and scoped to a team. */
@Entity({
  update: 'patch',
  unknown: 'keep',
  search: {
    method: 'GET',
    path: '',
    itemsKey: 'items',
    totalKey: 'pagination.totalItems',
    pageTotalKey: 'pagination.totalPages',
    pageParam: 'page',
    sizeParam: 'pageSize',
    firstPage: 1,
    pageSize: 10,
    maxPageSize: 1000,
  },
})
export abstract class ModeratelyResource extends GetResourceMixin(SearchResourceMixin(BaseResource)) {
  /** The filters and sort orders that the platform has for this class. */
  static searching: SearchDescription = { filters: [], orderBy: [] };

  /** Whether new records are created in the connection's team. */
  static createdInTeam = false;

  /**
   * The class of the executions of this class's records: `static override executionClass = MyExecution`. Default: the subclass of the
   * library's class that is bound to the connection, else the library's.
   */
  static executionClass?: abstract new (
    ...args: never[]
  ) => Execution;

  /** Fields that may be missing from list items and from responses to creates and updates. */
  static partialFields: readonly string[] = [];

  /** Reads the parameters of a search from those of a request. */
  static override readSearchParams(params: Readonly<Record<string, unknown>>): Record<string, unknown> {
    return readNames(params, this.searching, `search of ${this.name}`);
  }

  /** What a search sends for its parameters. */
  static override buildSearchParams(params: Readonly<Record<string, unknown>>): Record<string, unknown> | null {
    return buildQuery(params, this.searching, () => moderatelyOf(connectionOfClass(this), this.name).teamId, `search of ${this.name}`);
  }

  /** Records are found by their ids whatever team they belong to, as `get()` does; those of lists may be partial. */
  static override searchParamsOfIds(ids: readonly string[], { whole = false }: { whole?: boolean } = {}): Record<string, unknown> | null {
    const filter = ownIds(this);
    const { filters, team } = this.searching;
    if (!filters.includes(filter) || (whole && this.partialFields.length > 0)) return null;
    return { [filter]: ids, ...(team === 'teamIds' && filter !== team && { teamIds: null }) };
  }

  /**
   * A search, which is made when it is awaited or iterated. A search for more than 100 of the records' own ids is sent in several requests,
   * one page each, unless the caller gives a page or a sort order.
   *
   * @throws ValidationError (when awaited) for a filter, a sort order or a page size that the platform does not support.
   */
  static override search<C extends RecordClass<BaseResource>>(
    this: C,
    params?: SearchParamsOf<C>,
    options: SearchOptionsOf<C> = {},
  ): SearchOf<C> {
    const target = this as unknown as typeof ModeratelyResource & RecordClass<ModeratelyResource>;
    return new Search(
      async () => {
        const size = Math.min(idsPerRequest, searchSettings(target).maxPageSize);
        const batches = inBatches(params ?? {}, target.searching, ownIds(target), size);
        const search = batches
          ? searchInBatches(target, batches, options)
          : super.search.call(target, params as never, options as SearchCallOptions<never>);
        return search as never;
      },
      refineSearch(target, params ?? {}, options),
    );
  }

  /**
   * The records with these ids, in as many requests as needed. Like any search it stays within the connection's team, where the platform can
   * do that. Ids that do not exist are left out.
   *
   * @throws ValidationError if the platform cannot search for records of this class by id.
   */
  static byIds<R extends BaseResource>(this: RecordClass<R>, ids: readonly string[], options: CallOptions = {}): Search<R> {
    const target = this as unknown as typeof ModeratelyResource & RecordClass<R>;
    const filter = ownIds(target);
    if (!Array.isArray(ids))
      throw new ValidationError(`${target.name}.byIds: the ids must be an array (got ${ids === null ? 'null' : typeof ids}).`);
    if (!target.searching.filters.includes(filter)) {
      throw new ValidationError(`${target.name}.byIds: the platform cannot search by id here; use ${target.name}.get(id) for each.`);
    }
    const size = Math.min(idsPerRequest, searchSettings(target).maxPageSize);
    return target.search({ [filter]: [...new Set(ids)], pageSize: size } as never, options);
  }

  /**
   * Whether this record was loaded from a response that leaves out fields, as list items do. These fields are undefined until
   * `await record.refresh()` loads them.
   */
  get isPartial(): boolean {
    const own = this as unknown as Record<string, unknown>;
    return !this.isNew && (this.constructor as typeof ModeratelyResource).partialFields.some((name) => own[name] === undefined);
  }

  /** The id. @throws ValidationError if the record is deleted or has not been saved. */
  savedId(operation: string): string {
    this.requireId(operation);
    return asText(this.id);
  }

  override buildSavePayload(scope: SaveScope): Record<string, unknown> {
    const payload = super.buildSavePayload(scope);
    if (!scope.creates || !(this.constructor as typeof ModeratelyResource).createdInTeam) return payload;
    return { teamId: this.moderately('save').teamId, ...payload };
  }

  /** The record's connection. @throws ResourceError if it has none, ConfigurationError if it is not a Moderately connection. */
  protected moderately(operation: string): ModeratelyConnection {
    return moderatelyOf(this.requireConnection(operation), this.constructor.name);
  }

  /** Another class of the platform, bound to the record's connection: your subclass of it, if you have named or bound one. */
  protected sibling<C extends abstract new (...args: never[]) => object>(target: C, operation: string): C {
    const connection = this.requireConnection(operation);
    const { executionClass } = this.constructor as typeof ModeratelyResource;
    return connection.bindFor(target, executionClass?.prototype instanceof target ? executionClass : undefined);
  }

  /** Dispatches the requests and responses of a transfer as events of this record. */
  protected get observer(): TransportObserver {
    return observerFor(this, this.requireConnection('transfer'));
  }

  /** Calls an operation of this record, `{path}/{id}/{action}`, and resolves to the response body. */
  protected async callAction(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    action: string,
    options: ActionOptions = {},
  ): Promise<Record<string, unknown>> {
    checkOptionNames(`${action === '' ? method : action} of ${String(this)}`, options, actionOptionNames);
    const id = options.id === undefined ? this.encodedId : pathSegment(options.id);
    const path = `${pathOf(this.constructor)}/${id}${action === '' ? '' : `/${action}`}`;
    const { body } = await this.requireConnection(action).send(
      {
        ...callOptions(options),
        method,
        path,
        body: options.body,
        once: options.once,
        attempt: options.attempt ?? `${action} of ${String(this)}`,
        exactNumbers: options.exactNumbers,
        decodeError: entityOptions(this.constructor).errors,
      },
      this,
    );
    return isObject(body) ? body : {};
  }

  /** Like `callAction`, for operations that return the record. If the response does not contain the record, it is fetched. */
  protected async callForRecord(method: 'POST' | 'PATCH', action: string, options: ActionOptions = {}): Promise<Record<string, unknown>> {
    const { id = this.id } = options;
    const response = await this.callAction(method, action, { ...options, exactNumbers: true });
    const { body: _body, once: _once, ...reading } = options;
    const found = idKeyOf(this.constructor) in response ? response : await this.callAction('GET', '', { ...reading, exactNumbers: true });
    refuseOther(this.constructor, id, found, options.attempt ?? `${action} of ${String(this)}`);
    return found;
  }
}

declareFamily(ModeratelyResource);

/** The class of the executions of a class's records, for a relation: the one that it names, else the library's. */
export function executionClassOf<E extends Execution>(owner: object, target: RecordClass<E>): RecordClass<E> {
  const { executionClass } = owner as typeof ModeratelyResource;
  return executionClass?.prototype instanceof target ? (executionClass as RecordClass<E>) : target;
}

/** The name of the filter by the ids of a class's own records. */
function ownIds(target: typeof ModeratelyResource): string {
  return `${idKeyOf(target)}s`;
}

/** Checks that a connection is a Moderately connection. */
function moderatelyOf(connection: BaseConnection | null, name: string): ModeratelyConnection {
  if (connection && 'teamId' in connection && 'client' in connection) return connection as ModeratelyConnection;
  throw new ConfigurationError(
    `${name} needs a Moderately AI connection. Use the class of a connection (new Moderately(options).${name}), or set a default connection first ` +
      '(Moderately.connect(options)).',
  );
}
