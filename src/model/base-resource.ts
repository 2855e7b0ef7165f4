import { connectionOfClass, connectionOfRecord, declareFamily, requireConnection } from './binding.js';
import { type LastResponse, lastResponseOf } from './calls/last-response.js';
import type { BaseConnection } from './connection.js';
import { ValidationError } from './errors/index.js';
import { eventsOf } from './events/dispatch.js';
import type { Events, Listener, Unsubscribe } from './events/emitter.js';
import type { RecordEvents } from './events/events.js';
import { metadataOf } from './fields/compile.js';
import { defineStatics, pathStatics } from './fields/statics.js';
import { noteEmptyHooks } from './hooks/empty-hooks.js';
import type { HookOptions } from './hooks/life-cycle.js';
import type { Attributes, FieldKeys } from './persistence/attributes.js';
import { cloneRecord, copyRecord } from './persistence/clone.js';
import { refuseWithoutId } from './persistence/identity.js';
import { type SaveScope, savePayload } from './persistence/payload.js';
import { type RefreshOptions, refreshRecord } from './persistence/refresh.js';
import { type SaveOptions, saveRecord } from './persistence/save.js';
import type { DictOptions, TransformOptions } from './ports/transform-options.js';
import type { TransportRequest } from './ports/transport.js';
import { fieldNamed } from './state/assign.js';
import { type Change, ChangeSet, revert } from './state/change-set.js';
import { beginRecord, completeRecord, copyOfRecord, finisherOf, loadRecord, newRecord } from './state/construction.js';
import { asText, inJson, readable } from './state/describe.js';
import { changedFields, isModified } from './state/dirty-check.js';
import { forgetSaved } from './state/hydrate.js';
import { inspectRecord } from './state/inspect.js';
import { isObject } from './state/json.js';
import { assignRead, wireJson } from './state/plain-input.js';
import { original } from './state/saved.js';
import { copyAsValue, fromPlain, hydrateValue, type RecordClass, StatefulRecord, stateOf, writeAsValue } from './state/slot.js';
import { toDict, toWire } from './state/to-dict.js';
import { writeByItself } from './state/to-json.js';
import { pathSegment } from './support/ids.js';
import { otherOptions } from './support/known-options.js';
import { checkOptionNames } from './support/names.js';
import { cut } from './support/shown.js';

/** A record class with the statics of BaseResource. */
export type ResourceClass<R extends BaseResource = BaseResource> = RecordClass<R> & typeof BaseResource;

/**
 * One record of a platform. Its fields are plain properties declared with `@Field`; the record tracks their changes, and `save()` sends
 * them.
 */
export class BaseResource extends StatefulRecord {
  /** The path of the class below the base URL: that of `@Entity({ path })`, unless a class has a value of its own. */
  declare static resourcePath?: string;

  static {
    defineStatics(this, pathStatics);
  }

  /**
   * @param attributes Values for fields, by property name.
   * @throws ValidationError for an unknown or read-only name.
   */
  constructor(attributes?: object) {
    super(beginRecord(new.target, attributes));
    if (finisherOf(new.target) === null) completeRecord(this);
  }

  /** The connection of this class: the one it is bound to, else the default connection, else null. */
  static get context(): BaseConnection | null {
    return connectionOfClass(this);
  }

  /** The event emitter for all records of this class. */
  static get events(): Events {
    return eventsOf(this);
  }

  /**
   * Makes a record from JSON with wire names. The record counts as loaded when the JSON has an id, else as new.
   *
   * @throws ValidationError for what is not an object.
   */
  static fromDict<R extends BaseResource>(this: RecordClass<R>, data: Record<string, unknown>): R {
    const target = this as ResourceClass<R>;
    if (!isObject(data)) throw new ValidationError(`${target.name}.fromDict: expected an object, got ${inJson(data)}.`);
    return target[fromPlain](data) as R;
  }

  /** A record as class-transformer makes one: from a plain object, or from an existing record that the values are put into. */
  static [fromPlain](plain: Record<string, unknown>, options?: TransformOptions, existing?: object): object {
    const transform = options && (options.groups?.length || options.version !== undefined) ? options : undefined;
    const json = this.readResponse(wireJson(metadataOf(this, transform), plain, options !== undefined));
    const record = loadRecord(this as RecordClass<BaseResource>, json, null, transform);
    if (existing) return assignRead(existing, record, json, metadataOf(this, transform));
    if (record.id === null || record.id === undefined) forgetSaved(record);
    return record;
  }

  /** Makes a new record and saves it. @throws as the constructor and `save()` do. */
  static async create<R extends BaseResource>(this: RecordClass<R>, attributes?: Attributes<R>, options?: SaveOptions): Promise<R> {
    return newRecord(this, attributes).save({}, options);
  }

