import type { BaseResource } from '../base-resource.js';
import { defineStatics, searchStatics } from '../fields/statics.js';
import type { CallOptions } from '../ports/transport.js';
import { asBase, checkMixinBase, type RecordBase } from '../support/mixin.js';
import { Page } from './page.js';
import { RecordPages } from './record-pages.js';
import { Search } from './search.js';
import type { AnySearchParams, SearchableClass, SearchStatics } from './searchable.js';

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
  return new Search(async () => {
    const source = new RecordPages(target, target.readSearchParams(params), options);
    return new Page(source, await source.fetch(source.startPage));
  });
}
