import { ConfigurationError } from '../errors/index.js';
import { inJson } from '../state/describe.js';
import { metadataOf } from './compile.js';
import type { EntityOptions, SearchOptions } from './entity-options.js';
import { searchDefaults } from './statics.js';

/** The statics that set a class's path and how it is searched. Each wins over the matching option of `@Entity`. */
export interface ResourceStatics {
  /** Same as `@Entity({ path })`. */
  resourcePath?: string;
  /** Same as `@Entity({ search: { path } })`. */
  paginatePath?: string;
  /** Same as `@Entity({ search: { method } })`. */
  paginateMethod?: string;
  /** Same as `@Entity({ search: { itemsKey } })`. */
  paginateItemsKey?: string;
  /** Same as `@Entity({ search: { totalKey } })`. */
  paginateTotalKey?: string;
  /** Same as `@Entity({ search: { pageTotalKey } })`. */
  paginatePageTotalKey?: string;
  /** Same as `@Entity({ search: { firstPage } })`. */
  paginateDefaultPageNumber?: number;
  /** Same as `@Entity({ search: { pageSize } })`. */
  paginateDefaultPageSize?: number;
}

/** The options of `@Entity` that apply to a class, inherited ones included. */
export function entityOptions(target: object): EntityOptions {
  return metadataOf(target).options;
}

/**
 * A class's path below the base URL, without leading or trailing slashes.
 *
 * @throws ConfigurationError when the class has no path.
 */
export function pathOf(target: object & ResourceStatics): string {
  const path = target.resourcePath ?? entityOptions(target).path;
  if (path !== undefined) return path.replace(/^\/+|\/+$/g, '');
  const name = (target as { name: string }).name;
  throw new ConfigurationError(`${name} has no path. Write @Entity({ path: '…' }) above the class, or give it a static resourcePath.`);
}

/** The search settings of a class: its statics, else `@Entity({ search })`, else the defaults. */
export function searchSettings(target: object & ResourceStatics): Required<SearchOptions> {
  const { search } = entityOptions(target);
  const decorated = { ...searchDefaults(search?.style), ...search };
  return {
    ...decorated,
    method: methodOf(target, target.paginateMethod ?? decorated.method),
    path: target.paginatePath ?? decorated.path,
    itemsKey: target.paginateItemsKey ?? decorated.itemsKey,
    totalKey: target.paginateTotalKey ?? decorated.totalKey,
    pageTotalKey: target.paginatePageTotalKey ?? decorated.pageTotalKey,
    firstPage: target.paginateDefaultPageNumber ?? decorated.firstPage,
    pageSize: Math.min(target.paginateDefaultPageSize ?? decorated.pageSize, decorated.maxPageSize),
  };
}

/** A method by which lists are requested, however it is spelled. @throws ConfigurationError for what is not one. */
function methodOf(target: object, method: unknown): 'GET' | 'POST' {
  const name = typeof method === 'string' ? method.trim().toUpperCase() : '';
  if (/^[A-Z]+$/.test(name)) return name as 'GET' | 'POST';
  throw new ConfigurationError(
    `${(target as { name: string }).name}: the method of a search must be 'GET' or 'POST' (got ${inJson(method)}).`,
  );
}
