import type { FieldMetadata } from '../fields/metadata.js';
import { isId } from '../support/ids.js';
import { isUnread } from './accessor.js';
import { checkAssignable, fieldNamed, type Properties } from './assign.js';
import { changedFields, isChanged } from './dirty-check.js';
import { rehydrate } from './hydrate.js';
import { copyOrShare } from './initial.js';
import { copyJson } from './json.js';
import { jsonOf, original, originals, savedJson } from './saved.js';
import { type RecordState, stateOf } from './slot.js';
import { inField } from './walk.js';

/** The change of one field. */
export interface Change<V = unknown> {
  /** The saved value; undefined when there is none. */
  from: V;
  /** The local value. */
  to: V;
}

/** The JSON sent for some fields; undefined for a field that is left out. */
export type Sent = ReadonlyMap<FieldMetadata, unknown>;

/**
 * The changed fields of a record at one moment, with their saved values and copies of their local values. It is computed once per
 * operation and passed through it; later edits do not alter it. The JSON of a field is made by the first `wire()`, which a save calls
 * before anything is awaited.
 */
export class ChangeSet {
  readonly id: unknown;
  /** Whether a save creates the record, because it had no id. */
  readonly creates: boolean;
  readonly fields: readonly FieldMetadata[];
  /** The saved state that the changes are relative to. */
  readonly saved: RecordState['saved'];
  readonly #record: object;
  readonly #state: RecordState;
  readonly #to: readonly unknown[];
  /** The JSON sent for a field; undefined for a field that is left out. */
  readonly #wire = new Map<FieldMetadata, unknown>();
  #changes: Readonly<Record<string, Change>> | undefined;

  constructor(record: object) {
    const state = stateOf(record);
    const own = record as Properties;
    this.#record = record;
    this.#state = state;
    this.id = own.id;
    this.creates = !isId(own.id);
    this.saved = state.saved;
    this.fields = changedFields(record);
    this.#to = this.fields.map((field) => copyOrShare(state, field, own[field.property], savedJson(state, field)));
  }

  /** The changed fields by property name, as copies. */
  get changes(): Readonly<Record<string, Change>> {
    this.#changes ??= Object.fromEntries(this.fields.map((field, at) => [field.property, { from: this.#from(field), to: this.#to[at] }]));
    return this.#changes;
  }

  /** The saved values by property name, as copies. */
  get original(): Readonly<Record<string, unknown>> {
    return originals(this.#state, this.saved);
  }

  /**
   * A field as JSON, converted once: the platform's own text while it is untouched; undefined for nothing. An update sends null for a value
   * that was taken away.
   */
  wire(field: FieldMetadata): unknown {
    if (!this.#wire.has(field)) {
      const json = fieldToJson(this.#record, this.#state, field);
      this.#wire.set(field, json === undefined && !this.creates && this.fields.includes(field) ? null : json);
    }
    return this.#wire.get(field);
  }

  /** The JSON of all changed fields, and of every other field that `wire()` was called for. */
  get sent(): Sent {
    for (const field of this.fields) this.wire(field);
    return this.#wire;
  }

  /** What the saved state says of a field, as a copy, or itself where it has too many levels to be copied. */
  #from(field: FieldMetadata): unknown {
    try {
      return original(this.#state, field, this.saved);
    } catch {
      return jsonOf(field, this.saved);
    }
  }
}

/**
 * Restores the saved values of the named fields, or of all fields. Returns the names of those that had changed.
 *
 * @throws ValidationError for an unknown name.
 */
export function revert(record: object, names: readonly string[]): string[] {
  const state = stateOf(record);
  const fields = names.length === 0 ? state.metadata.fields : names.map((name) => fieldNamed(state, name, 'revert'));
  const changed = fields.filter((field) => isChanged(record, state, field));
  if (changed.length > 0) checkAssignable(record, `revert of ${String(record)}`);
  rehydrate(record, state, changed);
  return changed.map((field) => field.property);
}

/** One field as JSON: as the platform sent it while it is unchanged. */
export function fieldToJson(record: object, state: RecordState, field: FieldMetadata): unknown {
  const saved = savedJson(state, field);
  if (isUnread(record, state, field)) return inField(state.metadata, field.property, () => copyJson(saved));
  const local = (record as Properties)[field.property];
  // A scalar that still equals the saved JSON needs no conversion.
  if (local === saved && field.codec.lazy === 'nested' && (typeof local !== 'object' || local === null)) return local;
  const json = inField(state.metadata, field.property, () => field.codec.encode(local, field.property, saved, state.saved ?? undefined));
  return json === undefined && saved === null ? null : json;
}
