import { ConfigurationError } from '../errors/index.js';
import { metadataOf } from './compile.js';
import type { EntityOptions, SearchOptions } from './entity-options.js';
import { searchDefaults } from './statics.js';

/** The statics that say where a class lives and how it is searched; each wins over its setting of `@Entity`. */
export interface ResourceStatics {
  /** Same as `@Entity({ path })`. */
  resourcePath?: string;
  /** Same as `@Entity({ search: { path } })`, and so on. */
  paginatePath?: string;
  /** In either case. */
  paginateMethod?: string;
  paginateItemsKey?: string;
  paginateTotalKey?: string;
  paginatePageTotalKey?: string;
  paginateDefaultPageNumber?: number;
  paginateDefaultPageSize?: number;
}

export function entityOptions(target: object): EntityOptions {
  return metadataOf(target).options;
}

/** A class's path below the base URL, without slashes at the ends. */
export function pathOf(target: object & ResourceStatics): string {
  const path = target.resourcePath ?? entityOptions(target).path;
  if (path !== undefined) return path.replace(/^\/+|\/+$/g, '');
  const name = (target as { name: string }).name;
  throw new ConfigurationError(`${name} has no path. Write @Entity({ path: '…' }) above the class, or give it a static resourcePath.`);
}

export function searchSettings(target: object & ResourceStatics): Required<SearchOptions> {
  const decorated = { ...searchDefaults, ...entityOptions(target).search };
  return {
    ...decorated,
    method: (target.paginateMethod ?? decorated.method).toUpperCase() as 'GET' | 'POST',
    path: target.paginatePath ?? decorated.path,
    itemsKey: target.paginateItemsKey ?? decorated.itemsKey,
    totalKey: target.paginateTotalKey ?? decorated.totalKey,
    pageTotalKey: target.paginatePageTotalKey ?? decorated.pageTotalKey,
    firstPage: target.paginateDefaultPageNumber ?? decorated.firstPage,
    pageSize: Math.min(target.paginateDefaultPageSize ?? decorated.pageSize, decorated.maxPageSize),
  };
}
