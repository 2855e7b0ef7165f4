import { ValidationError } from '../errors/index.js';
import { undecorated } from '../fields/instances.js';
import { setKey } from './json.js';
import { isRecord, writeAsValue } from './slot.js';
import { WireNumber } from './wire-number.js';

/** Whether an object says itself how JSON writes it. */
export function hasToJSON(value: object): value is { toJSON(): unknown } {
  return 'toJSON' in value && typeof value.toJSON === 'function';
}

/**
 * A value as JSON carries it, as a copy: maps become objects, sets arrays, dates ISO texts; undefined members are left out.
 * A bigint is a number with its digits.
 *
 * @throws ValidationError for what JSON cannot carry: cycles, NaN and infinities, symbols, invalid dates.
 */
export function toJson(value: unknown, field: string, above: readonly object[] = []): unknown {
  switch (typeof value) {
    case 'number':
      if (!Number.isFinite(value)) refuse(field, `is ${value}, which JSON cannot carry`);
      return value;
    case 'bigint':
      return WireNumber.of(value);
    case 'symbol':
      return refuse(field, 'is a symbol, which JSON cannot carry');
    case 'function':
      return undefined;
    case 'object':
      return value === null ? null : objectToJson(value, field, above);
    default:
      return value;
  }
}

function objectToJson(value: object, field: string, above: readonly object[]): unknown {
  if (value instanceof WireNumber) return value;
  if (above.includes(value)) refuse(field, 'contains itself, which JSON cannot carry');
  const path = [...above, value];
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) refuse(field, 'is an invalid date');
    return value.toISOString();
  }
  if (Array.isArray(value) || value instanceof Set) {
    return [...value].map((item, index) => toJson(item, `${field}.${index}`, path) ?? null);
  }
  if (isRecord(value)) return value[writeAsValue]();
  if (!(value instanceof Map) && hasToJSON(value)) return toJson(value.toJSON(), field, path);
  const result: Record<string, unknown> = {};
  for (const [key, item] of value instanceof Map ? value : Object.entries(undecorated(value))) {
    const json = toJson(item, `${field}.${String(key)}`, path);
    if (json !== undefined) setKey(result, String(key), json);
  }
  return result;
}

function refuse(field: string, problem: string): never {
  throw new ValidationError(`${field} ${problem}.`, { details: [{ field, message: problem }] });
}
