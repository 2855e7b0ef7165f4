import type { BaseResource } from '../base-resource.js';
import { requireConnection } from '../binding.js';
import { entityOptions } from '../fields/effective-options.js';
import type { OperationContext } from '../hooks/context.js';
import { withCallOptions } from '../ports/transport.js';
import type { DeleteResult } from '../running/result.js';
import { asText } from '../state/describe.js';
import { membersOf } from '../support/members.js';
import { refuseOption } from '../support/quantities.js';
import { guarded } from './conflicts.js';
import type { Deletable } from './delete.js';
import { deleting } from './deletion-log.js';
import { precondition } from './entity-tags.js';
import type { BaseDeleteParams } from './params.js';

/** Sends the request of a delete, again after a conflict where the caller wants it to overwrite, and marks the record as deleted. */
export async function sendDelete(
  record: BaseResource & Deletable,
  params: BaseDeleteParams,
  context: OperationContext,
): Promise<DeleteResult> {
  if (params.onConflict !== undefined && params.onConflict !== 'overwrite')
    refuseOption('onConflict', "of a delete must be 'overwrite': there is nothing to merge");
  const payload = record.buildDeletePayload(params);
  context.payload = payload;
  context.sent = true;
  return deleting(record, async () => {
    const result = await guarded(record, {
      name: 'delete',
      changes: () => context.settle(),
      options: { ...context.limit.callOptions(params), onConflict: params.onConflict },
      send: () => send(record, params, context, payload),
    });
    record.markAsDeleted();
    return result;
  });
}

async function send(
  record: BaseResource & Deletable,
  params: BaseDeleteParams,
  context: OperationContext,
  payload: unknown,
): Promise<DeleteResult> {
  const deletedId = asText(record.id);
  const limited = context.limit.callOptions(params);
  const condition = precondition(record);
  const { body } = await requireConnection(record, 'delete').send(
    withCallOptions(
      {
        headers: condition && { ...condition, ...membersOf(limited.headers) },
        method: 'DELETE',
        path: record.buildDeleteUrl(params),
        body: payload,
        attempt: `delete of ${String(record)}`,
        decodeError: entityOptions(record.constructor).errors,
      },
      limited,
    ),
    record,
  );
  return record.handleDeleteResponse(body, deletedId);
}
