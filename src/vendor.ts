/**
 * What the classes of a platform need beyond the front door. `remote-record/moderately` and `remote-record/aixplain` are built on
 * these two modules alone, and docs/your-own-platform.md builds another platform in the same way.
 *
 * @module
 */
import type { BaseResource } from './model/base-resource.js';
import { connectionOfClass } from './model/binding.js';
import type { BaseConnection } from './model/connection.js';
import {
  AbortedError,
  APIError,
  type FieldProblem,
  FileUploadError,
  ResourceError,
  type UploadStep,
  ValidationError,
} from './model/errors/index.js';
import { problemWith } from './model/fields/checks.js';
import { metadataOf } from './model/fields/compile.js';
import { operate } from './model/hooks/life-cycle.js';
import { refuseDeleted } from './model/persistence/deleted.js';
import type { SaveOptions } from './model/persistence/save.js';
import { assignFields, checkNames } from './model/state/assign.js';
import { replaceSaved as replaceState } from './model/state/merge.js';
import { loadRecord as load } from './model/state/construction.js';
import { type RecordClass, stateOf } from './model/state/slot.js';
import { noteStarted, secondsToSend } from './model/waiting/deadlines.js';
import type { RecordWaitOptions, Waitable } from './model/waiting/waitable.js';
import { checkOptions } from './model/support/known-options.js';
import { checkProgressBar, checkWaitOptions } from './model/waiting/wait-options.js';

/**
 * Connections. A connection of your own extends `Connection`. Its static getter `resourceRoot` names the base class of your records,
 * and `declareFamily(root)` lets `YourConnection.connect()` serve those records and no others. `connectionOfClass()` and
 * `requireConnection()` find the connection of a class, for static methods. `checkConnectionOptions()` refuses misspelled options; beside
 * `connectionOptionNames`, your connection may have some of its own.
 */
export { checkConnectionOptions, connectionOptionNames } from './http/option-names.js';
export { connectionOfClass, declareFamily, requireConnection } from './model/binding.js';
export type { BaseConnection } from './model/connection.js';
export type { Clock } from './model/ports/clock.js';

/**
 * Requests that no mixin makes: `connection.send(request, record)`, with `callOptions()` to pick what a caller may set for a call,
 * `pathOf()` and `pathSegment()` to build the path, and `entityOptions()` for the error decoder of the class.
 */
export { entityOptions, pathOf } from './model/fields/effective-options.js';
export { callOptions } from './model/ports/transport.js';
export type { TransportObserver, TransportRequest, TransportResponse } from './model/ports/transport.js';
export { pathSegment } from './model/support/ids.js';

/** Searches: the settings of a class, a search made of your own parts, and one that is sent in several requests. */
export { searchSettings } from './model/fields/effective-options.js';
export { searchInBatches } from './model/searching/batches.js';
export type { SearchOf, SearchOptionsOf, SearchParamsOf } from './model/searching/searchable.js';
export { refineSearch } from './model/searching/mixin.js';
export { Search } from './model/searching/search.js';

/**
 * Checks: for `@Field({ check })`, of whole numbers that a caller gives as options, and of the names of options: `namesOf<Options>()` lists
 * those of a type, `checkOptionNames()` refuses others, and `callOptionNames` and its like are those of every call. `checkOptions()` knows
 * those of an operation of a class, which lists options of its own in a static: `static saveOptions = ['saveAsAsset']` for `save()`, and
 * so on for `get`, `search`, `delete`, `refresh`, `clone`, `run`, `poll` and `wait`. `requestSecondsWithin()` is the `timeout` for one
 * request of an upload.
 */
export { oneOf, textOf, wholeNumber } from './model/fields/checks.js';
export { callOptionNames, checkOptions, recordWaitOptionNames, waitOptionNames } from './model/support/known-options.js';
export { checkOptionNames, namesOf, nearestName } from './model/support/names.js';
export { checkCount, requestSecondsWithin } from './model/support/quantities.js';

