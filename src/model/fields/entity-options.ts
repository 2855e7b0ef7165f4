import type { ErrorDecoder } from '../ports/transport.js';
import type { PageStyle } from '../searching/styles/style.js';
import type { StandardSchema } from '../support/standard-schema.js';

/** The ways in which an API divides its lists into pages that are known here. */
export type PageStyleName = 'page' | 'offset' | 'cursor' | 'link' | 'url';

/** How a class is searched. */
export interface SearchOptions {
  /**
   * How the API divides its lists into pages: by their number (`'page'`), by the number of records before them (`'offset'`), by a cursor
   * (`'cursor'`), by the addresses in the header Link (`'link'`, RFC 8288) or in the response (`'url'`), or in a way of its own. All but
   * `'page'` are searched with a GET at the class's path, unless `method` and `path` say otherwise. Default: 'page'.
   */
  style?: PageStyleName | PageStyle;
  /** The HTTP method, in upper or lower case. Default: 'POST'; 'GET' for styles other than 'page'. */
  method?: 'GET' | 'POST' | 'get' | 'post';
  /** Appended to the class's path. Default: 'paginate'; nothing for styles other than 'page'. */
  path?: string;
  /** The key of the items in the response; a dotted path leads into nested objects. Default: 'results'. */
  itemsKey?: string;
  /** The key of the total number of items; may be a dotted path. Default: 'total'. */
  totalKey?: string;
  /** The key of the number of pages; may be a dotted path. Default: 'pageTotal'. */
  pageTotalKey?: string;
  /** The response header with the total number of items, such as `X-Total-Count`; '' when there is none. Default: ''. */
  totalHeader?: string;
  /**
   * The parameter that carries the page number, or the offset; '' when there is none, and so, in the style 'page', when the platform
   * returns everything at once. Default: 'pageNumber'; 'offset' in the style 'offset'; '' in the others.
   */
  pageParam?: string;
  /** The parameter that carries the page size; '' when there is none. Default: 'pageSize'; 'limit' for styles other than 'page'. */
  sizeParam?: string;
  /** Style 'cursor': the parameter that carries the cursor. Default: 'cursor'. */
  cursorParam?: string;
  /**
   * Style 'cursor': the key of the next cursor in the response; may be a dotted path; '' when the cursor is the id of the last record.
   * Default: 'nextCursor'.
   */
  cursorKey?: string;
  /** Style 'cursor': the key that says whether there is more, such as `has_more`; '' when there is none. Default: ''. */
  hasMoreKey?: string;
  /** Style 'url': the key of the address of the next page; may be a dotted path. Default: 'next'. */
  nextKey?: string;
  /** Styles 'cursor' and 'url': the key of the cursor or address of the previous page; '' when there is none. Default: ''; 'previous' for 'url'. */
  previousKey?: string;
  /** Style 'cursor': the parameter that carries the cursor of the previous page. Default: 'before'. */
  previousParam?: string;
  /** The number of the first page. Default: 0. */
  firstPage?: number;
  /** Records per page unless the caller asks for another number. Default: 20. */
  pageSize?: number;
  /** The largest page size the platform accepts. Default: no limit. */
  maxPageSize?: number;
  /**
   * The parameter that finds records by a list of their ids; '' when there is none. `include` loads with it. A list in a query is sent
   * comma-joined. For an API that wants more than that, override `static searchParamsOfIds`. Default: ''.
   */
  idsParam?: string;
  /** How many ids `include` puts into one request. Default: 100, and never more than `maxPageSize`. */
  idsPerRequest?: number;
  /** Whether a response that is a bare list has all records, whichever page was asked for. Default: only where there is no `pageParam`. */
  wholeLists?: boolean;
}

/** Options of `@Entity`. */
export interface EntityOptions {
  /** The path of the class below the connection's base URL. */
  path?: string;
  /** The key of the id on the wire. Default: 'id'. */
  id?: string;
  /**
   * How a record is updated: `'put'` replaces the whole record, `'patch'` sends only the changed fields, `'merge-patch'` only the changed keys
   * of changed fields (RFC 7396, where null removes a key), `'json-patch'` a list of operations (RFC 6902), and `'none'` means that the
   * platform cannot update, so `save()` throws a ValidationError when a field has changed. Default: 'put'.
   */
  update?: 'put' | 'patch' | 'merge-patch' | 'json-patch' | 'none';
  /**
   * The HTTP method that creates a record; `'none'` means that the platform cannot create, so saving a new record throws a ValidationError.
   * Default: 'POST'.
   */
  create?: 'POST' | 'PUT' | 'none';
  /**
   * How it is noticed that somebody else has changed a record: `'etag'` keeps the entity tag of the response that a record came from and makes
   * updates and deletes depend on it (If-Match, RFC 9110 §13.1.1); `{ etagKey }` reads it from a key of the record, as lists need it. A field
   * with `version: true` is another way. Default: not at all.
   */
  concurrency?:
    | 'etag'
    | {
        /** The key of the record that has its entity tag. */
        readonly etagKey: string;
      };
  /**
   * Whether the platform honours the header Idempotency-Key: every create and run then has a key, under which it may be retried although its
   * response was lost, also by a later `save()` of the same record. Default: the connection's option of that name.
   */
  idempotency?: boolean;
  /** Keys that no field declares: `'send'` sends them back with creates and PUTs, `'keep'` only keeps them. Default: 'send'. */
  unknown?: 'send' | 'keep';
  /**
   * How many levels of objects and lists a field's value may have; more are a ValidationError where the value is read, copied or sent, as
   * is a value that exhausts the call stack: with the stack of Node.js at some 1,600 levels of objects, or 600 records inside each other.
   * Default: 1000.
   */
  maxDepth?: number;
  /**
   * A validator of records, before new and changed ones are saved unless `validate` says otherwise: zod, valibot, arktype or another one that
   * implements Standard Schema. It is given the values of the fields by property name, without undefined ones; what it makes of them is
   * discarded.
   */
  schema?: StandardSchema;
  /**
   * When records are validated, by `schema`, by those of the fields, and by the decorators of class-validator: before they are sent
   * (`'save'`), when the platform has sent them (`'load'`), or `'both'`. What is loaded and not valid is a ValidationError of `get()`,
   * `refresh()`, `save()` and the waits, which leave the record as it was, and among the `invalid` of a page. Records that the caller's own code
   * makes (`fromDict()`, `resume()`), and records inside fields, are not validated when they are made. Default: 'save'.
   */
  validate?: 'save' | 'load' | 'both';
  /** How the class is searched. Default: numbered pages, by POST to `paginate`. */
  search?: SearchOptions;
  /** Decodes this platform's error bodies. Members it leaves undefined are decoded in the default way. */
  errors?: ErrorDecoder;
}

const options = new WeakMap<object, EntityOptions>();
const wrappers = new WeakMap<object, object>();

/** Registers that `target` was decorated with `@Entity`, which wrapped it as `wrapped`. */
export function registerEntity(target: object, wrapped: object, entityOptions: EntityOptions): void {
  options.set(wrapped, entityOptions);
  wrappers.set(target, wrapped);
}

/** The options of the class's own `@Entity`; inherited options are not included. */
export function ownEntityOptions(target: object): EntityOptions | undefined {
  return options.get(target);
}

/** Whether a class, as written in the source, was decorated with `@Entity`. */
export function isDecorated(target: object): boolean {
  return wrappers.has(target);
}
