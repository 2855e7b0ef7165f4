import type { BaseResource, ResourceClass } from '../base-resource.js';
import { requireConnection, unbound } from '../binding.js';
import { ValidationError } from '../errors/index.js';
import { entityOptions, pathOf } from '../fields/effective-options.js';
import { callOptions } from '../ports/transport.js';
import type { TargetClass } from '../relations/target.js';
import { runMany } from '../running/run-many.js';
import { loadRecord } from '../state/construction.js';
import { inJson } from '../state/describe.js';
import { isRecord, type RecordClass, stateOf } from '../state/slot.js';
import { pathSegment } from '../support/ids.js';
import { callOptionNames, checkOptions } from '../support/known-options.js';
import { asGiven, membersOf } from '../support/members.js';
import { knownVersion, noteValidator } from './entity-tags.js';
import { fetchJson } from './fetch.js';
import { type Found, listJobs, runJobs } from './find.js';
import type { GetStatics } from './get.js';
import type { BaseGetParams } from './params.js';
import { validateLoaded, validatesLoads } from './validate.js';

/** How many records are fetched at a time. */
const concurrency = 8;

/** Loads the records with some ids, in their order. @param mayList Whether lists may be asked for them. */
export async function getRecords<R extends BaseResource>(
  target: RecordClass<R>,
  ids: readonly string[],
  options: BaseGetParams<R>,
  mayList: boolean,
): Promise<R[]> {
  const asked = [...ids];
  const params = asGiven(options);
  const different = [...new Set(asked)];
  const found = new Map<string, R>();
  const listed = mayList ? await listRecords(target as unknown as TargetClass, different, params) : undefined;
  const { signal } = params;
  const work = async (id: string, _index: number, own: AbortSignal): Promise<R> => {
    const record = listed?.get(String(id));
    if (record instanceof ValidationError) throw record;
    return (record as R | null | undefined) ?? (target as RecordClass<R> & GetStatics).get(id, { ...params, signal: own });
  };
  for await (const outcome of runMany(different, work, { concurrency, order: 'input', ...(signal && { signal }) })) {
    if (outcome.status === 'rejected') throw outcome.reason;
    found.set(outcome.input, outcome.value);
  }
  return asked.map((id) => found.get(id)!);
}

/** Those that lists by ids have, where the class has such lists, and where more than one is asked for, with nothing that only `get()` takes. */
async function listRecords(target: TargetClass, ids: readonly string[], params: BaseGetParams): Promise<Found> {
  const found: Found = new Map();
  const given = Object.entries(params).filter(([, value]) => value !== undefined);
  const isPlain = given.every(([name]) => name !== 'query' && (callOptionNames as readonly string[]).includes(name));
  if (ids.length < 2 || !isPlain) return found;
  for (const id of ids) pathSegment(id, `The id of ${target.name}.get`);
  const jobs = listJobs(target, ids, found, callOptions(params), { whole: true }) ?? [];
  await runJobs(jobs, { concurrency, signal: params.signal });
  return found;
}

/** Loads the record with an id. */
export async function getRecord<R extends BaseResource>(target: RecordClass<R>, id: string, params: BaseGetParams<R>): Promise<R> {
  const resource = target as ResourceClass<R>;
  const attempt = `get of ${resource.name} ${inJson(id)}`;
  checkOptions(target, 'get', params);
  if (params.id !== undefined && params.id !== id)
    throw new ValidationError(`${attempt}: params.id is another id (${inJson(params.id)}). Leave it out.`);
  const segment = pathSegment(id, `The id of ${resource.name}.get`);
  const connection = requireConnection(target, 'get');
  const path = `${params.resourcePath ?? pathOf(target)}/${segment}`;
  const query = params.host === undefined ? params.query : { ...membersOf(params.query), host: params.host };
  // Below another path records may be known by something else than their id.
  const asked = params.resourcePath === undefined ? id : undefined;
  const given = params.known ?? undefined;
  const known = given && knownVersion(knownOf(resource, asked, given, attempt), connection);
  const request = { path, attempt, id: asked, known };
  const { response, headers, address } = await fetchJson(resource, connection, request, { ...params, query });
  const record = loadRecord(target, response, connection);
  noteValidator(record, headers, address);
  if (validatesLoads(target)) await validateLoaded(record, `${attempt}: what the platform sent`);
  return record;
}

/** The record that is known of the one with an id. @throws ValidationError for one of another class or with another id. */
function knownOf(target: ResourceClass, id: string | undefined, known: unknown, attempt: string): BaseResource {
  const refuse = (message: string): never => {
    throw new ValidationError(`${attempt}: known ${message}.`, { details: [{ field: 'known', message }] });
  };
  if (entityOptions(target).concurrency === undefined) return refuse(`has no effect without @Entity({ concurrency }) on ${target.name}`);
  if (!isRecord(known) || unbound(known.constructor) !== unbound(target)) return refuse(`must be a ${target.name}`);
  const { saved } = stateOf(known);
  if (id !== undefined && saved !== null && !target.isResponseTo(id, saved)) return refuse(`is another record (${String(known)})`);
  return known as BaseResource;
}