/** Validators of a caller's that implement Standard Schema: `validated()` returns what they make of a value that was read. */
export { checkSchema, validated } from './model/support/standard-schema.js';

/**
 * Responses: whether a value is a plain JSON object, a value of any type as part of a message, the progress that a response reports, and JSON
 * in which a record's secret fields are redacted, for messages that quote it.
 */
export { asText } from './model/state/describe.js';
export { isObject } from './model/state/json.js';
export { withoutSecrets } from './model/state/without-secrets.js';
export { progressFrom } from './model/waiting/progress.js';

/**
 * Files. `connection.client` opens what a user wants to upload (`openContent`), sends it to a presigned address (`put`) and downloads
 * from one (`download`, `downloadBlob`). `observerFor()` reports these transfers as events of a record. `baseName()` and `extensionOf()` take
 * paths apart, `readTextFile()` and `fileModule()` read files where there are paths.
 */
export type { Client } from './http/client.js';
export type { Content, ContentOptions } from './http/files/content.js';
export type { DownloadOptions } from './http/files/download-options.js';
export { baseName, extensionOf } from './http/files/names.js';
export { saysExpired } from './http/files/expired.js';
export type { PutOptions } from './http/files/upload.js';
export { observerFor } from './model/events/dispatch.js';

/**
 * Where it runs: what is in the environment (nothing in browsers), and warnings for whoever runs the program. `randomUuid()` works on
 * all pages, also those that browsers call insecure.
 */
export { randomUuid } from './model/support/random-uuid.js';
export { emitWarning, environmentVariable, fileModule, readTextFile } from './model/support/process.js';

/** Parameters of runs: a value without instances of classes that class-transformer's decorators describe, so that `@Exclude` is heeded. */
export { toPlain } from './model/fields/instances.js';

/** Types of classes: of records, for a static method's `this`, and of the result of a run, for `static responseClass`. */
export type { ResultClass } from './model/running/mixin.js';
export type { RecordClass } from './model/state/slot.js';

/** Makes a new record of a class that may be a user's: the attributes win over the initialisers of every subclass, which `new` cannot do. */
export { newRecord } from './model/state/construction.js';

/**
 * Records that were made from an id and never loaded: `loadedRecord()` resolves to the platform's record with the values that were set
 * on top, or to the record itself if nothing has to be loaded.
 */
export { loadedRecord } from './model/persistence/loaded.js';

/** Throws for a response that is not about the record that the request named, as `get()` and `refresh()` do. */
export { refuseOther } from './model/persistence/other-record.js';

/** Copies a record for an override of `buildClone`: values and unknown keys, but neither the id nor what the platform sets. */
export { copyRecord } from './model/persistence/clone.js';

/**
 * The MIME type of a file name's extension; the case does not matter. An extension that only names a compression is skipped when the
 * one before it is known: `a.tar.gz` is application/x-tar. Default: application/octet-stream. The table is loaded when it is first needed.
 */
export async function mimeTypeOf(fileName: string): Promise<string> {
  const types = await import('./http/files/mime.js');
  return types.mimeTypeOf(fileName);
}

/** The key of a class's id in JSON, which `@Entity({ id })` sets. */
export function idKeyOf(target: object): string {
  return metadataOf(target).id.wire;
}

/**
 * A record made from a response, without validating it. Keys are those of the wire, as after `readResponse()`.
 *
 * @param connection Where the record belongs. Default: the connection of its class.
 */
export function loadRecord<R extends object>(
  target: RecordClass<R>,
  json: Record<string, unknown>,
  connection: BaseConnection | null = connectionOfClass(target),
): R {
  return load(target, json, connection);
}

/**
 * Replaces a record's saved state with what the platform now has, without validating it, for operations other than save and refresh.
 *
 * @param options.keepChanges Whether unsaved edits stay in place. Default: false.
 */
export function replaceSaved(record: BaseResource, json: Record<string, unknown>, options: { keepChanges?: boolean } = {}): void {
  replaceState(record, json, options.keepChanges ?? false);
}

