import type { BaseResource } from '../base-resource.js';
import { requireConnection } from '../binding.js';
import { RemoteRecordError, ResourceError } from '../errors/index.js';
import { entityOptions, pathOf } from '../fields/effective-options.js';
import type { OperationContext } from '../hooks/context.js';
import { type HookOptions, operate } from '../hooks/life-cycle.js';
import { type CallOptions, callOptions, type TransportRequest } from '../ports/transport.js';
import { assignFields, checkNames } from '../state/assign.js';
import type { Sent } from '../state/change-set.js';
import { isObject } from '../state/json.js';
import { mergeResponse } from '../state/merge.js';
import { type RecordState, stateOf } from '../state/slot.js';
import { isId, pathSegment } from '../support/ids.js';
import { checkOptions } from '../support/known-options.js';
import { checkSave } from './check.js';
import { refuseDeleted } from './deleted.js';
import { warnOfStrays } from './strays.js';
import { validateDecorated } from './validate.js';

export interface SaveOptions extends CallOptions, HookOptions {
  /** Sends even when nothing has changed, and lifts the guard of a create whose answer was lost. */
  force?: boolean | undefined;
  /** Sent as Idempotency-Key, for platforms that honour it: the request may then be repeated safely. */
  idempotencyKey?: string | undefined;
  /** Another path than the class's own. */
  resourcePath?: string | undefined;
}

export async function saveRecord<R extends BaseResource>(record: R, attributes: object, options: SaveOptions): Promise<R> {
  const state = stateOf(record);
  refuseDeleted(record, 'save');
  checkNames(state.metadata, attributes, `save of ${String(record)}`);
  checkOptions(record.constructor, 'save', options);
  return operate<R>(record, {
    operation: 'save',
    args: Object.keys(attributes).length > 0 || Object.keys(options).length > 0 ? [attributes, options] : [],
    options,
    queued: true,
    admitted: () => assignFields(record, attributes),
    perform: async (context) => {
      refuseDeleted(record, 'save');
      if (state.lost && !options.force && !options.idempotencyKey) throw state.lost;
      await send(record, state, context, options);
      return record;
    },
  });
}

async function send(record: BaseResource, state: RecordState, context: OperationContext, options: SaveOptions): Promise<void> {
  warnOfStrays(record);
  await validateDecorated(record);
  // From here to the request nothing is awaited: what is checked, noted and sent is the record at one moment.
  const changeSet = context.settle();
  const { creates } = changeSet;
  const { create = 'POST', update = 'put', errors } = entityOptions(record.constructor);
  checkSave(record, changeSet);
  const isClean = !creates && changeSet.fields.length === 0;
  if (isClean && (update === 'none' || (state.saved !== null && !options.force))) return;
  requireConnection(record, 'save');
  const payload = record.buildSavePayload(changeSet);
  const { sent } = changeSet;
  context.payload = payload;
  const path = options.resourcePath ?? pathOf(record.constructor);
  const request: TransportRequest = {
    ...callOptions(options),
    method: creates ? create : update === 'patch' ? 'PATCH' : 'PUT',
    path: creates ? path : `${path}/${pathSegment(record.id, `The id of ${String(record)}`)}`,
    body: payload,
    once: creates,
    idempotencyKey: options.idempotencyKey,
    attempt: `save of ${String(record)}`,
    decodeError: errors,
  };
  context.sent = true;
  try {
    const response = await record.requestSave(request, changeSet, options);
    state.lost = null;
    takeResponse(record, sent, response, creates);
  } catch (error) {
    if (creates && error instanceof RemoteRecordError && error.outcome === 'unknown' && !options.idempotencyKey) state.lost = error;
    throw error;
  }
}

/** Merges the platform's response. Once a create has been answered, a failure to read it must not lead to a second one. */
function takeResponse(record: BaseResource, sent: Sent, response: unknown, creates: boolean): void {
  const advice = 'Search for the record before you save it again; save({}, { force: true }) creates another one.';
  try {
    mergeResponse(record, sent, isObject(response) ? record.readResponse(response) : {});
  } catch (cause) {
    if (!creates) throw cause;
    throw new ResourceError(`save of ${String(record)}: the platform created it, but its response could not be read. ${advice}`, {
      cause,
      outcome: 'unknown',
    });
  }
  if (!creates || isId(record.id)) return;
  const key = stateOf(record).metadata.id.wire;
  throw new ResourceError(`save of ${String(record)}: the platform created it, but its response has no "${key}". ${advice}`, {
    outcome: 'unknown',
  });
}
