import type { BaseResource } from '../base-resource.js';
import { requireConnection } from '../binding.js';
import type { CallOptions } from '../ports/transport.js';
import type { Properties } from '../state/assign.js';
import { loadRecord } from '../state/construction.js';
import { changedFields } from '../state/dirty-check.js';
import { type RecordClass, stateOf } from '../state/slot.js';
import { isId } from '../support/ids.js';
import { part } from '../support/part.js';

const loading = part(() => import('./loading.js'));

/**
 * The record itself, or, where it was made from an id and never loaded, the platform's record with the values that were set here on top:
 * what such a record does not know is not empty. One that was given values, all required ones among them, is taken as it is.
 *
 * @throws NotFoundError when there is no such record, ValidationError for one that is not valid where the class asks for that.
 */
export async function loadedRecord<R extends BaseResource>(record: R, operation: string, options: CallOptions = {}): Promise<R> {
  const { saved, isDeleted, metadata } = stateOf(record);
  if (saved !== null || isDeleted || !isId(record.id)) return record;
  const own = record as unknown as Properties;
  const edits = changedFields(record).filter(({ property }) => property !== 'id');
  const isWhole = edits.length > 0 && metadata.fields.every(({ required, property }) => !required || own[property] !== undefined);
  if (isWhole) return record;
  const { fetchRecord, validateLoaded, validatesLoads } = await loading();
  const { response } = await fetchRecord(record, options, operation);
  const loaded = loadRecord(record.constructor as RecordClass<R>, response, requireConnection(record, operation));
  if (validatesLoads(loaded.constructor)) await validateLoaded(loaded, `${operation} of ${String(record)}: what the platform sent`);
  for (const { property, codec } of edits) {
    (loaded as unknown as Properties)[property] = codec.copy(own[property]);
  }
  return loaded;
}
