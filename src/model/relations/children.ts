import type { BaseResource } from '../base-resource.js';
import { ResourceError } from '../errors/index.js';
import { searchSettings } from '../fields/effective-options.js';
import { idsPerList, inParts, type Job } from '../persistence/find.js';
import type { CallOptions } from '../ports/transport.js';
import type { Search } from '../searching/search.js';
import type { SearchableClass } from '../searching/searchable.js';
import { inJson } from '../state/describe.js';
import type { Branch } from './branches.js';
import { noteLoaded } from './loaded.js';
import { findingBy, titleOf } from './target.js';

/** A record and its id. */
export type Owner = readonly [record: BaseResource, id: unknown];

/**
 * What there is to do to load the records that belong to others: a list for each 100 of these where the API takes a list of ids and the
 * records say whose they are, otherwise a search for each.
 */
export function childrenJobs({ relation, target: declared }: Branch, owners: readonly Owner[], options: CallOptions): Job[] {
  const target = declared as unknown as SearchableClass;
  const { by, key } = findingBy(target, relation);
  const search = (ids: unknown, signal: AbortSignal | undefined): Search<BaseResource> => {
    const params = { ...relation.where, pageSize: largestPage(target), [by]: ids };
    return target.search(params as never, { ...options, signal } as never) as unknown as Search<BaseResource>;
  };
  const isOne = relation.kind === 'hasOne';
  if (!relation.list || key === undefined) {
    return owners.map(([record, id]) => async (signal) => {
      const found = search(relation.list ? [id] : id, signal);
      noteLoaded(record, relation, id, isOne ? await found.first() : await found.toArray());
    });
  }
  return inParts(owners, idsPerList(target)).map((part) => async (signal) => {
    const groups = new Map(part.map(([, id]) => [String(id), [] as BaseResource[]]));
    const ids = new Map(part.map(([, id]) => [String(id), id]));
    for await (const child of search([...ids.values()], signal)) {
      const owner = (child as unknown as Record<string, unknown>)[key];
      const group = groups.get(String(owner));
      if (!group)
        throw new ResourceError(
          `${titleOf(part[0]![0].constructor, relation)}: a search by ${by} found ${String(child)}, whose ${key} is ${inJson(owner)}, which was not asked for. ` +
            'Check the options key, by and list of the relation.',
        );
      group.push(child);
    }
    for (const [record, id] of part) {
      const children = groups.get(String(id))!;
      noteLoaded(record, relation, id, isOne ? (children[0] ?? null) : children);
    }
  });
}

/** As many as the platform sends at a time, so that few requests are needed. */
function largestPage(target: SearchableClass): number {
  const { maxPageSize, pageSize } = searchSettings(target);
  return Number.isFinite(maxPageSize) ? maxPageSize : Math.max(pageSize, idsPerList(target));
}
