import type { BaseResource } from '../base-resource.js';
import { connectionOfRecord } from '../binding.js';
import { APIError, StaleRecordError } from '../errors/index.js';
import { entityOptions } from '../fields/effective-options.js';
import type { FieldMetadata } from '../fields/metadata.js';
import type { OwnCallOptions } from '../ports/transport.js';
import { checkAssignable, type Properties } from '../state/assign.js';
import type { ChangeSet } from '../state/change-set.js';
import { sameAsJson } from '../state/compare.js';
import { loadRecord } from '../state/construction.js';
import { replaceSaved } from '../state/merge.js';
import { jsonOf } from '../state/saved.js';
import { shownChanges } from '../state/secrets.js';
import { type RecordClass, stateOf } from '../state/slot.js';
import { refuseOption } from '../support/quantities.js';
import { noteValidator, usesValidators, validatorOf } from './entity-tags.js';
import { type FetchedRecord, fetchRecord } from './fetch.js';
import { validateLoaded, validatesLoads } from './validate.js';

/** A field that both sides have changed to different values. */
export interface FieldConflict<R = BaseResource> {
  /** The name of the property. */
  readonly field: string;
  /** Its value when the record was loaded. */
  readonly base: unknown;
  /** Its local value. */
  readonly mine: unknown;
  /** Its value at the platform. */
  readonly theirs: unknown;
  /** The local record, and the platform's. */
  readonly records: {
    /** The record, with the local edits. */
    readonly mine: R;
    /** The record as the platform has it. */
    readonly theirs: R;
  };
}

/**
 * What to do when somebody else has changed the record meanwhile: `'rebase'` takes their changes over and sends one's own on top of them,
 * unless both changed a field to different values; `'overwrite'` sends one's own whatever they did; a function decides on each field that both
 * changed, and may be async.
 */
export type OnConflict = 'rebase' | 'overwrite' | ((conflict: FieldConflict) => unknown);

/** How often a save is tried again while others keep changing the record. */
const maxTries = 5;

/** @throws ValidationError for anything else. */
export function checkOnConflict(given: unknown): void {
  if (given === undefined || given === 'rebase' || given === 'overwrite' || typeof given === 'function') return;
  refuseOption('onConflict', `must be 'rebase', 'overwrite' or a function (got ${String(given)})`);
}

/** Whether a class can tell that a record was changed by somebody else. */
function isGuarded(record: BaseResource): boolean {
  return usesValidators(record) || versionOf(record) !== undefined;
}

function versionOf(record: BaseResource): FieldMetadata | undefined {
  return stateOf(record).metadata.fields.find(({ isVersion }) => isVersion);
}

/** What the platform has now. */
interface Theirs extends Pick<FetchedRecord, 'headers' | 'address'> {
  readonly json: Record<string, unknown>;
}

/** One operation that must not undo what somebody else did. */
export interface GuardedOperation<T> {
  readonly name: 'save' | 'delete';
  /** The changes that it is about, once they are known. */
  changes(): ChangeSet;
  readonly options: OwnCallOptions & { readonly onConflict?: OnConflict | undefined };
  /** Sends the request, with the precondition that holds then. */
  send(): Promise<T>;
}

/**
 * Sends an update or a delete, and deals with the conflict if the platform has another version.
 *
 * @throws StaleRecordError where nobody decided what to do, or where the fields that both changed were not decided on.
 */
export function guarded<T>(record: BaseResource, operation: GuardedOperation<T>): Promise<T> {
  return isGuarded(record) ? sendGuarded(record, operation) : operation.send();
}

async function sendGuarded<T>(record: BaseResource, operation: GuardedOperation<T>): Promise<T> {
  const { onConflict } = operation.options;
  let isDecided = false;
  for (let tries = 1; ; tries++) {
    let conflict: { error: APIError | undefined; theirs: Theirs | undefined };
    try {
      const theirs = isDecided ? undefined : await unseen(record, operation);
      if (theirs === undefined) return await operation.send();
      conflict = { error: undefined, theirs };
    } catch (error) {
      if (!isConflict(record, error)) throw error;
      conflict = { error, theirs: undefined };
    }
    const { error, theirs: known } = conflict;
    if (onConflict === undefined || tries > maxTries) throw staleError(record, operation, error, { theirs: known, tries });
    const theirs = known ?? (await fetchTheirs(record, operation));
    await settle(record, operation, theirs, onConflict, error);
    isDecided = true;
  }
}

/** Versions of fields are refused with 409 by many platforms; entity tags with 412, or 428 where one is missing (RFC 6585). */
function isConflict(record: BaseResource, error: unknown): error is APIError {
  if (!(error instanceof APIError)) return false;
  return error.status === 412 || error.status === 428 || (error.status === 409 && versionOf(record) !== undefined);
}

/**
 * What the platform has, where the entity tag of the saved state is not known and that state is not what the platform has; undefined where it
 * is, and the request may be sent.
 */
