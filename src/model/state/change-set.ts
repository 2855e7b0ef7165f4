import type { FieldMetadata } from '../fields/metadata.js';
import { isId } from '../support/ids.js';
import { isUnread } from './accessor.js';
import { fieldNamed, type Properties } from './assign.js';
import { changedFields, isChanged } from './dirty-check.js';
import { rehydrate } from './hydrate.js';
import { copyJson } from './json.js';
import { jsonOf, original, originals, savedJson } from './saved.js';
import { type RecordState, stateOf } from './slot.js';

/** What one field was and is. */
export interface Change<V = unknown> {
  from: V;
  to: V;
}

/** What went on the wire for some fields, as JSON; undefined for nothing. */
export type Sent = ReadonlyMap<FieldMetadata, unknown>;

/**
 * What an operation is about: the fields of a record that had changed at one moment, what they were, what they are, and what is sent for
 * them. It is computed once and handed through the operation; later edits do not change it.
 */
export class ChangeSet {
  /** Whether the record had no id, so that a save creates it. */
  readonly creates: boolean;
  readonly fields: readonly FieldMetadata[];
  /** The saved state that the changes are counted from. */
  readonly saved: RecordState['saved'];
  readonly #record: object;
  readonly #state: RecordState;
  readonly #to: readonly unknown[];
  /** What is sent for a field, as JSON; undefined for nothing. */
  readonly #wire = new Map<FieldMetadata, unknown>();
  #names: readonly string[] | undefined;
  #changes: Readonly<Record<string, Change>> | undefined;

  constructor(record: object) {
    const state = stateOf(record);
    const own = record as Properties;
    this.#record = record;
    this.#state = state;
    this.creates = !isId(own.id);
    this.saved = state.saved;
    this.fields = changedFields(record);
    this.#to = this.fields.map((field) => {
      const value = own[field.property];
      return typeof value === 'object' && value !== null ? field.codec.copy(value, savedJson(state, field)) : value;
    });
  }

  /** The names of the changed properties. */
  get changed(): readonly string[] {
    this.#names ??= this.fields.map(({ property }) => property);
    return this.#names;
  }

  /** The changed fields by property name, as copies. */
  get changes(): Readonly<Record<string, Change>> {
    this.#changes ??= Object.fromEntries(
      this.fields.map((field, at) => [field.property, { from: original(this.#state, field, this.saved), to: this.#to[at] }]),
    );
    return this.#changes;
  }

  /** The saved values by property name, as copies. */
  get original(): Readonly<Record<string, unknown>> {
    return originals(this.#state, this.saved);
  }

  /** A field as JSON, converted once: the platform's own text while it is untouched; undefined for nothing. */
  wire(field: FieldMetadata): unknown {
    if (!this.#wire.has(field)) this.#wire.set(field, fieldToJson(this.#record, this.#state, field));
    return this.#wire.get(field);
  }

  /** What was sent, or would have been: the JSON of all changed fields, and of the others that were asked for. */
  get sent(): Sent {
    for (const field of this.fields) this.wire(field);
    return this.#wire;
  }
}

/** Puts the saved values back into the named fields, or into all; returns the properties that had changed. */
export function revert(record: object, names: readonly string[]): string[] {
  const state = stateOf(record);
  const fields = names.length === 0 ? state.metadata.fields : names.map((name) => fieldNamed(state, name, 'revert'));
  const changed = fields.filter((field) => isChanged(record, state, field));
  rehydrate(record, state, changed);
  return changed.map((field) => field.property);
}

/** One field as JSON: the platform's own text while it is untouched. */
export function fieldToJson(record: object, state: RecordState, field: FieldMetadata): unknown {
  const saved = savedJson(state, field);
  if (isUnread(record, state, field) && !field.codec.rewrites?.()) return copyJson(saved);
  const local = (record as Properties)[field.property];
  // What JSON holds as it is needs no conversion while it is what was saved.
  if (local === saved && field.codec.lazy === 'nested' && (typeof local !== 'object' || local === null)) return local;
  const source = state.saved ?? state.precedent ?? undefined;
  return field.codec.encode(local, field.property, saved ?? jsonOf(field, state.precedent), source, record);
}
