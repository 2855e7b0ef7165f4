import type { ErrorDecoder } from '../ports/transport.js';

/** How a class is searched. */
export interface SearchOptions {
  /** Default: 'POST'. */
  method?: 'GET' | 'POST' | 'get' | 'post';
  /** Appended to the class's path. Default: 'paginate'. */
  path?: string;
  /** Where the items are in the answer; dots lead into objects. Default: 'results'. */
  itemsKey?: string;
  /** Where the number of all items is. Default: 'total'. */
  totalKey?: string;
  /** Where the number of pages is. Default: 'pageTotal'. */
  pageTotalKey?: string;
  /** The parameter that carries the page number; '' where the platform answers everything at once. Default: 'pageNumber'. */
  pageParam?: string;
  /** The parameter that carries the page size. Default: 'pageSize'. */
  sizeParam?: string;
  /** The number of the first page. Default: 0. */
  firstPage?: number;
  /** Records a page has unless the caller says otherwise. Default: 20. */
  pageSize?: number;
  /** The largest page size the platform takes. Default: no limit. */
  maxPageSize?: number;
}

export interface EntityOptions {
  /** Where the class lives below the connection's base URL. */
  path?: string;
  /** The key of the id on the wire. Default: 'id'. */
  id?: string;
  /**
   * `'put'` replaces the whole record, `'patch'` sends the changed fields only, `'none'` says that the platform cannot update: a changed
   * field makes `save()` a ValidationError. Default: 'put'.
   */
  update?: 'put' | 'patch' | 'none';
  /** The method that creates; `'none'` where the platform cannot create, so that saving a new record is a ValidationError. Default: 'POST'. */
  create?: 'POST' | 'PUT' | 'none';
  /** Whether keys that no field declares are sent back by creates and PUTs, or only kept. Default: 'send'. */
  unknown?: 'send' | 'keep';
  search?: SearchOptions;
  /** Reads this platform's error bodies; what it leaves undefined is read in the usual ways. */
  errors?: ErrorDecoder;
}

const options = new WeakMap<object, EntityOptions>();
const wrappers = new WeakMap<object, object>();

/** Records that `target` was decorated with `@Entity`, which made `wrapped` of it. */
export function registerEntity(target: object, wrapped: object, entityOptions: EntityOptions): void {
  options.set(wrapped, entityOptions);
  wrappers.set(target, wrapped);
}

/** The options this very class was decorated with. */
export function ownEntityOptions(target: object): EntityOptions | undefined {
  return options.get(target);
}

/** Whether the class, as written, was decorated with `@Entity`. */
export function isDecorated(target: object): boolean {
  return wrappers.has(target);
}
