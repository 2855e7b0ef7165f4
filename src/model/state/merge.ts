import { type FieldMetadata, isLazy } from '../fields/metadata.js';
import { isUnread } from './accessor.js';
import { checkAssignable, isAssignable, type Properties } from './assign.js';
import type { Sent } from './change-set.js';
import { sameAsJson } from './compare.js';
import { changedFields, isChanged, isSame } from './dirty-check.js';
import { rehydrate } from './hydrate.js';
import { isObject } from './json.js';
import { savedJson, stampDates } from './saved.js';
import { isRecord, type RecordState, stateOf } from './slot.js';
import { recordWrittenAs } from './to-json.js';

/**
 * Merges the platform's response to a save into the saved state. Keys missing from the response keep the value that was sent; a field
 * edited after the request was built keeps the edit and stays changed.
 */
export function mergeResponse(record: object, sent: Sent, response: Record<string, unknown>): void {
  const state = stateOf(record);
  const merged = mergedJson(record, sent, response);
  const isEdited = (field: FieldMetadata, before = state.saved): boolean => isEditedSince(record, state, field, { sent, before });
  // The records inside take their part of the response over, after which they differ from what was sent of them.
  const inside = [...sent.keys()].filter((field) => field.codec.records);
  const editedInside = inside.filter((field) => isEdited(field));
  for (const field of inside) mergeInside(sent.get(field), merged[field.wire]);
  replaceUnless(record, state, merged, (field, before) =>
    inside.includes(field) ? editedInside.includes(field) : isEdited(field, before),
  );
  state.extras = null;
}

/** The saved state of a record after a save: what was saved, what was sent, and what the platform responded. */
export function mergedJson(record: object, sent: Sent, response: Record<string, unknown>): Record<string, unknown> {
  const { extras, saved } = stateOf(record);
  const known: Record<string, unknown> = {};
  const gone: string[] = [];
  for (const [{ property, wire }, value] of sent) {
    if (value !== undefined && !(property === 'id' && value === null)) known[wire] = value;
    else gone.push(wire);
  }
  // Each copy of an object takes microseconds on Node 20.
  const merged: Record<string, unknown> = { ...extras, ...saved, ...known, ...response };
  for (const wire of gone) if (!Object.hasOwn(response, wire)) delete merged[wire];
  return merged;
}

/** Replaces the saved state, and drops local edits or keeps them on top of it. */
export function replaceSaved(record: object, saved: Record<string, unknown>, keepChanges: boolean): void {
  checkAssignable(record, `${String(record)} cannot take over what the platform sent`);
  const state = stateOf(record);
  const edited = new Set(keepChanges ? changedFields(record) : []);
  replaceUnless(record, state, saved, (field) => edited.has(field));
}

/** Replaces the saved state and the values of the fields that differ from it, except those for which `keepsLocal` returns true. */
function replaceUnless(
  record: object,
  state: RecordState,
  saved: Record<string, unknown>,
  keepsLocal: (field: FieldMetadata, before: RecordState['saved']) => boolean,
): void {
  const { fields } = state.metadata;
  // By `index`, which is the place among the fields.
  const untouched = fields.map((field) => isLazy(field.codec, savedJson(state, field)) && isUnread(record, state, field));
  const before = state.saved;
  state.saved = saved;
  state.validator = null;
  state.address = null;
  stampDates(state);
  const differing = fields.filter((field) => !isUpToDate(record, state, field, untouched[field.index]!));
  for (const field of fields) {
    if (field.codec.records && !untouched[field.index] && !differing.includes(field)) {
      settleInside((record as Properties)[field.property], savedJson(state, field));
    }
  }
  rehydrate(
    record,
    state,
    differing.filter((field) => untouched[field.index] || !keepsLocal(field, before)),
  );
}

/**
 * Whether a field already equals the saved state. A nested value that is equal stays the same object, because the caller may hold a
 * reference to it.
 */
function isUpToDate(record: object, state: RecordState, field: FieldMetadata, isUntouched: boolean): boolean {
  const json = savedJson(state, field);
  if (!field.reads && !field.sends) return true;
  if (isUntouched) return isLazy(field.codec, json);
  const local = (record as Properties)[field.property];
  if (typeof local !== 'object' || local === null) return local === json && !isLazy(field.codec, json) && !field.codec.dates;
  return field.sends ? !isChanged(record, state, field) : json !== undefined && isSame(field, local, json, state.saved, record);
}

/** Whether a field was edited after its value was read for the request. */
function isEditedSince(
  record: object,
  state: RecordState,
  field: FieldMetadata,
  { sent, before }: { sent: Sent; before: RecordState['saved'] },
): boolean {
  if (!sent.has(field)) return isChanged(record, state, field, before);
  const wire = sent.get(field);
  const local = (record as Properties)[field.property];
  if (local === wire && field.codec.lazy === 'nested' && (typeof local !== 'object' || local === null)) return false;
  if (field.property === 'id') return local !== wire;
  return wire === undefined ? !sameAsJson(local, undefined) : !isSame(field, local, wire, undefined, record);
}

/** Merges the response into the records that stand inside a value that was sent: what was sent of them is saved. */
function mergeInside(sent: unknown, response: unknown): void {
  if (Array.isArray(sent)) {
    for (const [index, item] of sent.entries()) mergeInside(item, Array.isArray(response) ? response[index] : undefined);
  } else if (isObject(sent)) {
    const record = recordWrittenAs(sent);
    if (record) mergeRecord(record, sent, isObject(response) ? response : {});
    else for (const key of Object.keys(sent)) mergeInside(sent[key], isObject(response) ? response[key] : undefined);
  }
}

function mergeRecord(record: object, json: Record<string, unknown>, response: Record<string, unknown>): void {
  if (!isAssignable(record)) return;
  const { fields, id } = stateOf(record).metadata;
  const own = record as Properties;
  const written = fields.filter((field) => field.sends && (Object.hasOwn(json, field.wire) || own[field.property] === undefined));
  const sent = new Map(written.map((field) => [field, json[field.wire]]));
  // A list may come back in another order.
  const isOther = (json[id.wire] ?? null) !== null && !sameAsJson(json[id.wire], response[id.wire]);
  mergeResponse(record, sent, isOther ? {} : response);
}

/** Lets the records inside a value that is what the platform says count as saved. */
function settleInside(local: unknown, json: unknown): void {
  if (isRecord(local)) {
    if (isObject(json) && isAssignable(local) && (stateOf(local).saved === null || changedFields(local).length > 0))
      replaceSaved(local, json, true);
  } else if (Array.isArray(local) || local instanceof Set) {
    for (const [index, item] of [...local].entries()) settleInside(item, Array.isArray(json) ? json[index] : undefined);
  } else if (typeof local === 'object' && local !== null && isObject(json)) {
    for (const [key, item] of local instanceof Map ? local : Object.entries(local)) settleInside(item, json[key as string]);
  }
}