async function unseen(record: BaseResource, operation: GuardedOperation<unknown>): Promise<Theirs | undefined> {
  const state = stateOf(record);
  if (!usesValidators(record) || state.saved === null || validatorOf(record) !== null) return undefined;
  if (operation.name === 'save' && operation.changes().fields.length === 0) return undefined;
  const theirs = await fetchTheirs(record, operation);
  // Keys without a field count as well: a PUT sends them back.
  if (Object.entries(state.saved).every(([key, value]) => sameAsJson(value, theirs.json[key]))) {
    noteValidator(record, theirs.headers);
    return undefined;
  }
  return theirs;
}

async function fetchTheirs(record: BaseResource, { options, name }: GuardedOperation<unknown>): Promise<Theirs> {
  const { response, headers, address } = await fetchRecord(record, options, `${name} (what the platform has now)`);
  return { json: response, headers, address };
}

/** Takes over what the platform has, or only its version, as the caller says. @throws StaleRecordError for fields that nobody decides on. */
async function settle(
  record: BaseResource,
  operation: GuardedOperation<unknown>,
  theirs: Theirs,
  onConflict: OnConflict,
  error: APIError | undefined,
): Promise<void> {
  if (onConflict === 'overwrite') {
    takeVersion(record, theirs);
    return;
  }
  const their = await asRecord(record, theirs, operation.name);
  const changes = operation.changes();
  const both = changes.fields.filter((field) => isChangedByBoth(changes, field, theirs));
  if (both.length > 0 && onConflict === 'rebase') throw staleError(record, operation, error, { theirs, both });
  const decided = new Map<FieldMetadata, unknown>();
  if (typeof onConflict === 'function') {
    for (const field of both) {
      const { property } = field;
      const conflict: FieldConflict = {
        field: property,
        base: changes.original[property],
        mine: changes.changes[property]?.to,
        theirs: (their as unknown as Properties)[property],
        records: { mine: record, theirs: their },
      };
      decided.set(field, await onConflict(conflict));
    }
  }
  replaceSaved(record, theirs.json, true);
  noteValidator(record, theirs.headers, theirs.address);
  checkAssignable(record, `${operation.name} of ${String(record)}`);
  for (const [field, value] of decided) (record as unknown as Properties)[field.property] = value;
}

/** The version that the platform has, with the saved state that was edited: the next request overwrites theirs. */
function takeVersion(record: BaseResource, theirs: Theirs): void {
  const state = stateOf(record);
  const { concurrency } = entityOptions(record.constructor);
  const keys = [versionOf(record)?.wire, typeof concurrency === 'object' ? concurrency.etagKey : undefined].filter(
    (key) => key !== undefined,
  );
  const versions = Object.fromEntries(keys.map((key) => [key, theirs.json[key]]));
  replaceSaved(record, { ...state.saved, ...versions }, true);
  noteValidator(record, theirs.headers);
}

function isChangedByBoth(changes: ChangeSet, field: FieldMetadata, { json }: Theirs): boolean {
  if (field.isVersion) return false;
  const their = json[field.wire];
  return !sameAsJson(their, jsonOf(field, changes.saved)) && !sameAsJson(their, changes.wire(field));
}

async function asRecord(record: BaseResource, { json }: Theirs, operation: string): Promise<BaseResource> {
  const their = loadRecord(record.constructor as RecordClass<BaseResource>, json, connectionOfRecord(record));
  if (validatesLoads(their.constructor)) await validateLoaded(their, `${operation} of ${String(record)}: what the platform has now`);
  return their;
}

function staleError(
  record: BaseResource,
  operation: GuardedOperation<unknown>,
  cause: APIError | undefined,
  { theirs, both, tries = 0 }: { theirs?: Theirs | undefined; both?: readonly FieldMetadata[]; tries?: number },
): StaleRecordError {
  const changes = operation.changes();
  const fields = both?.map(({ property }) => property);
  const attempt = `${operation.name} of ${String(record)}`;
  const why =
    fields !== undefined
      ? `both sides have changed ${fields.join(', ')} to different values`
      : tries > maxTries
        ? `it was changed by others again and again (${maxTries} tries)`
        : 'it has been changed at the platform since it was loaded';
  const advice =
    operation.name === 'delete'
      ? "refresh() it and look, or delete({ onConflict: 'overwrite' })"
      : "refresh({ keepChanges: true }) it and look, or save({}, { onConflict: 'rebase' | 'overwrite' | a function })";
  const entries = Object.entries(shownChanges(record, changes.changes));
  return new StaleRecordError(
    `${attempt}: ${why}. Nothing was sent over it. To go on, ${advice}.`,
    {
      mine: Object.fromEntries(entries.map(([name, { to }]) => [name, to])),
      base: Object.fromEntries(entries.map(([name, { from }]) => [name, from])),
      fields,
      theirs: async () => asRecord(record, theirs ?? (await fetchTheirs(record, operation)), operation.name),
    },
    { ...(cause && { cause, status: cause.status }) },
  );
}
