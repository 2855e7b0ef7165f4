import type { BaseResource } from '../base-resource.js';
import { requireConnection } from '../binding.js';
import { unexpectedResponse } from '../errors/unexpected-response.js';
import { entityOptions, pathOf } from '../fields/effective-options.js';
import { type HookOptions, operate } from '../hooks/life-cycle.js';
import type { CallOptions, OwnCallOptions, TransportResponse } from '../ports/transport.js';
import { callOptions } from '../ports/transport.js';
import { isObject } from '../state/json.js';
import { replaceSaved } from '../state/merge.js';
import { stateOf } from '../state/slot.js';

export interface RefreshOptions extends CallOptions, HookOptions {
  /** Keeps local edits on top of the new state. Default: false, they are dropped. */
  keepChanges?: boolean | undefined;
}

export async function refreshRecord<R extends BaseResource>(record: R, options: RefreshOptions): Promise<R> {
  record.requireId('refresh');
  return operate<R>(record, {
    operation: 'refresh',
    args: Object.keys(options).length > 0 ? [options] : [],
    options,
    queued: true,
    perform: async (context) => {
      context.settle();
      const response = await fetchRecord(record, options);
      context.sent = true;
      replaceSaved(record, response, options.keepChanges ?? false);
      stateOf(record).lost = null;
      return record;
    },
  });
}

/** The record as the platform has it now. @throws APIError for a response that is not a record. */
async function fetchRecord(record: BaseResource, options: CallOptions): Promise<Record<string, unknown>> {
  const response = await requestRecord(record, options);
  if (!isObject(response.body)) throw unexpectedResponse(`refresh of ${String(record)}`, response, 'a record');
  return record.readResponse(response.body);
}

/** Asks the platform for a record. The response has not been checked. */
export function requestRecord(record: BaseResource, options: OwnCallOptions): Promise<TransportResponse> {
  return requireConnection(record, 'refresh').send(
    {
      ...callOptions(options),
      method: 'GET',
      path: `${pathOf(record.constructor)}/${record.encodedId}`,
      attempt: `refresh of ${String(record)}`,
      decodeError: entityOptions(record.constructor).errors,
    },
    record,
  );
}
