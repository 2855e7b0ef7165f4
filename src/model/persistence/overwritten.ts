import type { BaseResource } from '../base-resource.js';
import { connectionOfRecord } from '../binding.js';
import type { Properties } from '../state/assign.js';
import { sameAsJson } from '../state/compare.js';
import { stateOf } from '../state/slot.js';

/** The classes that have been warned of. */
const warned = new WeakSet<object>();

/**
 * Warns, once for each class, of arguments that class fields have overwritten. Only a class that is neither decorated nor bound can do
 * that: its fields are set when the constructors above it are done.
 */
export function warnOfOverwritten(record: BaseResource): void {
  const state = stateOf(record);
  const { given } = state;
  state.given = null;
  const target = record.constructor;
  if (given === null || warned.has(target)) return;
  const names = overwritten(record as unknown as Properties, Object.entries(given), target as new () => object);
  if (names.length === 0) return;
  warned.add(target);
  const { name } = target;
  connectionOfRecord(record)?.warn(
    `${name}: what new ${name}(…) was given for ${names.join(', ')} is lost: the class fields of ${name} are set afterwards. ` +
      `Decorate the class with @Entity(), or use ${name}.create(…) or the class that connection.bind(${name}) returns.`,
    record,
  );
}

function overwritten(own: Properties, given: [string, unknown][], target: new () => object): string[] {
  const suspects = given.filter(([name, value]) => value !== undefined && !Object.is(own[name], value));
  if (suspects.length === 0) return [];
  // What a record without arguments has, too, was put there by the class; anything else is an edit.
  const plain = new target() as Properties;
  return suspects.map(([name]) => name).filter((name) => own[name] === plain[name] || sameAsJson(own[name], plain[name]));
}
