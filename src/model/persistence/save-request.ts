import type { BaseResource } from '../base-resource.js';
import { requireConnection } from '../binding.js';
import { RemoteRecordError, ResourceError, ValidationError } from '../errors/index.js';
import { entityOptions, pathOf } from '../fields/effective-options.js';
import type { OperationContext } from '../hooks/context.js';
import { type CallOptions, callOptions, type TransportRequest } from '../ports/transport.js';
import { checkAssignable } from '../state/assign.js';
import type { ChangeSet } from '../state/change-set.js';
import { inJson } from '../state/describe.js';
import { isObject } from '../state/json.js';
import { mergedJson, mergeResponse } from '../state/merge.js';
import { savedJson } from '../state/saved.js';
import { stateOf } from '../state/slot.js';
import { pathSegment } from '../support/ids.js';
import { checkSave } from './check.js';
import { checkOnConflict, guarded } from './conflicts.js';
import { noteSaved } from './deletion-log.js';
import { noteSavedValidator, precondition } from './entity-tags.js';
import { createKey } from './idempotency.js';
import { refuseOther, refuseOtherUpdate } from './other-record.js';
import { scopeOf } from './payload.js';
import type { SaveOptions } from './save.js';
import { warnOfStrays } from './strays.js';
import { updateFormat } from './update-body.js';
import { validateLoad, validateRecord, validatesLoads } from './validate.js';

/** Sends the request of a save, again after a conflict that the caller has decided on, and takes over its response. */
export function sendSave(record: BaseResource, context: OperationContext, options: SaveOptions): Promise<void> {
  checkOnConflict(options.onConflict);
  let changes: ChangeSet | undefined;
  return guarded(record, {
    name: 'save',
    changes: () => (changes ??= context.settle()),
    options: { ...context.limit.callOptions(options), onConflict: options.onConflict },
    send: () => {
      changes = undefined;
      return send(record, context, options);
    },
  });
}

async function send(record: BaseResource, context: OperationContext, options: SaveOptions): Promise<void> {
  const state = stateOf(record);
  warnOfStrays(record);
  const validation = validateRecord(record);
  if (validation) await validation;
  const { create = 'POST', update = 'put', errors } = entityOptions(record.constructor);
  const known = updateFormat(update);
  const format = known instanceof Promise ? await known : known;
  // Nothing is awaited from here to the request, so the record is checked, recorded and sent as it is at one moment.
  const changeSet = context.settle();
  const { creates } = changeSet;
  checkSave(record, changeSet);
  const isClean = !creates && changeSet.fields.length === 0;
  if (isClean && (update === 'none' || (state.saved !== null && !options.force))) return;
  requireConnection(record, 'save');
  const subject = String(record);
  const attempt = `save of ${subject}`;
  checkAssignable(record, `${attempt}: the response could not be taken over, so nothing was sent`);
  const scope = scopeOf(changeSet);
  const payload = record.buildSavePayload(scope);
  const body = creates ? payload : format.body(payload, savedAsSent(record, changeSet));
  context.payload = body;
  const { createKey: before } = state;
  const idempotencyKey = creates ? createKey(record, options.idempotencyKey, body) : options.idempotencyKey;
  // Created again under its key, a record is not there twice; under another one, it may be.
  if (state.lost && !options.force && !options.idempotencyKey && (before === null || before !== state.createKey)) throw state.lost;
  const path = options.resourcePath ?? pathOf(record.constructor);
  const limited = context.limit.callOptions(options);
  const request: TransportRequest = {
    ...callOptions(limited),
    method: creates ? create : format.method,
    path: creates ? path : `${path}/${pathSegment(record.id, `The id of ${subject}`)}`,
    body,
    ...(!creates && headersOf(record, format.type, limited.headers)),
    once: creates || (!format.isRepeatable && precondition(record) === undefined),
    idempotencyKey,
    ownKey: idempotencyKey !== options.idempotencyKey,
    attempt,
    decodeError: errors,
    exactNumbers: true,
  };
  context.sent = true;
  state.hadId = !creates;
  if (!creates) noteSaved(record);
  try {
    const response = await record.requestSave(request, scope, limited);
    state.lost = null;
    state.createKey = null;
    await applyResponse(record, changeSet, response, attempt);
    noteSavedValidator(record);
  } catch (error) {
    const isUnknown = error instanceof RemoteRecordError && error.outcome === 'unknown';
    if (creates && isUnknown && !options.idempotencyKey) state.lost = error;
    // Of a create that may have been carried out, the key is all that tells the next one from another.
    if (!isUnknown && !state.lost) state.createKey = null;
    throw error;
  }
}

/** The headers of an update: its media type and its precondition, where there are any. */
function headersOf(
  record: BaseResource,
  type: string | undefined,
  given: CallOptions['headers'],
): Pick<TransportRequest, 'headers'> | undefined {
  const own = { ...(type !== undefined && { 'content-type': type }), ...precondition(record) };
  return Object.keys(own).length === 0 ? undefined : { headers: { ...own, ...given } };
}

/** The saved JSON of the changed fields, by the keys that they are sent under. */
function savedAsSent(record: BaseResource, { fields }: ChangeSet): Record<string, unknown> {
  const state = stateOf(record);
  return Object.fromEntries(fields.map((field) => [field.sentAs, savedJson(state, field)]));
}

/** What to do after a create of which nobody knows the record. */
const afterLostCreate = 'Search for the record before you save it again; save({}, { force: true }) creates another one.';

/** Merges the platform's response. After a create, a response that cannot be read has an unknown outcome, to avoid a second create. */
async function applyResponse(record: BaseResource, changeSet: ChangeSet, response: unknown, attempt: string): Promise<void> {
  const { creates, sent } = changeSet;
  try {
    const read = isObject(response) ? record.readResponse(response) : {};
    if (creates) refuseOther(record.constructor, undefined, read, attempt);
    else refuseOtherUpdate(record.constructor, changeSet.id, read, attempt);
    if (validatesLoads(record.constructor) && Object.keys(read).length > 0)
      await validateResponse(record, mergedJson(record, sent, read), creates);
    mergeResponse(record, sent, read);
  } catch (cause) {
    if (!creates || (cause instanceof ValidationError && cause.outcome === 'unknown')) throw cause;
    const { id } = stateOf(record).metadata;
    const problem = cause instanceof RemoteRecordError ? `has no "${id.wire}"` : 'could not be read';
    throw new ResourceError(`${attempt}: the platform created it, but its response ${problem}. ${afterLostCreate}`, {
      cause,
      outcome: 'unknown',
    });
  }
}

/** Validates what a save was answered with. @throws ValidationError which says that it has been carried out. */
async function validateResponse(record: BaseResource, json: Record<string, unknown>, creates: boolean): Promise<void> {
  const { id } = stateOf(record).metadata;
  const done = creates ? `created it (its ${id.wire} is ${inJson(json[id.wire])})` : 'saved it';
  try {
    await validateLoad(record, json, `save of ${String(record)}: the platform has ${done}, but what it sent`);
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    const advice = creates ? afterLostCreate : 'The record is as it was before, its edits included.';
    throw new ValidationError(`${error.message} ${advice}`, { details: error.details, ...(creates && { outcome: 'unknown' }) });
  }
}
