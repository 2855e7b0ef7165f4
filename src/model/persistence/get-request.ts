import type { BaseResource } from '../base-resource.js';
import { requireConnection } from '../binding.js';
import { ValidationError } from '../errors/index.js';
import { snippetOf, unexpectedResponse } from '../errors/unexpected-response.js';
import { entityOptions, pathOf } from '../fields/effective-options.js';
import { callOptions } from '../ports/transport.js';
import { runMany } from '../running/run-many.js';
import { loadRecord } from '../state/construction.js';
import { inJson } from '../state/describe.js';
import { isObject } from '../state/json.js';
import type { RecordClass } from '../state/slot.js';
import { pathSegment } from '../support/ids.js';
import { checkOptions } from '../support/known-options.js';
import { membersOf } from '../support/members.js';
import type { GetStatics } from './get.js';
import { refuseOther } from './other-record.js';
import type { BaseGetParams } from './params.js';
import { noteValidator } from './validators.js';

/** How many records are fetched at a time. */
const concurrency = 8;

/** Loads the records with some ids, in their order. */
export async function getRecords<R extends BaseResource>(
  target: RecordClass<R>,
  ids: readonly string[],
  params: BaseGetParams,
): Promise<R[]> {
  const different = [...new Set(ids)];
  const found = new Map<string, R>();
  const { signal } = params;
  const work = (id: string, _index: number, own: AbortSignal) =>
    (target as RecordClass<R> & GetStatics).get(id, { ...params, signal: own });
  for await (const outcome of runMany(different, work, { concurrency, order: 'input', ...(signal && { signal }) })) {
    if (outcome.status === 'rejected') throw outcome.reason;
    found.set(outcome.input, outcome.value);
  }
  return ids.map((id) => found.get(id)!);
}

/** Loads the record with an id. */
export async function getRecord<R extends BaseResource>(target: RecordClass<R>, id: string, params: BaseGetParams): Promise<R> {
  const resource = target as RecordClass<R> & typeof BaseResource;
  const attempt = `get of ${resource.name} ${inJson(id)}`;
  checkOptions(target, 'get', params);
  if (params.id !== undefined && params.id !== id)
    throw new ValidationError(`${attempt}: params.id is another id (${inJson(params.id)}). Leave it out.`);
  const segment = pathSegment(id, `The id of ${resource.name}.get`);
  const connection = requireConnection(target, 'get');
  const { body, headers } = await connection.send(
    {
      ...callOptions(params),
      method: 'GET',
      path: `${params.resourcePath ?? pathOf(target)}/${segment}`,
      query: params.host === undefined ? params.query : { ...membersOf(params.query), host: params.host },
      attempt,
      decodeError: entityOptions(target).errors,
      exactNumbers: true,
    },
    target,
  );
  if (!isObject(body)) throw unexpectedResponse(`${attempt}: the platform responded with ${snippetOf(body)}, not with a record.`);
  const response = resource.readResponse(body);
  // Below another path records may be known by something else than their id.
  refuseOther(target, params.resourcePath === undefined ? id : undefined, response, attempt);
  const record = loadRecord(target, response, connection);
  noteValidator(record, headers);
  return record;
}
