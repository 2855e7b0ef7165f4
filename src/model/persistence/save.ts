import type { BaseResource } from '../base-resource.js';
import { requireConnection } from '../binding.js';
import { type FieldProblem, RemoteRecordError, ResourceError, ValidationError } from '../errors/index.js';
import { problemWith } from '../fields/checks.js';
import { entityOptions, pathOf } from '../fields/effective-options.js';
import type { FieldMetadata } from '../fields/metadata.js';
import type { OperationContext } from '../hooks/context.js';
import { type HookOptions, operate } from '../hooks/life-cycle.js';
import type { CallOptions, TransportRequest } from '../ports/transport.js';
import { changedFields, fieldToJson, original } from '../state/change-set.js';
import { assignFields, checkNames, type Properties, unknownKeysOf } from '../state/hydrate.js';
import { isObject } from '../state/json.js';
import { type Marks, markFields, mergeResponse } from '../state/merge.js';
import { type RecordState, stateOf } from '../state/slot.js';
import { pathSegment } from '../support/ids.js';
import { validateDecorated } from './validate.js';

export interface SaveOptions extends CallOptions, HookOptions {
  /** Sends even when nothing has changed, and lifts the guard of a create whose answer was lost. */
  force?: boolean | undefined;
  /** Sent as Idempotency-Key, for platforms that honour it: the request may then be repeated safely. */
  idempotencyKey?: string | undefined;
}

export async function saveRecord<R extends BaseResource>(record: R, attributes: object, options: SaveOptions): Promise<R> {
  const state = stateOf(record);
  refuseDeleted(record, 'save');
  checkNames(state.metadata, attributes, `save of ${String(record)}`);
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
  const creates = !hasId(record);
  const { create = 'POST', update = 'put', errors } = entityOptions(record.constructor);
  if (creates || changedFields(record).length > 0) await validateDecorated(record);
  // From here to the request nothing is awaited: what is checked, noted and sent is the record at one moment.
  context.settle();
  const changed = changedFields(record);
  checkFields(record, state, changed, creates);
  if (!creates && changed.length === 0 && (update === 'none' || (state.saved !== null && !options.force))) return;
  requireConnection(record, 'save');
  const marks = markFields(record);
  const scope = { creates, changed: changed.map((field) => field.property) };
  const payload = record.buildSavePayload(scope);
  context.payload = payload;
  const path = pathOf(record.constructor);
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
    const response = await record.requestSave(request, scope, options);
    state.lost = null;
    takeResponse(record, marks, response, creates);
  } catch (error) {
    if (creates && error instanceof RemoteRecordError && error.outcome === 'unknown' && !options.idempotencyKey) state.lost = error;
    throw error;
  }
}

/** Merges the platform's answer. Once a create has been answered, a failure to read it must not lead to a second one. */
function takeResponse(record: BaseResource, marks: Marks, response: unknown, creates: boolean): void {
  const advice = 'Search for the record before you save it again; save({}, { force: true }) creates another one.';
  try {
    mergeResponse(record, marks, isObject(response) ? record.readResponse(response) : {});
  } catch (cause) {
    if (!creates) throw cause;
    throw new ResourceError(`save of ${String(record)}: the platform created it, but its answer could not be read. ${advice}`, {
      cause,
      outcome: 'unknown',
    });
  }
  if (!creates || hasId(record)) return;
  const key = stateOf(record).metadata.id.wire;
  throw new ResourceError(`save of ${String(record)}: the platform created it, but its answer has no "${key}". ${advice}`, {
    outcome: 'unknown',
  });
}

function hasId(record: BaseResource): boolean {
  return record.id !== null && record.id !== undefined && record.id !== '';
}

/** Options of a call that the transport knows. */
export function callOptions(options: CallOptions): CallOptions {
  const { signal, timeout, headers, query, maxRetries } = options;
  return { signal, timeout, headers, query, maxRetries };
}

