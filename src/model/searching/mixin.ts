import type { BaseResource } from '../base-resource.js';
import { ConflictError } from '../errors/index.js';
import { metadataOf } from '../fields/compile.js';
import { searchSettings } from '../fields/effective-options.js';
import { defineStatics, searchStatics } from '../fields/statics.js';
import type { CallOptions } from '../ports/transport.js';
import type { SearchCallOptions } from '../relations/types.js';
import { asBase, checkMixinBase, type RecordBase } from '../support/mixin.js';
import { part } from '../support/part.js';
import { firstPage, type Page } from './page.js';
import type { PagePlace } from './page-source.js';
import { type Refine, Search } from './search.js';
import type { AnySearchParams, SearchableClass, SearchStatics } from './searchable.js';
import { readSearchToken } from './token.js';

const pages = part(() => import('./record-pages.js'));

/** Adds `Class.search(params)`. @throws TypeError when the base is not a record class. */
export function SearchResourceMixin<B extends RecordBase>(base: B): B & SearchStatics {
  checkMixinBase(base, 'SearchResourceMixin');
  abstract class Searchable extends asBase(base) {
    static {
      defineStatics(this, searchStatics);
    }

    static search(params: object = {}, options: SearchCallOptions = {}): Search<BaseResource> {
      return searchRecords(this as unknown as SearchableClass, params as AnySearchParams, options);
    }

    static list(params: object = {}, options: SearchCallOptions = {}): Search<BaseResource> {
      return this.search(params, options);
    }

    static resumeSearch(token: string, options: SearchCallOptions = {}): Search<BaseResource> {
      return resumeSearch(this as unknown as SearchableClass, token, options);
    }

    static findBy(params: object, options: SearchCallOptions = {}): Promise<BaseResource | null> {
      return this.search(params, options).first();
    }

    static findOrCreateBy(params: object, attributes: object = {}, options: CallOptions = {}): Promise<BaseResource> {
      return findOrCreate(this as unknown as SearchableClass, params, attributes, options);
    }

    static readSearchParams(params: Readonly<Record<string, unknown>>): Record<string, unknown> {
      return params;
    }

    static buildSearchParams(params: Readonly<Record<string, unknown>>): Record<string, unknown> | null {
      const { query, ...rest } = params;
      return query === undefined ? rest : { q: query, ...rest };
    }

    static searchParamsOfIds(ids: readonly string[]): Record<string, unknown> | null {
      const { idsParam } = searchSettings(this);
      return idsParam === '' ? null : { [idsParam]: ids };
    }
  }
  return Searchable as unknown as B & SearchStatics;
}

function searchRecords(target: SearchableClass, params: AnySearchParams, options: SearchCallOptions): Search<BaseResource> {
  return new Search(async () => begin(target, target.readSearchParams(params), options), refineSearch(target, params, options));
}

async function begin(
  target: SearchableClass,
  params: AnySearchParams,
  options: SearchCallOptions,
  place?: PagePlace,
): Promise<Page<BaseResource>> {
  return pages.use([params, options] as const, ({ RecordPages }, [given, own]) => firstPage(new RecordPages(target, given, own, place)));
}

function resumeSearch(target: SearchableClass, token: string, options: SearchCallOptions): Search<BaseResource> {
  const { params, place } = readSearchToken(target.name, token);
  return new Search(async () => begin(target, params, options, place));
}

/**
 * Makes a search of a class again, with more parameters and with more relations to load. The parameters may have any of the names that the
 * class knows.
 */
export function refineSearch<T>(target: object, params: object, options: SearchCallOptions): Refine<T> {
  const searched = target as SearchableClass;
  return (more, include) => {
    const all = { ...searched.readSearchParams({ ...params }), ...searched.readSearchParams(more) };
    const given = include === undefined ? options : { ...options, include: [...(options.include ?? []), ...include] };
    return searched.search(all as never, given as never) as never;
  };
}

async function findOrCreate(target: SearchableClass, params: object, attributes: object, options: CallOptions): Promise<BaseResource> {
  const find = async (): Promise<BaseResource | null> => {
    const search = target.search({ pageSize: 1, ...params } as AnySearchParams, options) as Search<BaseResource>;
    for await (const { results, invalid } of search.pages({ prefetch: false })) {
      if (results[0]) return results[0];
      // There is one, although it cannot be used: another must not be created beside it.
      if (invalid[0]) throw invalid[0].error;
    }
    return null;
  };
  const found = await find();
  if (found) return found;
  const { byProperty } = metadataOf(target);
  const fromParams = Object.entries(params).filter(([name]) => byProperty.has(name) && !byProperty.get(name)!.readOnly);
  try {
    return await target.create({ ...Object.fromEntries(fromParams), ...attributes } as never, options);
  } catch (error) {
    const other = error instanceof ConflictError ? await find() : null;
    if (other) return other;
    throw error;
  }
}
