import { connectionOfClass, connectionOfRecord, declareFamily, requireConnection } from './binding.js';
import type { BaseConnection } from './connection.js';
import { ValidationError } from './errors/index.js';
import { eventsOf } from './events/dispatch.js';
import type { Events, Listener, Unsubscribe } from './events/emitter.js';
import type { RecordEvents } from './events/events.js';
import { entityOptions } from './fields/effective-options.js';
import { defineStatics, pathStatics } from './fields/statics.js';
import type { HookOptions } from './hooks/life-cycle.js';
import type { Attributes, FieldKeys } from './persistence/attributes.js';
import { cloneRecord, copyRecord } from './persistence/clone.js';
import { refuseDeleted } from './persistence/deleted.js';
import { type SaveScope, savePayload } from './persistence/payload.js';
import { type RefreshOptions, refreshRecord } from './persistence/refresh.js';
import { type SaveOptions, saveRecord } from './persistence/save.js';
import type { TransportRequest } from './ports/transport.js';
import { fieldNamed } from './state/assign.js';
import { type Change, ChangeSet, revert } from './state/change-set.js';
import { beginRecord, completeRecord, copyOfRecord, finisherOf, loadRecord } from './state/construction.js';
import { changedFields, isModified } from './state/dirty-check.js';
import { forgetSaved } from './state/hydrate.js';
import { inspectRecord } from './state/inspect.js';
import { isObject } from './state/json.js';
import { original } from './state/saved.js';
import { copyAsValue, hydrateValue, type RecordClass, StatefulRecord, stateOf } from './state/slot.js';
import { toDict } from './state/to-dict.js';
import { pathSegment } from './support/ids.js';

/** A class of records with what every such class has. */
export type ResourceClass<R extends BaseResource = BaseResource> = RecordClass<R> & typeof BaseResource;

/**
 * One record of a platform. Its fields are plain properties declared with `@Field`; what has changed is known at any time, and
 * `save()` sends it.
 */
export class BaseResource extends StatefulRecord {
  /** Where the class lives below the base URL: what `@Entity({ path })` says, unless a class has a value of its own. */
  declare static resourcePath?: string;

  static {
    defineStatics(this, pathStatics);
  }

  constructor(attributes?: object) {
    super(beginRecord(new.target, attributes));
    if (finisherOf(new.target) === null) completeRecord(this);
  }

  /** The connection this class belongs to: the one it is bound to, else the default one, else null. */
  static get context(): BaseConnection | null {
    return connectionOfClass(this);
  }

  /** The events of all records of this class. */
  static get events(): Events {
    return eventsOf(this);
  }

  /** A record from JSON with the keys of the wire: as loaded when it has an id, else new. */
  static fromDict<R extends BaseResource>(this: RecordClass<R>, data: Record<string, unknown>): R {
    const target = this as ResourceClass<R>;
    if (!isObject(data))
      throw new ValidationError(`${target.name}.fromDict: expected an object, got ${JSON.stringify(data) ?? typeof data}.`);
    const copy = structuredClone(data);
    const record = loadRecord<R>(target, target.readResponse(copy), null);
    if (record.id === null || record.id === undefined) forgetSaved(record);
    return record;
  }

  /** A new record, saved. */
  static async create<R extends BaseResource>(this: RecordClass<R>, attributes?: Attributes<R>, options?: SaveOptions): Promise<R> {
    const record = new (this as unknown as new (attributes?: object) => R)(attributes);
    return record.save({}, options);
  }

  /** A record from saved JSON, as a value of another record. */
  static [hydrateValue]<R extends BaseResource>(this: RecordClass<R>, saved: Record<string, unknown>): R {
    return loadRecord(this, saved, null);
  }

  /** What an answer of the platform says about a record; for platforms that wrap or flatten their records. */
  static readResponse(response: Record<string, unknown>): Record<string, unknown> {
    return response;
  }

  /** Where the class of the record lives below the base URL. */
  get resourcePath(): string | undefined {
    return (this.constructor as typeof BaseResource).resourcePath;
  }

  /** The record's connection; null while it has none. */
  get context(): BaseConnection | null {
    return connectionOfRecord(this);
  }

  /** Same as `context`. */
  get connection(): BaseConnection | null {
    return connectionOfRecord(this);
  }

  /** Never loaded nor saved. */
  get isNew(): boolean {
    return stateOf(this).saved === null;
  }

  /** New, or with a field that differs from what was loaded or saved; edits inside nested values count. */
  get isModified(): boolean {
    return isModified(this);
  }

  get isDeleted(): boolean {
    return stateOf(this).isDeleted;
  }

  /** The names of the fields that have changed. */
  get changedFields(): (FieldKeys<this> | (string & {}))[] {
    return changedFields(this).map((field) => field.property);
  }

  /** What the changed fields were and are, as copies. */
  get changes(): { readonly [K in FieldKeys<this>]?: Change<this[K]> } {
    return new ChangeSet(this).changes as { readonly [K in FieldKeys<this>]?: Change<this[K]> };
  }

  /**
   * The id as one path segment.
   *
   * @throws ValidationError when the record is deleted or has no id.
   */
  get encodedId(): string {
    this.requireId('address');
    return pathSegment(this.id, `The id of ${String(this)}`);
  }

  /** The events of this record alone. */
  get events(): Events<RecordEvents<this>> {
    return eventsOf(this) as unknown as Events<RecordEvents<this>>;
  }

