import { type EntityOptions, ownEntityOptions, type SearchOptions } from './entity-options.js';

/** Where a platform's lists are and how they are paged, unless a class says otherwise. */
const numbered = {
  style: 'page',
  method: 'POST',
  path: 'paginate',
  itemsKey: 'results',
  totalKey: 'total',
  totalHeader: '',
  pageTotalKey: 'pageTotal',
  pageParam: 'pageNumber',
  sizeParam: 'pageSize',
  cursorParam: 'cursor',
  cursorKey: 'nextCursor',
  hasMoreKey: '',
  nextKey: 'next',
  previousKey: '',
  previousParam: 'before',
  firstPage: 0,
  pageSize: 20,
  maxPageSize: Number.POSITIVE_INFINITY,
  idsParam: '',
  idsPerRequest: 100,
  wholeLists: false,
} as const satisfies Required<SearchOptions>;

/** The defaults of a style. */
export function searchDefaults(style: SearchOptions['style'] = 'page'): Required<SearchOptions> {
  if (style === 'page') return numbered;
  return {
    ...numbered,
    style,
    method: 'GET',
    path: '',
    sizeParam: 'limit',
    pageParam: style === 'offset' ? 'offset' : '',
    previousKey: style === 'url' ? 'previous' : '',
  };
}

/** The setting of the nearest `@Entity` that has it. Also for a class whose body is still being evaluated. */
function decorated<T>(target: object, read: (options: EntityOptions) => T | undefined): T | undefined {
  for (let at: object | null = target; typeof at === 'function'; at = Object.getPrototypeOf(at)) {
    const value = read(ownEntityOptions(at) ?? {});
    if (value !== undefined) return value;
  }
  return undefined;
}

const search =
  <K extends keyof SearchOptions>(key: K) =>
  (target: object) =>
    decorated(target, (options) => options.search?.[key]) ?? searchDefaults(decorated(target, (options) => options.search?.style))[key];

/** Static of every class that says where it lives. */
export const pathStatics = { resourcePath: (target: object) => decorated(target, ({ path }) => path) };

/** Statics of a class that can be searched. */
export const searchStatics = {
  paginatePath: search('path'),
  paginateMethod: search('method'),
  paginateItemsKey: search('itemsKey'),
  paginateTotalKey: search('totalKey'),
  paginatePageTotalKey: search('pageTotalKey'),
  paginateDefaultPageNumber: search('firstPage'),
  paginateDefaultPageSize: (target: object) => Math.min(search('pageSize')(target) as number, search('maxPageSize')(target) as number),
};

/**
 * Gives a class statics that read what its `@Entity`, else the default, says. A subclass that declares or assigns one of them has a value of
 * its own.
 */
export function defineStatics(target: object, readers: Readonly<Record<string, (target: object) => unknown>>): void {
  for (const [name, read] of Object.entries(readers)) {
    Object.defineProperty(target, name, {
      configurable: true,
      get(this: object) {
        return read(this);
      },
      set(this: object, value: unknown) {
        Object.defineProperty(this, name, { value, configurable: true, enumerable: true, writable: true });
      },
    });
  }
}