  /** Makes a record from saved JSON, for a field of another record. */
  static [hydrateValue]<R extends BaseResource>(this: RecordClass<R>, saved: Record<string, unknown>, options?: TransformOptions): R {
    return loadRecord(this, saved, null, options);
  }

  /** Extracts a record's JSON from a response. Override for a platform that wraps or nests its records. Default: the whole response. */
  static readResponse(response: Record<string, unknown>): Record<string, unknown> {
    return response;
  }

  /**
   * Whether the response to a request for one id is that record. Override for platforms that know records by other names as well. Default:
   * its id is the same as text.
   *
   * @param response As `readResponse` returns it.
   */
  static isResponseTo(id: string, response: Record<string, unknown>): boolean {
    const { wire, codec } = metadataOf(this).id;
    const found = response[wire];
    return asText(found) === id || asText(codec.decode(found, response)) === id;
  }

  /** The path of the record's class below the base URL. */
  get resourcePath(): string | undefined {
    return (this.constructor as typeof BaseResource).resourcePath;
  }

  /** The record's connection, or null. */
  get context(): BaseConnection | null {
    return connectionOfRecord(this);
  }

  /** Same as `context`. */
  get connection(): BaseConnection | null {
    return connectionOfRecord(this);
  }

  /** Whether the record has never been loaded or saved. */
  get isNew(): boolean {
    return stateOf(this).saved === null;
  }

  /** Whether the record is new or a field differs from the saved state. Edits inside nested values count. */
  get isModified(): boolean {
    return isModified(this);
  }

  /** Whether the record has been deleted. */
  get isDeleted(): boolean {
    return stateOf(this).isDeleted;
  }

  /** The property names of the fields that have changed. */
  get changedFields(): (FieldKeys<this> | (string & {}))[] {
    return changedFields(this).map((field) => field.property);
  }

  /** The changed fields with their saved and local values, as copies. */
  get changes(): { readonly [K in FieldKeys<this>]?: Change<this[K]> } {
    return new ChangeSet(this).changes as { readonly [K in FieldKeys<this>]?: Change<this[K]> };
  }

  /**
   * The id encoded as one path segment (see `encodeResourceId`).
   *
   * @throws ValidationError when the record is deleted, or has no id or one that cannot be part of a path.
   */
  get encodedId(): string {
    this.requireId('address');
    return pathSegment(this.id, `The id of ${String(this)}`);
  }

  /** The event emitter of this record. */
  get events(): Events<RecordEvents<this>> {
    return eventsOf(this) as unknown as Events<RecordEvents<this>>;
  }

  /** The field's saved value, as a copy; undefined for a new record. @throws ValidationError for a name that is not a field. */
  original<K extends FieldKeys<this>>(field: K): this[K] | undefined {
    const state = stateOf(this);
    return original(state, fieldNamed(state, field, 'original')) as this[K] | undefined;
  }

  /**
   * Restores the saved values of the named fields, or of all fields. Returns the names of those that had changed.
   *
   * @throws ValidationError for a name that is not a field.
   */
  revert(...fields: FieldKeys<this>[]): string[] {
    return revert(this, fields);
  }

  /**
   * Creates the record when it has no id, otherwise updates it: sends the changed fields if the class is updated with PATCH, the whole
   * record if with PUT. When nothing has changed, no request is made. Saves of one record run one after another; a failed save leaves every
   * edit in place.
   *
   * @throws ValidationError for a deleted record, for an unknown or read-only name (nothing is assigned then), and for a value that the
   *   field's declaration refuses; APIError for an error status; ConnectionError, TimeoutError or AbortedError without a response.
   */
  save(attributes: Attributes<this> = {}, options: SaveOptions = {}): Promise<this> {
    return saveRecord(this, attributes, options);
  }

  /** Same as `save(attributes)`. */
  update(attributes: Attributes<this> = {}, options: SaveOptions = {}): Promise<this> {
    return this.save(attributes, options);
  }

  /**
   * Makes a new record with deep copies of this record's values, without the id, read-only fields and saved state. Cloning a deleted record
   * and saving the clone undoes the delete. A record that was made from an id and never loaded is loaded first.
   *
   * @throws ValidationError for an unknown or read-only name.
   */
  clone(attributes: Attributes<this> = {}, options: HookOptions = {}): Promise<this> {
    return cloneRecord(this, attributes, options);
  }

  /**
   * Reloads the record in place. Local edits are dropped unless `keepChanges` is set.
   *
   * @throws ValidationError when the record is deleted or has no id, NotFoundError when the platform no longer has it.
   */
  refresh(options: RefreshOptions = {}): Promise<this> {
    return refreshRecord(this, options);
  }

  /** Same as `refresh`. */
  reload(options: RefreshOptions = {}): Promise<this> {
    return this.refresh(options);
  }

