import type { BaseResource } from '../base-resource.js';
import type { ResourceStatics } from '../fields/effective-options.js';
import type { Attributes } from '../persistence/attributes.js';
import type { CallOptions } from '../ports/transport.js';
import type { RelationPath, SearchCallOptions } from '../relations/types.js';
import type { RecordClass } from '../state/slot.js';
import type { BaseSearchParams } from './params.js';
import type { Search } from './search.js';

/** The search parameters of a class: those it declares with `declare static searchParams`, else any. */
export type SearchParamsOf<C> = C extends { searchParams: infer P }
  ? Omit<BaseSearchParams, keyof P> & P
  : BaseSearchParams & Readonly<Record<string, unknown>>;

/** A search of a class, which takes the parameters of the class. */
export type SearchOf<C> = Search<InstanceOf<C>, SearchParamsOf<C>>;

type InstanceOf<C> = C extends abstract new (...args: never[]) => infer R ? R : never;

/** The options of a search of a class: with the relations that its records have. */
export type SearchOptionsOf<C> = SearchCallOptions<RelationPath<InstanceOf<C>>>;

/** The statics of a class whose records can be searched. Those that say how read what is in force. */
export interface SearchStatics extends Required<Omit<ResourceStatics, 'resourcePath'>> {
  /**
   * The names of the platform's filters, for tools that offer them, such as the command line: `static searchFilters = ['status', 'author']`.
   * A search does not read it. Default: undefined, which means that they are not known.
   */
  searchFilters?: readonly string[];
  /** The keys that the platform sorts by, for such tools; empty where it does not sort. Default: undefined: they are not known. */
  sortKeys?: readonly string[];
  /**
   * Searches; the request is sent when the result is awaited or iterated.
   *
   * @throws ValidationError, when awaited or iterated, for a page number or page size that the platform does not accept, and for a name in
   *   `include` that is not a relation.
   */
  search<C extends RecordClass<BaseResource>>(this: C, params?: SearchParamsOf<C>, options?: SearchOptionsOf<C>): SearchOf<C>;
  /** Same as `search`. */
  list<C extends RecordClass<BaseResource>>(this: C, params?: SearchParamsOf<C>, options?: SearchOptionsOf<C>): SearchOf<C>;
  /**
   * Goes on with a search behind the page that gave the token: `page.token()`.
   *
   * @throws ValidationError for what is not a token of a search of this class.
   */
  resumeSearch<C extends RecordClass<BaseResource>>(this: C, token: string, options?: SearchOptionsOf<C>): SearchOf<C>;
  /** The first record that a search finds, or null. */
  findBy<C extends RecordClass<BaseResource>>(
    this: C,
    params: SearchParamsOf<C>,
    options?: SearchOptionsOf<C>,
  ): Promise<InstanceOf<C> | null>;
  /**
   * The first record that a search finds, else a new one, saved with the parameters that are its fields and with `attributes`. If another
   * has created it meanwhile (a ConflictError), it is searched for again.
   *
   * @throws the error of an item that is among the `invalid` of its page.
   */
  findOrCreateBy<C extends RecordClass<BaseResource>>(
    this: C,
    params: SearchParamsOf<C>,
    attributes?: Attributes<InstanceOf<C>>,
    options?: CallOptions,
  ): Promise<InstanceOf<C>>;
  /** Maps the caller's parameters to the names this class knows, before anything else. Override to accept several names for a parameter. */
  readSearchParams(params: Readonly<Record<string, unknown>>): Record<string, unknown>;
  /**
   * The parameters as they are sent; null when nothing can match and no request is needed. Override for a platform with other names.
   */
  buildSearchParams(params: Readonly<Record<string, unknown>>): Record<string, unknown> | null;
  /**
   * The parameters of a search that finds the records with these ids; null where the platform has no such search. Default: those of
   * `@Entity({ search: { idsParam } })`.
   *
   * @param options.whole Whether the records must have all that `get()` gives, as those of `find(ids)`; false for what `include` loads. A
   *   class whose lists leave fields out may return null.
   */
  searchParamsOfIds(ids: readonly string[], options?: { whole?: boolean }): Record<string, unknown> | null;
}

/** Any parameters of a search. */
export type AnySearchParams = BaseSearchParams & Readonly<Record<string, unknown>>;

/** A class whose records can be searched. */
export type SearchableClass = RecordClass<BaseResource> & SearchStatics & typeof BaseResource;
