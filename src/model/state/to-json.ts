import { ValidationError } from '../errors/index.js';
import { setKey } from './json.js';

/** Whether an object has a `toJSON` method. */
export function hasToJSON(value: object): value is { toJSON(): unknown } {
  return 'toJSON' in value && typeof value.toJSON === 'function';
}

/**
 * A copy of a value as JSON: maps become objects, sets arrays, and dates ISO 8601 strings; undefined members are left out.
 *
 * @throws ValidationError for what JSON cannot represent: cycles, NaN and infinities, bigints, symbols, invalid dates.
 */
export function toJson(value: unknown, field: string, above: readonly object[] = []): unknown {
  switch (typeof value) {
    case 'number':
      if (!Number.isFinite(value)) refuse(field, `is ${value}, which JSON cannot represent`);
      return value;
    case 'bigint':
      return refuse(field, 'is a bigint, which JSON cannot represent; use a number or a string');
    case 'symbol':
      return refuse(field, 'is a symbol, which JSON cannot represent');
    case 'function':
      return undefined;
    case 'object':
      return value === null ? null : objectToJson(value, field, above);
    default:
      return value;
  }
}

function objectToJson(value: object, field: string, above: readonly object[]): unknown {
  if (above.includes(value)) refuse(field, 'contains itself, which JSON cannot represent');
  const path = [...above, value];
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) refuse(field, 'is an invalid date');
    return value.toISOString();
  }
  if (Array.isArray(value) || value instanceof Set) {
    return [...value].map((item, index) => toJson(item, `${field}.${index}`, path) ?? null);
  }
  if (!(value instanceof Map) && hasToJSON(value)) return toJson(value.toJSON(), field, path);
  const result: Record<string, unknown> = {};
  for (const [key, item] of value instanceof Map ? value : Object.entries(value)) {
    const json = toJson(item, `${field}.${String(key)}`, path);
    if (json !== undefined) setKey(result, String(key), json);
  }
  return result;
}

function refuse(field: string, problem: string): never {
  throw new ValidationError(`${field} ${problem}.`, { details: [{ field, message: problem }] });
}
