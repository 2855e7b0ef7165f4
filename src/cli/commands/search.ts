import { nearestName } from '../../vendor.js';
import type { Context } from '../context.js';
import { type EntityClass, filtersOf, isFilterAlias, pageSizeFor, searchParameters, sortKeysOf, spelling } from '../entity-class.js';
import { RecordPrinter } from '../output/records.js';
import { UsageError } from '../usage-error.js';
import { filterValues, type Given, type Values } from '../values.js';

export interface SearchOptions {
  limit?: number;
  all?: boolean;
  pageSize?: number;
  sort?: string;
  columns?: string[];
  json?: boolean;
  csv?: boolean;
}

const usualLimit = 20;

/** Prints the records that a search finds, page by page as they come. */
export async function search({ target, output, signal }: Context, given: readonly Given[], options: SearchOptions): Promise<void> {
  if (options.all && options.limit !== undefined) throw new UsageError('Give --all or --limit, not both.');
  const limit = options.all ? undefined : (options.limit ?? usualLimit);
  const printer = new RecordPrinter(target, output, options);
  const pageSize = options.pageSize ?? pageSizeFor(target, limit);
  const found = target.search!(
    { ...(pageSize && { pageSize }), ...paramsFrom(target, given), ...sorted(target, options.sort) },
    { signal },
  );
  let left: number | undefined = 0;
  walk: for await (const page of found.pages({ prefetch: limit === undefined })) {
    if (limit === 0) break;
    for (const { index, error } of page.invalid) output.note(`Item ${index} of page ${page.pageNumber} cannot be read: ${error.message}`);
    for (const [index, record] of page.results.entries()) {
      await printer.print(record);
      if (printer.count !== limit) continue;
      const isLast = index === page.length - 1 && !page.hasNext;
      left = isLast ? 0 : page.total === undefined ? undefined : Math.max(0, page.total - printer.count);
      break walk;
    }
  }
  await printer.end();
  if (printer.count === 0 && !options.json && !options.csv && limit !== 0) output.note(`No ${target.name} found.`);
  if (left === undefined) output.note(`There are more than these ${printer.count}: --all shows all, --limit N so many.`);
  else if (left > 0) output.note(`${printer.count} of ${printer.count + left} shown: --all shows all, --limit N so many.`);
}

/** The parameters of a search. @throws UsageError for a filter that the platform does not have, with the nearest one. */
function paramsFrom(target: EntityClass, given: readonly Given[]): Values {
  const filters = filtersOf(target);
  const known = [...filters.names, ...searchParameters];
  if (filters.isComplete) {
    for (const { name } of given) {
      if (known.some((each) => spelling(each) === spelling(name)) || isFilterAlias(target, name)) continue;
      const nearest = nearestName(name, filters.names);
      throw new UsageError(
        `${name} is not a filter of ${target.name}${nearest === undefined ? '' : ` (did you mean ${nearest}?)`}.`,
        `Its filters are ${filters.names.join(', ')}.`,
      );
    }
  }
  return filterValues(target, given, { ...filters, names: known });
}

/** `name`, `-name` and `name:desc`. */
function sorted(target: EntityClass, sort: string | undefined): Values {
  if (sort === undefined) return {};
  const [, minus, key = '', direction] = /^(-?)([^:]*)(?::(.*))?$/.exec(sort) ?? [];
  if (key === '' || (direction !== undefined && !/^(?:asc|desc)$/i.test(direction)))
    throw new UsageError(`--sort takes a key, such as name, -name or name:desc (got "${sort}").`);
  const keys = sortKeysOf(target);
  const known = keys?.find((each) => spelling(each) === spelling(key));
  if (keys && known === undefined) {
    const nearest = nearestName(key, keys);
    throw new UsageError(
      `${target.name} cannot be sorted by ${key}${nearest === undefined ? '' : ` (did you mean ${nearest}?)`}.`,
      `It can by ${keys.join(', ')}.`,
    );
  }
  return { sortBy: known ?? key, sortOrder: direction?.toLowerCase() ?? (minus === '-' ? 'desc' : 'asc') };
}
