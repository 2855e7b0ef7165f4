/**
 * What the classes of a platform need beyond the front door. `remote-record/moderately` and `remote-record/aixplain` are built on
 * these two modules alone, and docs/your-own-platform.md builds another platform in the same way.
 *
 * @module
 */
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

/** Whether the platform may have carried out a call that failed, under whichever idempotency key. */
export { mayHaveHadEffect } from './model/support/possible-effect.js';

/**
 * Files. `connection.client` opens what a user wants to upload (`openContent`), sends it to a presigned address (`put`) and downloads
 * from one (`download`, `downloadBlob`). `observerFor()` reports these transfers as events of a record. `uploadStep()` runs one step of an
 * upload, `mimeTypeOf()` knows types of files, `baseName()` and `extensionOf()` take paths apart, `readTextFile()` and `fileModule()` read
 * files where there are paths.
 */
export type { Client } from './http/client.js';
export type { Content, ContentOptions } from './http/files/content.js';
export type { DownloadOptions } from './http/files/download-options.js';
export { baseName, extensionOf } from './http/files/names.js';
export { saysExpired } from './http/files/expired.js';
export { mimeTypeOf } from './http/files/mime-type.js';
export type { PutOptions } from './http/files/upload.js';
export { observerFor } from './model/events/dispatch.js';
export { uploadStep } from './model/support/upload-step.js';

/**
 * Where it runs: what is in the environment (nothing in browsers), and warnings for whoever runs the program. `randomUuid()` works on
 * all pages, also those that browsers call insecure.
 */
export { randomUuid } from './model/support/random-uuid.js';
export { emitWarning, environmentVariable, fileModule, readTextFile } from './model/support/process.js';

/** Parameters of runs: a value without instances of classes that class-transformer's decorators describe, so that `@Exclude` is heeded. */
export { toPlain } from './model/fields/instances.js';

/** What a class declares of its fields, for tools that show or fill in records of any class, such as the command line. */
export type { ValueType } from './model/fields/summary.js';
export { type FieldSummary, fieldSummaries } from './model/fields/summary.js';

/** Types of classes: of records, for a static method's `this`, and of the result of a run, for `static responseClass`. */
export type { ResultClass } from './model/running/mixin.js';
export type { RecordClass } from './model/state/slot.js';

/**
 * Code that is loaded when it is first needed: `const uploads = part(() => import('./uploads.js'))` in a module, then
 * `const { upload } = await uploads()`, or `uploads.use(options, ({ upload }, given) => upload(given))`.
 */
export { type Part, part } from './model/support/part.js';

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
 * Records and their classes: the key of the id, a record made from a response, the connection of a record that has none, and what the
 * checks of the fields say of values before these are in a record. `startWork()` starts what a record with WaitableResourceMixin waits for.
 */
export { fieldProblems } from './model/fields/field-problems.js';
export { attachConnection, idKeyOf, loadRecord, startWork } from './model/for-vendors.js';

/**
 * Operations of your own that change what is saved: `replaceSaved()` takes over what the platform now has of a record, and
 * `replacing()` loads it and `refuseOther()` when they are needed: `const { replaceSaved } = await replacing()`. `saveWith()` saves a record
 * in another way than by one request.
 */
export { replaceSaved } from './model/state/replace-saved.js';
export { replacing } from './model/persistence/replacing.js';
export { saveWith } from './model/persistence/save-with.js';