/** Gives a connection to a record that has none; any other record keeps its own. */
export function attachConnection(record: BaseResource, connection: BaseConnection): void {
  if (!record.context) stateOf(record).connection = connection;
}

/** What the checks of a class's fields find wrong with values by property name, before these are in a record. */
export function fieldProblems(target: object, values: Readonly<Record<string, unknown>>): FieldProblem[] {
  return metadataOf(target).fields.flatMap((field) => {
    const message = Object.hasOwn(values, field.property) ? problemWith(field, values[field.property]) : undefined;
    return message === undefined ? [] : [{ field: field.property, message }];
  });
}

/**
 * Saves a record in another way than by one request, such as an upload: for an override of `save()`. Names are checked, a deleted
 * record is refused, saves of the record wait for each other, and hooks and events are those of any save.
 *
 * @param work Saves the record and resolves to what the platform now has of it, with the keys of the wire; null when there was nothing
 *   to do. It calls `sending` before its first request, so that the `save` event says that something was sent, and makes its requests with
 *   the options that `sending` returns: their `timeout` is what is left after the record's other saves and the before hooks.
 * @throws ValidationError for a deleted record and for unknown or read-only names, before anything is assigned; and what `work` throws.
 *   `sending` throws an AbortedError or a TimeoutError when the operation is over.
 */
export async function saveWith<R extends BaseResource>(
  record: R,
  attributes: object,
  options: SaveOptions,
  work: (sending: () => SaveOptions) => Promise<Record<string, unknown> | null>,
): Promise<R> {
  refuseDeleted(record, 'save');
  checkOptions(record.constructor, 'save', options);
  checkNames(record, attributes, `save of ${String(record)}`);
  return operate<R>(record, {
    operation: 'save',
    args: [attributes, options],
    options,
    queued: true,
    admitted: () => assignFields(record, attributes),
    perform: async (context) => {
      refuseDeleted(record, 'save');
      context.settle();
      const json = await work(() => {
        const limited = context.limit.callOptions(options);
        context.sent = true;
        return limited;
      });
      if (json) replaceSaved(record, { ...record.toDict({ secrets: true }), ...json });
      return record;
    },
  });
}

/**
 * Starts the work of a record with WaitableResourceMixin. The time limit counts from before the start, and the record's `token()`
 * carries it.
 *
 * @param start Sends what starts the work, within so many seconds (`sendWithin` of the request). The options are checked before it is
 *   called.
 * @returns the options to wait with: `record.wait(await startWork(record, options, start))`.
 * @throws ValidationError for wait options that make no sense, ConfigurationError when a package for `showProgress` is missing, and what
 *   `start` throws.
 */
export async function startWork<O extends RecordWaitOptions>(
  record: BaseResource & Waitable,
  options: O,
  start: (sendWithin: number | undefined) => Promise<unknown>,
): Promise<
  O & {
    /** When the work began, in milliseconds of the connection's clock. */
    since: number;
  }
> {
  checkWaitOptions(options);
  const { clock } = record.requireConnection('start').environment;
  const waiting = { ...options, since: clock.now() };
  await checkProgressBar(record, options);
  await start(secondsToSend(waiting, clock));
  noteStarted(record, waiting, clock);
  return waiting;
}

/**
 * Runs one step of an upload. What it fails with becomes a FileUploadError that names the step and keeps status, cause, `retryable`
 * and `outcome`; a ValidationError, an AbortedError and a FileUploadError stay what they are.
 */
export async function uploadStep<T>(step: UploadStep, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isFinal = error instanceof ValidationError || error instanceof AbortedError || error instanceof FileUploadError;
    if (!(error instanceof ResourceError) || isFinal) throw error;
    const { message, retryable, outcome } = error;
    const status = error instanceof APIError ? error.status : undefined;
    throw new FileUploadError(message, { step, status, cause: error, retryable, ...(outcome && { outcome }) });
  }
}