/** @throws ValidationError for a deleted record. */
export function refuseDeleted(record: BaseResource, operation: string): void {
  if (!stateOf(record).isDeleted) return;
  throw new ValidationError(
    `Cannot ${operation} ${String(record)}: it has been deleted and cannot be used. Its values can still be read; clone() makes a new record of them.`,
  );
}

function checkFields(record: BaseResource, state: RecordState, changed: readonly FieldMetadata[], creates: boolean): void {
  const own = record as unknown as Properties;
  const { create = 'POST', update = 'put' } = entityOptions(record.constructor);
  const name = record.constructor.name;
  if (creates && create === 'none') {
    throw new ValidationError(`save of ${String(record)}: the platform has no way to create a ${name}. Get or search the ones there are.`);
  }
  const fixed = changed.flatMap((field) => {
    const why = whyFixed(field, { creates, isNew: state.saved === null, updates: update !== 'none', name });
    if (why === undefined) return [];
    return [{ field: field.property, message: `${why} (was ${preview(original(state, field))}, is ${preview(own[field.property])})` }];
  });
  if (fixed.length > 0) {
    refuse(record, fixed, `Undo it with revert(${fixed.map(({ field }) => `'${field}'`).join(', ')}).`);
  }
  const missing = creates ? state.metadata.fields.filter((field) => field.required && own[field.property] === undefined) : [];
  const wrong = changed.flatMap((field) => {
    const value = own[field.property];
    // An update sends a value that was taken away as null.
    const message = !creates && value === undefined ? whyNeeded(field) : problemWith(field, value);
    return message === undefined ? [] : [{ field: field.property, message }];
  });
  const details = [...missing.map((field) => ({ field: field.property, message: 'is required' })), ...wrong];
  if (details.length > 0) refuse(record, details, 'Nothing was sent.');
}

/** Why a changed field cannot be sent; undefined when it can. */
function whyFixed(
  field: FieldMetadata,
  { creates, isNew, updates, name }: { creates: boolean; isNew: boolean; updates: boolean; name: string },
): string | undefined {
  if (field.readOnly || (field.property === 'id' && !isNew && !creates)) return 'is read-only: the platform sets it';
  if (creates) return undefined;
  if (!updates) return `cannot be changed: the platform has no way to update a ${name}`;
  return field.createOnly ? 'is fixed once the record is created' : undefined;
}

function whyNeeded(field: FieldMetadata): string | undefined {
  if (field.required) return 'is required';
  return field.nullable ? undefined : 'must not be null';
}

function refuse(record: BaseResource, details: FieldProblem[], advice: string): never {
  const list = details.map(({ field, message }) => `${field} ${message}`).join('; ');
  throw new ValidationError(`save of ${String(record)}: ${list}. ${advice}`, { details });
}

function preview(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** What a save is about to send. */
export interface SaveScope {
  /** Whether the record is created rather than updated. */
  creates: boolean;
  /** The properties that have changed. */
  changed: readonly string[];
}

/** The body of a save: what a create may set, the changed fields of a PATCH, or the whole record of a PUT. */
export function savePayload(record: BaseResource, scope: SaveScope): Record<string, unknown> {
  const state = stateOf(record);
  const { update = 'put', unknown = 'send' } = entityOptions(record.constructor);
  const whole = !scope.creates && update === 'put';
  const payload: Record<string, unknown> = {};
  for (const field of state.metadata.fields) {
    if (!field.sends || Object.hasOwn(payload, field.wire)) continue;
    if (!whole && (field.readOnly || field.property === 'id')) continue;
    if (!scope.creates && !whole && !scope.changed.includes(field.property)) continue;
    const json = fieldToJson(record, state, field);
    if (json !== undefined) payload[field.wire] = json;
    else if (!scope.creates && scope.changed.includes(field.property)) payload[field.wire] = null;
  }
  return unknown === 'send' && (scope.creates || whole) ? { ...payload, ...unknownKeysOf(state) } : payload;
}
