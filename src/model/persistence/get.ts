import type { BaseResource } from '../base-resource.js';
import { ValidationError } from '../errors/index.js';
import { isObject } from '../state/json.js';
import type { RecordClass } from '../state/slot.js';
import { asBase, checkMixinBase, type RecordBase } from '../support/mixin.js';
import { part } from '../support/part.js';
import type { BaseGetParams } from './params.js';

const request = part(() => import('./get-request.js'));

/** The statics of a class whose records can be fetched by id. */
export interface GetStatics {
  /**
   * Loads the record with an id.
   *
   * @throws ValidationError for an id that cannot be part of a path, and for a record that is not valid where the class is validated when it
   *   is loaded; NotFoundError when the record does not exist, ResourceError for a response that is not that record.
   */
  get<R extends BaseResource>(this: RecordClass<R>, id: string, params?: BaseGetParams<R>): Promise<R>;
  /**
   * The records with these ids, in their order. They are looked up in lists where the class has such lists (`@Entity({ search: { idsParam } })`),
   * does not override `get()`, and is not given its parameters or a `query`; otherwise, and where a list lacks one, fetched one by one.
   *
   * @throws as `get` does, for the first that fails.
   */
  find<R extends BaseResource>(this: RecordClass<R>, ids: readonly string[], params?: Omit<BaseGetParams, 'id' | 'known'>): Promise<R[]>;
  /** Same as `get`. */
  find<R extends BaseResource>(this: RecordClass<R>, id: string, params?: BaseGetParams<R>): Promise<R>;
  /** Same as `get`. */
  retrieve<R extends BaseResource>(this: RecordClass<R>, id: string, params?: BaseGetParams<R>): Promise<R>;
}

/** Adds `Class.get(id)`. @throws TypeError when the base is not a record class. */
export function GetResourceMixin<B extends RecordBase>(base: B): B & GetStatics {
  checkMixinBase(base, 'GetResourceMixin');
  abstract class Gettable extends asBase(base) {
    static async get<R extends BaseResource>(this: RecordClass<R>, id: string, params: BaseGetParams<R> = {}): Promise<R> {
      return request.use(params, ({ getRecord }, given) => getRecord(this, id, given));
    }

    static async find<R extends BaseResource>(
      this: RecordClass<R>,
      id: string | readonly string[],
      params: BaseGetParams<R> = {},
    ): Promise<R | R[]> {
      if (isObject(id)) throw new ValidationError(`${this.name}.find takes ids; findBy({ … }) and search({ … }) take other values.`);
      if (!Array.isArray(id)) return (this as RecordClass<R> & GetStatics).get(id as string, params);
      // What overrides `get` may do more than lists can.
      const mayList = (this as RecordClass<R> & GetStatics).get === Gettable.get;
      return request.use([id, params] as const, ({ getRecords }, [ids, given]) => getRecords(this, ids, given, mayList));
    }

    static retrieve<R extends BaseResource>(this: RecordClass<R>, id: string, params: BaseGetParams<R> = {}): Promise<R> {
      return (this as RecordClass<R> & GetStatics).get(id, params);
    }
  }
  return Gettable as unknown as B & GetStatics;
}
