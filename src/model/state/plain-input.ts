import type { RecordMetadata } from '../fields/metadata.js';
import type { Properties } from './assign.js';
import { jsonOfMembers } from './to-json.js';
import { WireNumber } from './wire-number.js';

/**
 * A user's object as JSON of the platform. Whole numbers of any size may be texts, as `toDict()` writes them.
 *
 * @param takesProperties Whether a key may be the property's name where the field has another one on the wire, as class-transformer has it.
 */
export function wireJson({ fields }: RecordMetadata, plain: Properties, takesProperties: boolean): Properties {
  const json = jsonOfMembers(plain);
  for (const { property, wire, sentAs, reads, codec } of fields) {
    for (const name of takesProperties ? [sentAs, property] : []) {
      if (json[wire] !== undefined || json[name] === undefined || fields.some((field) => field.wire === name)) continue;
      json[wire] = json[name];
      delete json[name];
    }
    if (reads && codec.digits && Object.hasOwn(json, wire)) json[wire] = asNumbers(json[wire]);
  }
  return json;
}

/** Texts of digits as numbers of JSON. */
function asNumbers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asNumbers);
  return typeof value === 'string' && /^-?\d+$/.test(value) ? new WireNumber(value, true) : value;
}

/** Gives an existing record the values that another one has read from JSON. */
export function assignRead(existing: object, read: object, json: Properties, { fields }: RecordMetadata): object {
  for (const { property, wire, reads } of fields) {
    if (reads && Object.hasOwn(json, wire)) (existing as Properties)[property] = (read as Properties)[property];
  }
  return existing;
}