  /**
   * The record as JSON with wire names, including the keys that no field declares and the getters that `@Expose` names, but not the fields
   * that are `secret`.
   *
   * @param options Whether secret fields are in it, too. The groups and the version that class-transformer's decorators are read for;
   *   default: those of the connection.
   * @throws ValidationError for a value that JSON cannot represent, and for unknown options.
   */
  toDict(options?: DictOptions): Record<string, unknown> {
    checkOptionNames('toDict', options, otherOptions.toDict);
    return toDict(this, options);
  }

  /** Status, headers and request id of the last response to a request of this record, errors included; undefined before the first. */
  get lastResponse(): LastResponse | undefined {
    return lastResponseOf(this);
  }

  /** Same as `toDict()`. */
  toJSON(): Record<string, unknown> {
    return this.toDict();
  }

  /** Calls `listener` at every `event` of this record. Returns a function that removes it. */
  on<K extends keyof RecordEvents>(event: K, listener: Listener<RecordEvents<this>[K]>): Unsubscribe {
    return this.events.on(event, listener);
  }

  /** Calls `listener` at the next `event` of this record only. Returns a function that removes it. */
  once<K extends keyof RecordEvents>(event: K, listener: Listener<RecordEvents<this>[K]>): Unsubscribe {
    return this.events.once(event, listener);
  }

  /** Removes a listener, or all listeners of an event. */
  off<K extends keyof RecordEvents>(event: K, listener?: Listener<RecordEvents<this>[K]>): void {
    this.events.off(event, listener);
  }

  /** Override to run code before a save. See `@Before` for what a returned value does. */
  beforeSave(..._args: unknown[]): unknown {
    return undefined;
  }

  /** Override to run code after a save. Receives the record, or the error. A returned value replaces the result. */
  afterSave(_resultOrError: unknown, ..._args: unknown[]): unknown {
    return undefined;
  }

  /** Override to take part before cloning; see `@BeforeClone` for the effect of a returned value. */
  beforeClone(..._args: unknown[]): unknown {
    return undefined;
  }

  /** Override to take part after cloning. Receives the clone, or the error. */
  afterClone(_resultOrError: unknown, ..._args: unknown[]): unknown {
    return undefined;
  }

  /** Override to take part before a refresh; see `@BeforeRefresh` for the effect of a returned value. */
  beforeRefresh(..._args: unknown[]): unknown {
    return undefined;
  }

  /** Override to take part after a refresh. Receives the record, or the error. */
  afterRefresh(_resultOrError: unknown, ..._args: unknown[]): unknown {
    return undefined;
  }

  /** The body that `save()` sends. Override to send another one. */
  buildSavePayload(scope: SaveScope): Record<string, unknown> {
    return savePayload(this, scope);
  }

  /** Sends the request of a save and resolves to the response's body. Override when saving takes another request, or several. */
  async requestSave(request: TransportRequest, _scope: SaveScope, _options: SaveOptions): Promise<unknown> {
    const { body } = await requireConnection(this, 'save').send(request, this);
    return body;
  }

  /** `Class(path=…)` for a record that has a path, else `Class(id=…, name=…)`, each cut to 200 characters. */
  override toString(): string {
    const [path, name] = [readable(this, 'path'), readable(this, 'name')];
    const label = this.constructor.name;
    if (typeof path === 'string' && path !== '') return `${label}(path=${cut(path)})`;
    const id = cut(asText(this.id));
    return name === undefined ? `${label}(id=${id})` : `${label}(id=${id}, name=${cut(asText(name))})`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](
    depth: number | null,
    options: object,
    inspect: (value: unknown, options: object) => string,
  ): string {
    return inspectRecord(this, depth, options, inspect);
  }

  /** Extracts this record's JSON from a response. Default: the static `readResponse`. */
  readResponse(response: Record<string, unknown>): Record<string, unknown> {
    return (this.constructor as typeof BaseResource).readResponse(response);
  }

  /** Makes the record that `clone()` resolves to. Override for a platform that copies records itself. */
  buildClone(attributes: Attributes<this>, _options: HookOptions): Promise<this> | this {
    return copyRecord(this, attributes);
  }

  /** @internal */
  [writeAsValue](options?: TransformOptions): unknown {
    const { toDict: dict, toJSON } = BaseResource.prototype;
    return this.toDict === dict && this.toJSON === toJSON ? toWire(this, options) : writeByItself(this);
  }

  /** @internal */
  [copyAsValue](): this {
    return copyOfRecord(this) as this;
  }

  /**
   * Checks that the record exists on the platform.
   *
   * @param operation A verb for the error message, such as 'delete'.
   * @throws ValidationError when the record is deleted or has no id.
   */
  requireId(operation: string): void {
    refuseWithoutId(this, operation);
  }

  /** The record's connection. @param operation A verb for the error message. @throws ResourceError when the record has none. */
  requireConnection(operation: string): BaseConnection {
    return requireConnection(this, operation);
  }
}

declareFamily(StatefulRecord);
noteEmptyHooks(BaseResource);
