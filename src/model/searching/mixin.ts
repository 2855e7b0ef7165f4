import type { BaseResource } from '../base-resource.js';
import { ConflictError } from '../errors/index.js';
import { metadataOf } from '../fields/compile.js';
import { defineStatics, searchStatics } from '../fields/statics.js';
import type { CallOptions } from '../ports/transport.js';
import { asBase, checkMixinBase, type RecordBase } from '../support/mixin.js';
import { part } from '../support/part.js';
import { Page } from './page.js';
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

    static search(params: object = {}, options: CallOptions = {}): Search<BaseResource> {
      return searchRecords(this as unknown as SearchableClass, params as AnySearchParams, options);
    }

    static list(params: object = {}, options: CallOptions = {}): Search<BaseResource> {
      return this.search(params, options);
    }

    static resumeSearch(token: string, options: CallOptions = {}): Search<BaseResource> {
      return resumeSearch(this as unknown as SearchableClass, token, options);
    }

    static findBy(params: object, options: CallOptions = {}): Promise<BaseResource | null> {
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
  }
  return Searchable as unknown as B & SearchStatics;
}

function searchRecords(target: SearchableClass, params: AnySearchParams, options: CallOptions): Search<BaseResource> {
  return new Search(async () => firstPage(target, target.readSearchParams(params), options), refineSearch(target, params, options));
}

async function firstPage(
  target: SearchableClass,
  params: AnySearchParams,
  options: CallOptions,
  place?: PagePlace,
): Promise<Page<BaseResource>> {
  const { RecordPages } = await pages();
  const source = new RecordPages(target, params, options, place);
  return new Page(source, await source.fetch(source.start), source.start);
}

function resumeSearch(target: SearchableClass, token: string, options: CallOptions): Search<BaseResource> {
  const { params, place } = readSearchToken(target.name, token);
  return new Search(async () => firstPage(target, params, options, place));
}

/** Makes a search of a class again, with more parameters. They may have any of the names that the class knows. */
export function refineSearch<T>(target: object, params: object, options: CallOptions): Refine<T> {
  const searched = target as SearchableClass;
  return (more) =>
    searched.search({ ...searched.readSearchParams({ ...params }), ...searched.readSearchParams(more) } as never, options) as never;
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
