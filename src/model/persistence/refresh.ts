import type { BaseResource } from '../base-resource.js';
import { requireConnection } from '../binding.js';
import { ResourceError } from '../errors/index.js';
import { entityOptions, pathOf } from '../fields/effective-options.js';
import { type HookOptions, operate } from '../hooks/life-cycle.js';
import type { CallOptions } from '../ports/transport.js';
import { callOptions } from '../ports/transport.js';
import { isObject } from '../state/json.js';
import { replaceSaved } from '../state/merge.js';
import { stateOf } from '../state/slot.js';
import { checkOptions } from '../support/known-options.js';
import { retryAfterOf } from '../support/retry-after.js';

export interface RefreshOptions extends CallOptions, HookOptions {
  /** Keeps local edits on top of the new state. Default: false, they are dropped. */
  keepChanges?: boolean | undefined;
}

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
      const { response } = await fetchRecord(record, options);
      context.sent = true;
      replaceSaved(record, response, options.keepChanges ?? false);
      stateOf(record).lost = null;
      return record;
    },
  });
}

/** The record as the platform has it now, and how many seconds it asked to wait before the next poll. */
export async function fetchRecord(
  record: BaseResource,
  options: CallOptions,
): Promise<{ response: Record<string, unknown>; retryAfter: number | undefined }> {
  const attempt = `refresh of ${String(record)}`;
  const connection = requireConnection(record, 'refresh');
  const { body, headers } = await connection.send(
    {
      ...callOptions(options),
      method: 'GET',
      path: `${pathOf(record.constructor)}/${record.encodedId}`,
      attempt,
      decodeError: entityOptions(record.constructor).errors,
    },
    record,
  );
  if (!isObject(body))
    throw new ResourceError(`${attempt}: the platform answered with ${JSON.stringify(body) ?? 'nothing'}, not with a record.`);
  return { response: record.readResponse(body), retryAfter: retryAfterOf(headers, connection.environment.clock.date()) };
}