  /** The field's saved value, as a copy; undefined for a new record. @throws ValidationError for a name that is no field. */
  original<K extends FieldKeys<this>>(field: K): this[K] | undefined {
    const state = stateOf(this);
    return original(state, fieldNamed(state, field, 'original')) as this[K] | undefined;
  }

  /** Puts the saved values back into the named fields, or into all. Returns the names of those that had changed. */
  revert(...fields: FieldKeys<this>[]): string[] {
    return revert(this, fields);
  }

  /**
   * Creates the record when it has no id, otherwise updates it: the changed fields where the platform patches, the whole record where
   * it replaces. When nothing has changed, no request is made. Saves of one record wait for each other; a failed one leaves every
   * edit in place.
   *
   * @throws ValidationError for a deleted record, an unknown or read-only name (nothing is assigned then), and a changed read-only field.
   */
  save(attributes: Attributes<this> = {}, options: SaveOptions = {}): Promise<this> {
    return saveRecord(this, attributes, options);
  }

  /** Same as `save(attributes)`. */
  update(attributes: Attributes<this> = {}, options: SaveOptions = {}): Promise<this> {
    return this.save(attributes, options);
  }

  /**
   * A new record with deep copies of this one's values, without its id, what the platform owns and its saved state. A deleted record
   * can be cloned, which is how one undoes.
   */
  clone(attributes: Attributes<this> = {}, options: HookOptions = {}): Promise<this> {
    return cloneRecord(this, attributes, options);
  }

  /** Loads the record again, in place. Local edits are dropped unless `keepChanges` is set. */
  refresh(options: RefreshOptions = {}): Promise<this> {
    return refreshRecord(this, options);
  }

  /** The record as JSON with the keys of the wire, those that no field declares included. */
  toDict(): Record<string, unknown> {
    return toDict(this);
  }

  /** Same as `toDict()`. */
  toJSON(): Record<string, unknown> {
    return this.toDict();
  }

  on<K extends keyof RecordEvents>(event: K, listener: Listener<RecordEvents<this>[K]>): Unsubscribe {
    return this.events.on(event, listener);
  }

  once<K extends keyof RecordEvents>(event: K, listener: Listener<RecordEvents<this>[K]>): Unsubscribe {
    return this.events.once(event, listener);
  }

  off<K extends keyof RecordEvents>(event: K, listener?: Listener<RecordEvents<this>[K]>): void {
    this.events.off(event, listener);
  }

  /** Override to take part in saving; see `@BeforeSave` for what a returned value does. */
  beforeSave(..._args: unknown[]): unknown {
    return undefined;
  }

  /** Override to take part after saving. Given the record, or the error. A returned value replaces the result. */
  afterSave(_resultOrError: unknown, ..._args: unknown[]): unknown {
    return undefined;
  }

  /** Override to take part in cloning; see `@BeforeClone` for what a returned value does. */
  beforeClone(..._args: unknown[]): unknown {
    return undefined;
  }

  /** Override to take part after cloning. Given the clone, or the error. A returned value replaces the result. */
  afterClone(_resultOrError: unknown, ..._args: unknown[]): unknown {
    return undefined;
  }

  /** Override to take part in refreshing; see `@BeforeRefresh` for what a returned value does. */
  beforeRefresh(..._args: unknown[]): unknown {
    return undefined;
  }

  /** Override to take part after refreshing. Given the record, or the error. A returned value replaces the result. */
  afterRefresh(_resultOrError: unknown, ..._args: unknown[]): unknown {
    return undefined;
  }

  /** The body `save()` sends. Override to send something else. */
  buildSavePayload(scope: SaveScope): Record<string, unknown> {
    return savePayload(this, scope);
  }

  /** Carries out a save and resolves to the platform's answer. Override where that takes another request, or several. */
  async requestSave(request: TransportRequest, _scope: SaveScope, _options: SaveOptions): Promise<unknown> {
    const { body } = await requireConnection(this, 'save').send(request, this);
    return body;
  }

  /** `Class(path=…)` for a record that has a path, else `Class(id=…, name=…)`. */
  override toString(): string {
    const { path, name } = this as { path?: unknown; name?: unknown };
    const label = this.constructor.name;
    if (typeof path === 'string' && path !== '') return `${label}(path=${path})`;
    return name === undefined ? `${label}(id=${this.id})` : `${label}(id=${this.id}, name=${String(name)})`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](
    depth: number | null,
    options: object,
    inspect: (value: unknown, options: object) => string,
  ): string {
    return inspectRecord(this, depth, options, inspect);
  }

  /** What an answer of the platform says about this record. */
  readResponse(response: Record<string, unknown>): Record<string, unknown> {
    return (this.constructor as typeof BaseResource).readResponse(response);
  }

  /** Makes what `clone()` resolves to. Override for platforms that copy records themselves. */
  buildClone(attributes: Attributes<this>, _options: HookOptions): Promise<this> | this {
    return copyRecord(this, attributes);
  }

  [copyAsValue](): this {
    return copyOfRecord(this) as this;
  }

  /**
   * Refuses what needs a live record.
   *
   * @throws ValidationError when the record is deleted or has no id.
   */
  requireId(operation: string): void {
    refuseDeleted(this, operation);
    if (this.id !== null && this.id !== undefined && this.id !== '') return;
    throw new ValidationError(
      `Cannot ${operation} ${String(this)}: it has not been saved yet, so it has no ${entityOptions(this.constructor).id ?? 'id'}. Call save() first.`,
    );
  }

  /** The record's connection. @throws ResourceError when it has none. */
  requireConnection(operation: string): BaseConnection {
    return requireConnection(this, operation);
  }
}

declareFamily(StatefulRecord);
