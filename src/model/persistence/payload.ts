import type { BaseResource } from '../base-resource.js';
import { entityOptions } from '../fields/effective-options.js';
import { ChangeSet } from '../state/change-set.js';
import { unknownKeysOf } from '../state/saved.js';
import { stateOf } from '../state/slot.js';

/** The scope of one save. */
export interface SaveScope {
  /** Whether the record is created rather than updated. */
  creates: boolean;
  /** The names of the changed properties. */
  changed: readonly string[];
}

/** The change sets behind the scopes that were handed out. */
const changeSets = new WeakMap<SaveScope, ChangeSet>();

/** The scope of a save as overrides see it: a plain object, which can be spread. */
export function scopeOf(changeSet: ChangeSet): SaveScope {
  const scope: SaveScope = { creates: changeSet.creates, changed: changeSet.fields.map(({ property }) => property) };
  changeSets.set(scope, changeSet);
  return scope;
}

/** The body of a save: the writable fields for a create, the changed fields for a PATCH, or the whole record for a PUT. */
export function savePayload(record: BaseResource, scope: SaveScope): Record<string, unknown> {
  const state = stateOf(record);
  const { update = 'put', unknown = 'send' } = entityOptions(record.constructor);
  const changeSet = changeSets.get(scope) ?? new ChangeSet(record);
  const whole = !scope.creates && update === 'put';
  const payload: Record<string, unknown> = {};
  for (const field of state.metadata.fields) {
    if (!field.sends || Object.hasOwn(payload, field.sentAs)) continue;
    const isVersion = field.isVersion && !scope.creates;
    if (!whole && !isVersion && (field.readOnly || field.property === 'id')) continue;
    if (!scope.creates && !whole && !isVersion && !scope.changed.includes(field.property)) continue;
    const json = changeSet.wire(field);
    if (json !== undefined) payload[field.sentAs] = json;
    else if (!scope.creates && scope.changed.includes(field.property)) payload[field.sentAs] = null;
  }
  return unknown === 'send' && (scope.creates || whole) ? { ...payload, ...unknownKeysOf(state) } : payload;
}
