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
import { type RecordClass } from '../state/slot.js';
import { pathSegment } from '../support/ids.js';
import { checkOptions } from '../support/known-options.js';
import { membersOf } from '../support/members.js';
import { asBase, checkMixinBase, type RecordBase } from '../support/mixin.js';
import { refuseOther } from './identity.js';
import type { BaseGetParams } from './params.js';
import { noteValidator } from './validators.js';

/** The statics of a class whose records can be fetched by id. */
export interface GetStatics {
  /**
   * Loads the record with an id.
   *
   * @throws ValidationError for an id that cannot be part of a path, NotFoundError when the record does not exist, ResourceError for a
   *   response that is not that record.
   */
  get<R extends BaseResource>(this: RecordClass<R>, id: string, params?: BaseGetParams): Promise<R>;
  /** The records with these ids, in their order. @throws as `get` does, for the first that fails. */
  find<R extends BaseResource>(this: RecordClass<R>, ids: readonly string[], params?: Omit<BaseGetParams, 'id'>): Promise<R[]>;
  /** Same as `get`. */
  find<R extends BaseResource>(this: RecordClass<R>, id: string, params?: BaseGetParams): Promise<R>;
  /** Same as `get`. */
  retrieve<R extends BaseResource>(this: RecordClass<R>, id: string, params?: BaseGetParams): Promise<R>;
}

/** Adds `Class.get(id)`. @throws TypeError when the base is not a record class. */
export function GetResourceMixin<B extends RecordBase>(base: B): B & GetStatics {
  checkMixinBase(base, 'GetResourceMixin');
  abstract class Gettable extends asBase(base) {
    static get<R extends BaseResource>(this: RecordClass<R>, id: string, params: BaseGetParams = {}): Promise<R> {
      return getRecord(this, id, params);
    }

    static find<R extends BaseResource>(
      this: RecordClass<R>,
      id: string | readonly string[],
      params: BaseGetParams = {},
    ): Promise<R | R[]> {
      return Array.isArray(id) ? getRecords(this, id, params) : (this as RecordClass<R> & GetStatics).get(id as string, params);
    }

    static retrieve<R extends BaseResource>(this: RecordClass<R>, id: string, params: BaseGetParams = {}): Promise<R> {
      return (this as RecordClass<R> & GetStatics).get(id, params);
    }
  }
  return Gettable as unknown as B & GetStatics;
}

/** How many records are fetched at a time. */
const concurrency = 8;

async function getRecords<R extends BaseResource>(target: RecordClass<R>, ids: readonly string[], params: BaseGetParams): Promise<R[]> {
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

async function getRecord<R extends BaseResource>(target: RecordClass<R>, id: string, params: BaseGetParams): Promise<R> {
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
