import type { BaseResource } from '../base-resource.js';
import { requireConnection } from '../binding.js';
import { ValidationError } from '../errors/index.js';
import { snippetOf, unexpectedResponse } from '../errors/unexpected-response.js';
import { entityOptions, pathOf } from '../fields/effective-options.js';
import { callOptions } from '../ports/transport.js';
import { loadRecord } from '../state/construction.js';
import { inJson } from '../state/describe.js';
import { isObject } from '../state/json.js';
import { type RecordClass } from '../state/slot.js';
import { pathSegment } from '../support/ids.js';
import { checkOptions } from '../support/known-options.js';
import { asBase, checkMixinBase, type RecordBase } from '../support/mixin.js';
import { refuseOther } from './identity.js';
import type { BaseGetParams } from './params.js';

/** The statics of a class whose records can be fetched by id. */
export interface GetStatics {
  /**
   * Loads the record with an id.
   *
   * @throws ValidationError for an id that cannot be part of a path, NotFoundError when the record does not exist, ResourceError for a
   *   response that is not that record.
   */
  get<R extends BaseResource>(this: RecordClass<R>, id: string, params?: BaseGetParams): Promise<R>;
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

    static retrieve<R extends BaseResource>(this: RecordClass<R>, id: string, params: BaseGetParams = {}): Promise<R> {
      return (this as RecordClass<R> & GetStatics).get(id, params);
    }
  }
  return Gettable as unknown as B & GetStatics;
}

async function getRecord<R extends BaseResource>(target: RecordClass<R>, id: string, params: BaseGetParams): Promise<R> {
  const resource = target as RecordClass<R> & typeof BaseResource;
  const attempt = `get of ${resource.name} ${inJson(id)}`;
  checkOptions(target, 'get', params);
  if (params.id !== undefined && params.id !== id)
    throw new ValidationError(`${attempt}: params.id is another id (${inJson(params.id)}). Leave it out.`);
  const segment = pathSegment(id, `The id of ${resource.name}.get`);
  const connection = requireConnection(target, 'get');
  const { body } = await connection.send(
    {
      ...callOptions(params),
      method: 'GET',
      path: `${params.resourcePath ?? pathOf(target)}/${segment}`,
      query: params.host === undefined ? params.query : { ...params.query, host: params.host },
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
  return loadRecord(target, response, connection);
}
