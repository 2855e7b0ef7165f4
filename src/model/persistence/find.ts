import type { BaseResource } from '../base-resource.js';
import { ConfigurationError, NotFoundError, ResourceError } from '../errors/index.js';
import { searchSettings } from '../fields/effective-options.js';
import type { CallOptions } from '../ports/transport.js';
import type { SearchableClass } from '../searching/searchable.js';
import type { TargetClass } from './target.js';

/** Work that sends one request, or those for the pages of one list. */
export type Job = (signal: AbortSignal | undefined) => Promise<void>;

/** Records by the id that they were asked for by; null for one that there is not. */
export type Found = Map<string, BaseResource | null>;

/**
 * The record with an id, from where the class has it: its own address, else a search by ids; null where a search does not find it.
 *
 * @throws NotFoundError where its own address has nothing, ConfigurationError for a class with neither.
 */
export async function findOne(target: TargetClass, id: string, options: CallOptions): Promise<BaseResource | null> {
  if (typeof target.get === 'function') return target.get(id, options);
  const found: Found = new Map();
  for (const job of findJobs(target, [id], found, options)) await job(options.signal);
  return found.get(id) ?? null;
}

/**
 * What there is to do to find records: one list request for each 100 ids where the API can search by ids, otherwise one request for each.
 *
 * @throws ConfigurationError for a class that can do neither.
 */
export function findJobs(target: TargetClass, ids: readonly string[], into: Found, options: CallOptions): Job[] {
  const searched = target as unknown as SearchableClass;
  if (typeof target.search === 'function' && searched.searchParamsOfIds(ids) !== null) {
    return inParts(ids, idsPerList(target)).map((part) => (signal) => findPart(searched, part, into, { ...options, signal }));
  }
  const { get } = target;
  if (typeof get !== 'function')
    throw new ConfigurationError(
      `${target.name} can neither be fetched nor searched by ids. Let it extend GetResourceMixin(BaseResource), or name the parameter that takes ` +
        'a list of ids: @Entity({ search: { idsParam } }).',
    );
  return ids.map((id) => async (signal) => {
    into.set(id, await orNull(get.call(target, id, { ...options, signal })));
  });
}

/** How many ids the lists of a class are asked for at a time. */
export function idsPerList(target: object): number {
  const { idsPerRequest, maxPageSize } = searchSettings(target);
  return Math.min(idsPerRequest, maxPageSize);
}

/** A list in parts of a size. */
export function inParts<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_unused, at) => list.slice(at * size, (at + 1) * size));
}

async function findPart(target: SearchableClass, ids: readonly string[], into: Found, options: CallOptions): Promise<void> {
  const asked = new Set(ids);
  const params = { ...target.searchParamsOfIds(ids), pageSize: ids.length };
  const pages = target.search(params as never, options as never).pages({ prefetch: false });
  for await (const page of pages) {
    const found = page.results.filter(({ id }) => asked.has(String(id)));
    if (found.length === 0 && page.length > 0)
      throw new ResourceError(
        `search of ${target.name} by ids: it found other records (such as ${String(page.results[0])}), so the API does not know the parameter. ` +
          'Check @Entity({ search: { idsParam } }).',
      );
    for (const record of found) into.set(String(record.id), record);
    // Some platforms do not say that there is no further page.
    if (ids.every((id) => into.has(id))) break;
  }
  for (const id of ids) if (!into.has(id)) into.set(id, null);
}

/** A record, or null where the platform has none. */
async function orNull(record: Promise<BaseResource>): Promise<BaseResource | null> {
  try {
    return await record;
  } catch (error) {
    if (error instanceof NotFoundError) return null;
    throw error;
  }
}
