import { ResourceError } from '../errors/index.js';
import { isObject } from '../state/json.js';
import { readable } from '../state/wire-number.js';
import { describe } from './page.js';
import type { InvalidItem, PageData, PageSource } from './page-source.js';

/** The items of a page that were not seen before. */
export interface PageItems {
  /** Those that are JSON objects. */
  readonly objects: readonly Record<string, unknown>[];
  /** Those of them that records are made of. */
  readonly valid: readonly Record<string, unknown>[];
  /** The others, and those that are not JSON objects. */
  readonly invalid: readonly InvalidItem[];
}

/** Sorts the items of a page. @param seen The ids of the items that are left out. */
export function sortItems(
  source: Pick<PageSource<unknown>, 'subject' | 'idOf' | 'shown'>,
  { items, pageNumber, checked }: PageData,
  seen: ReadonlySet<string> | undefined,
): PageItems {
  const objects: Record<string, unknown>[] = [];
  const valid: Record<string, unknown>[] = [];
  const invalid: InvalidItem[] = [];
  for (const [index, raw] of items.entries()) {
    let error: unknown;
    if (!isObject(raw))
      error = new ResourceError(`${source.subject}: item ${index} of page ${pageNumber} is ${describe(raw)}, not a JSON object.`);
    else if (seen?.has(String(source.idOf(raw)))) continue;
    else {
      objects.push(raw);
      error = checked?.get(raw);
      if (!(error instanceof ResourceError)) valid.push(raw);
    }
    if (error instanceof ResourceError)
      invalid.push({ index, raw: readable(isObject(raw) && source.shown ? source.shown(raw) : raw), error });
  }
  return { objects, valid, invalid };
}
