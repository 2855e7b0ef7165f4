import type { BaseResource } from '../base-resource.js';
import { requireConnection } from '../binding.js';
import { snippetOf, unexpectedResponse } from '../errors/unexpected-response.js';
import { entityOptions, pathOf } from '../fields/effective-options.js';
import { type HookOptions, operate } from '../hooks/life-cycle.js';
import type { CallOptions, OwnCallOptions } from '../ports/transport.js';
import { callOptions } from '../ports/transport.js';
import { checkAssignable } from '../state/assign.js';
import { isObject } from '../state/json.js';
import { replaceSaved } from '../state/merge.js';
import { stateOf } from '../state/slot.js';
import { checkOptions } from '../support/known-options.js';
import { retryAfterOf } from '../support/retry-after.js';
import { refuseOther } from './identity.js';

/** Options of `record.refresh()`. */
export interface RefreshOptions extends CallOptions, HookOptions {
  /** Whether to keep local edits on top of the new state. Default: false. */
  keepChanges?: boolean | undefined;
}

/** Runs the refresh operation. @throws ValidationError when the record is deleted or has no id. */
export async function refreshRecord<R extends BaseResource>(record: R, options: RefreshOptions): Promise<R> {
  record.requireId('refresh');
  checkOptions(record.constructor, 'refresh', options);
  return operate<R>(record, {
    operation: 'refresh',
    args: Object.keys(options).length > 0 ? [options] : [],
    options,
    queued: true,
    perform: async (context) => {
      context.settle();
      checkAssignable(record, `refresh of ${String(record)}`);
      const { response } = await fetchRecord(record, context.limit.callOptions(options));
      context.sent = true;
      replaceSaved(record, response, options.keepChanges ?? false);
      stateOf(record).lost = null;
      return record;
    },
  });
}

/** Fetches the record's current JSON. `retryAfter` is the number of seconds the platform asked to wait before the next poll. */
export async function fetchRecord(
  record: BaseResource,
  options: OwnCallOptions,
  operation = 'refresh',
): Promise<{ response: Record<string, unknown>; retryAfter: number | undefined }> {
  const attempt = `${operation} of ${String(record)}`;
  const connection = requireConnection(record, operation);
  const { id } = record;
  const { body, headers } = await connection.send(
    {
      ...callOptions(options),
      method: 'GET',
      path: `${pathOf(record.constructor)}/${record.encodedId}`,
      attempt,
      decodeError: entityOptions(record.constructor).errors,
      exactNumbers: true,
    },
    record,
  );
  if (!isObject(body)) throw unexpectedResponse(`${attempt}: the platform responded with ${snippetOf(body)}, not with a record.`);
  const response = record.readResponse(body);
  refuseOther(record.constructor, id, response, attempt);
  return { response, retryAfter: retryAfterOf(headers, connection.environment.clock.date()) };
}
