import type { BaseResource } from '../base-resource.js';
import type { ResourceStatics } from '../fields/effective-options.js';
import type { CallOptions } from '../ports/transport.js';
import type { RecordClass } from '../state/slot.js';
import type { BaseSearchParams } from './params.js';
import type { Search } from './search.js';

/** The search parameters of a class: those it declares with `declare static searchParams`, else any. */
export type SearchParamsOf<C> = C extends { searchParams: infer P }
  ? Omit<BaseSearchParams, keyof P> & P
  : BaseSearchParams & Readonly<Record<string, unknown>>;

type InstanceOf<C> = C extends abstract new (...args: never[]) => infer R ? R : never;

/** The statics of a class whose records can be searched. Those that say how read what is in force. */
export interface SearchStatics extends Required<Omit<ResourceStatics, 'resourcePath'>> {
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

/** Any parameters of a search. */
export type AnySearchParams = BaseSearchParams & Readonly<Record<string, unknown>>;

/** A class whose records can be searched. */
export type SearchableClass = RecordClass<BaseResource> & SearchStatics & typeof BaseResource;
