import { BaseResource } from '../../model/base-resource.js';
import { connectionOfClass, declareFamily } from '../../model/binding.js';
import type { BaseConnection } from '../../model/connection.js';
import { ConfigurationError, ValidationError } from '../../model/errors/index.js';
import { observerFor } from '../../model/events/dispatch.js';
import { metadataOf } from '../../model/fields/compile.js';
import { entityOptions, pathOf, searchSettings } from '../../model/fields/effective-options.js';
import { Entity } from '../../model/fields/entity.js';
import { GetResourceMixin } from '../../model/persistence/get.js';
import type { SaveScope } from '../../model/persistence/payload.js';
import type { CallOptions, TransportObserver, TransportRequest } from '../../model/ports/transport.js';
import { callOptions } from '../../model/ports/transport.js';
import { searchInBatches } from '../../model/searching/batched-pages.js';
import { SearchResourceMixin } from '../../model/searching/mixin.js';
import { Search } from '../../model/searching/search.js';
import type { SearchParamsOf } from '../../model/searching/searchable.js';
import { isObject } from '../../model/state/json.js';
import type { RecordClass } from '../../model/state/slot.js';
import { pathSegment } from '../../model/support/ids.js';
import type { Moderately } from '../connection.js';
import { buildQuery, inBatches, readNames, type SearchDescription } from './search-params.js';

/** How an operation of a record is called. */
export interface ActionOptions extends CallOptions, Pick<TransportRequest, 'body' | 'once' | 'attempt' | 'exactNumbers'> {
  /** Another record's id than this one's, as while it is being created. */
  id?: string | undefined;
}

/** Ids in one request: as many as fit into an address that every server takes. */
const idsPerRequest = 100;

/** What all records of the platform have in common: how they are searched, updated and scoped to a team. */
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
  /** What the class can be searched by. */
  static searching: SearchDescription = { filters: [], orderBy: [] };

  /** Whether a new record is created in the connection's team. */
  static createdInTeam = false;

  /** Fields that answers to lists, creates or updates may lack. */
  static partialFields: readonly string[] = [];

  static override readSearchParams(params: Readonly<Record<string, unknown>>): Record<string, unknown> {
    return readNames(params, this.searching, `search of ${this.name}`);
  }

  static override buildSearchParams(params: Readonly<Record<string, unknown>>): Record<string, unknown> | null {
    return buildQuery(params, this.searching, () => moderatelyOf(connectionOfClass(this), this.name).teamId, `search of ${this.name}`);
  }

  /**
   * A search, made when it is awaited or iterated. More than 100 of the records' own ids are asked for in several requests, one page
   * each, unless the caller asks for a page or an order of his own.
   *
   * @throws ValidationError (when awaited) for a filter, an ordering or a page size that the platform does not have.
   */
  static override search<C extends RecordClass<BaseResource>>(
    this: C,
    params?: SearchParamsOf<C>,
    options: CallOptions = {},
  ): Search<C extends abstract new (...args: never[]) => infer R ? R : never> {
    const target = this as unknown as typeof ModeratelyResource & RecordClass<ModeratelyResource>;
    return new Search(async () => {
      const size = Math.min(idsPerRequest, searchSettings(target).maxPageSize);
      const batches = inBatches(params ?? {}, target.searching, ownIds(target), size);
      const search = batches ? searchInBatches(target, batches, options) : super.search.call(target, params as never, options);
      return search as never;
    });
  }

  /**
   * The records with these ids, whichever team's, in as many requests as needed. Ids that do not exist are left out.
   *
   * @throws ValidationError for a class that the platform cannot search by id.
   */
  static byIds<R extends BaseResource>(this: RecordClass<R>, ids: readonly string[], options: CallOptions = {}): Search<R> {
    const target = this as unknown as typeof ModeratelyResource & RecordClass<R>;
    const filter = ownIds(target);
    if (!target.searching.filters.includes(filter)) {
      throw new ValidationError(`${target.name}.byIds: the platform cannot search by id here; use ${target.name}.get(id) for each.`);
    }
    const team = target.searching.team ? { [target.searching.team]: null } : {};
    const size = Math.min(idsPerRequest, searchSettings(target).maxPageSize);
    return target.search({ ...team, [filter]: [...new Set(ids)], pageSize: size } as never, options);
  }

  /**
   * Whether this record came from an answer that leaves fields out, as items of lists do. They read as undefined;
   * `await record.refresh()` loads them.
   */
  get isPartial(): boolean {
    const own = this as unknown as Record<string, unknown>;
    return !this.isNew && (this.constructor as typeof ModeratelyResource).partialFields.some((name) => own[name] === undefined);
  }

  /** The id. @throws ValidationError when the record is deleted or has never been saved. */
  savedId(operation: string): string {
    this.requireId(operation);
    return String(this.id);
  }

  override buildSavePayload(scope: SaveScope): Record<string, unknown> {
    const payload = super.buildSavePayload(scope);
    if (!scope.creates || !(this.constructor as typeof ModeratelyResource).createdInTeam) return payload;
    return { teamId: this.moderately('save').teamId, ...payload };
  }

  /** The record's connection. @throws ResourceError when it has none, ConfigurationError when it is not one to Moderately. */
  protected moderately(operation: string): Moderately {
    return moderatelyOf(this.requireConnection(operation), this.constructor.name);
  }

  /** Another class of this vendor, bound to the record's own connection. */
  protected sibling<C extends abstract new (...args: never[]) => object>(target: C, operation: string): C {
    return this.requireConnection(operation).bind(target);
  }

  /** Tells the listeners of this record about the exchanges of a transfer. */
  protected get observer(): TransportObserver {
    return observerFor(this, this.requireConnection('transfer'));
  }

  /** Calls an operation of this record, `{path}/{id}/{action}`, and resolves to the answer's body. */
  protected async callAction(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    action: string,
    options: ActionOptions = {},
  ): Promise<Record<string, unknown>> {
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
      },
      this,
    );
    return isObject(body) ? body : {};
  }

  /** Like `callAction`, for operations that answer the record: asks for it where the answer says nothing of it. */
  protected async callForRecord(method: 'POST' | 'PATCH', action: string, options: ActionOptions = {}): Promise<Record<string, unknown>> {
    const response = await this.callAction(method, action, { ...options, exactNumbers: true });
    if (metadataOf(this.constructor).id.wire in response) return response;
    const { body: _body, once: _once, ...reading } = options;
    return this.callAction('GET', '', { ...reading, exactNumbers: true });
  }
}

declareFamily(ModeratelyResource);

/** The filter for the ids of a class's own records. */
function ownIds(target: typeof ModeratelyResource): string {
  return `${entityOptions(target).id}s`;
}

/** A connection as one to Moderately. */
function moderatelyOf(connection: BaseConnection | null, name: string): Moderately {
  if (connection && 'teamId' in connection && 'client' in connection) return connection as Moderately;
  throw new ConfigurationError(
    `${name} needs a connection to Moderately AI. Use the class of one (new Moderately(options).${name}), or make one the default first ` +
      '(Moderately.connect(options)).',
  );
}
