import type { BaseResource } from '../base-resource.js';
import { ConfigurationError, NotFoundError, ResourceError, ValidationError } from '../errors/index.js';
import { dispatch } from '../events/dispatch.js';
import { metadataOf } from '../fields/compile.js';
import { searchSettings } from '../fields/effective-options.js';
import type { CallOptions } from '../ports/transport.js';
import type { TargetClass } from '../relations/target.js';
import { runMany } from '../running/run-many.js';
import type { SearchableClass } from '../searching/searchable.js';
import { isObject } from '../state/json.js';
import { readable } from '../state/wire-number.js';
import { refusedJson } from './validate.js';

/** Work that sends one request, or those for the pages of one list. */
export type Job = (signal: AbortSignal | undefined) => Promise<void>;

/**
 * Records by the id that they were asked for by; null for one that there is not, and a ValidationError for one that is not valid where its
 * class is validated when it is loaded, or whose id cannot be one.
 */
export type Found = Map<string, BaseResource | ValidationError | null>;

/**
 * The record with an id, from where the class has it: its own address, else a search by ids; null where a search does not find it.
 *
 * @throws NotFoundError where its own address has nothing, ValidationError for a record that is refused, ConfigurationError for a class with
 *   neither.
 */
export async function findOne(target: TargetClass, id: string, options: CallOptions): Promise<BaseResource | null> {
  if (typeof target.get === 'function') return target.get(id, options);
  const found: Found = new Map();
  for (const job of findJobs(target, [id], found, options)) await job(options.signal);
  const record = found.get(String(id)) ?? null;
  if (record instanceof ValidationError) throw record;
  return record;
}

/**
 * What there is to do to find records: one list request for each 100 ids where the API can search by ids, otherwise one request for each.
 *
 * @param ids As the platform has them, numbers included; each of them once.
 * @throws ConfigurationError for a class that can do neither.
 */
export function findJobs(target: TargetClass, ids: readonly string[], into: Found, options: CallOptions): Job[] {
  const lists = listJobs(target, ids, into, options);
  if (lists) return lists;
  const { get } = target;
  if (typeof get !== 'function')
    throw new ConfigurationError(
      `${target.name} can neither be fetched nor searched by ids. Let it extend GetResourceMixin(BaseResource), or name the parameter that takes ` +
        'a list of ids: @Entity({ search: { idsParam } }).',
    );
  return ids.map((id) => async (signal) => {
    into.set(String(id), await foundOrRefused(target, id, get.call(target, id, { ...options, signal })));
  });
}

/**
 * The same with lists only; null for a class that cannot be searched by ids.
 *
 * @param whole Whether the records must have all that `get()` gives.
 */
export function listJobs(
  target: TargetClass,
  ids: readonly string[],
  into: Found,
  options: CallOptions,
  { whole = false }: { whole?: boolean } = {},
): Job[] | null {
  const searched = target as unknown as SearchableClass;
  if (typeof target.search !== 'function' || searched.searchParamsOfIds(ids, { whole }) === null) return null;
  return inParts(ids, idsPerList(target)).map((part) => (signal) => findPart(searched, part, into, { ...options, signal }));
}

/** Does several jobs at a time. @throws the first error, after which the others are aborted. */
export async function runJobs(
  jobs: readonly Job[],
  options: { readonly concurrency: number; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const outcomes = runMany(jobs, (job, _index, own) => job(own), options);
  for await (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
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
  const asked = ids.map(String);
  const params = { ...target.searchParamsOfIds(ids), pageSize: ids.length };
  const pages = target.search(params as never, options as never).pages({ prefetch: false });
  for await (const page of pages) {
    const found = page.results.filter(({ id }) => asked.includes(String(id)));
    if (found.length === 0 && page.length > 0)
      throw new ResourceError(
        `search of ${target.name} by ids: it found other records (such as ${String(page.results[0])}), so the API does not know the parameter. ` +
          'Check @Entity({ search: { idsParam } }).',
      );
    for (const record of found) into.set(String(record.id), record);
    for (const { raw, error } of page.invalid) {
      if (error instanceof ValidationError && isObject(raw)) into.set(String(raw[metadataOf(target).id.wire]), error);
    }
    // Some platforms do not say that there is no further page.
    if (asked.every((id) => into.has(id))) break;
  }
  for (const id of asked) if (!into.has(id)) into.set(id, null);
}

/** A record that was asked for by its id, null where the platform has none, or why it is refused, as in the `invalid` of a page. */
async function foundOrRefused(
  target: TargetClass,
  id: string,
  record: Promise<BaseResource>,
): Promise<BaseResource | ValidationError | null> {
  try {
    return await record;
  } catch (error) {
    if (error instanceof NotFoundError) return null;
    if (!(error instanceof ValidationError)) throw error;
    dispatch(target, 'invalid', { index: 0, raw: readable(refusedJson(error) ?? id), error });
    return error;
  }
}
