import type { ErrorDecoder } from '../ports/transport.js';
import { completeRecord } from '../state/slot.js';
import type { AnyClass } from './field.js';

/** How a class is searched. */
export interface SearchOptions {
  /** Default: 'POST'. */
  method?: 'GET' | 'POST';
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
const finisherByClass = new WeakMap<object, object | null>();

/**
 * Makes a class an entity: its `@Field`s become the record's fields, and the options say where and how it lives.
 * A subclass inherits them and may override single ones with its own `@Entity`. A static of the class
 * (`resourcePath`, `paginatePath` …) wins over the decorator.
 */
export function Entity(entityOptions: EntityOptions = {}): <C extends AnyClass<object>>(target: C) => C {
  return <C extends AnyClass<object>>(target: C): C => {
    const Wrapped = finishing(target as unknown as new (...args: never[]) => object);
    options.set(Wrapped, entityOptions);
    wrappers.set(target, Wrapped);
    return Wrapped as unknown as C;
  };
}

const finishers = new WeakSet<object>();

/**
 * A subclass whose constructor completes its records. Class fields are set after super(), so only after the last constructor can what the
 * platform or the caller gave win over all initialisers.
 */
export function finishing<C extends new (...args: never[]) => object>(target: C): C {
  const Base = target as unknown as new (...args: unknown[]) => object;
  const Finishing = class extends Base {
    constructor(...args: unknown[]) {
      super(...args);
      if (finisherOf(new.target) === Finishing) completeRecord(this);
    }
  };
  Object.defineProperty(Finishing, 'name', { value: target.name, configurable: true });
  finishers.add(Finishing);
  return Finishing as unknown as C;
}

/** The options this very class was decorated with. */
export function ownEntityOptions(target: object): EntityOptions | undefined {
  return options.get(target);
}

/** Whether the class, as written, was decorated with `@Entity`. */
export function isDecorated(target: object): boolean {
  return wrappers.has(target);
}

/** The class whose constructor completes the records of a class: the most derived one that can, or null. */
export function finisherOf(target: object): object | null {
  const known = finisherByClass.get(target);
  if (known !== undefined) return known;
  let found: object | null = target;
  while (found !== null && !finishers.has(found)) found = Object.getPrototypeOf(found);
  finisherByClass.set(target, found);
  return found;
}
