import { parseDate } from './dates.js';
import { isObject, quote } from './kinds.js';

/** The types that values can be cast to. `number` is the JSON Schema name of `float`. */
export const castTypes = ['string', 'integer', 'float', 'number', 'boolean', 'datetime', 'object', 'null'] as const;
export type CastType = (typeof castTypes)[number];

export function isCastType(type: string): type is CastType {
  return (castTypes as readonly string[]).includes(type);
}

export interface CastOptions {
  /** Truncates a number with a fraction to an integer, and accepts `3.0`, instead of rejecting it. Default: false. */
  handleFloats?: boolean | undefined;
  /** The format of dates, in the directives of C's `strptime`. Default: ISO 8601 and `MM/DD/YYYY`. */
  dateFormat?: string | null | undefined;
}

/** Converts a value to a type; null stays null. @throws Error naming the value and what is expected. */
export type Cast = (value: unknown) => unknown;

const trueWords = new Set(['true', '1', 'yes', 'y']);
const falseWords = new Set(['false', '0', 'no', 'n']);
const integerText = /^[+-]?\d+$/;
const numberText = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/**
 * The cast to a type: `string` (other values as JSON), `integer` (a safe integer), `float`, `boolean` (true/false, yes/no,
 * y/n, 1/0 in any case), `datetime` (ISO 8601 text in UTC), `object` (objects and lists, or JSON text of one), `null`.
 */
export function castTo(type: CastType, options: CastOptions = {}): Cast {
  const cast = casts[type](options);
  return (value) => (value === null || value === undefined ? null : cast(value));
}

const casts: Readonly<Record<CastType, (options: CastOptions) => Cast>> = {
  string: () => (value) => (typeof value === 'string' ? value : value instanceof Date ? value.toISOString() : JSON.stringify(value)),
  integer: (options) => (value) => toInteger(value, options.handleFloats ?? false),
  float: () => toNumber,
  number: () => toNumber,
  boolean: () => toBoolean,
  datetime: (options) => {
    const format = options.dateFormat ?? undefined;
    return (value) => {
      const date = value instanceof Date ? value : typeof value === 'string' ? parseDate(value, format) : undefined;
      if (date && !Number.isNaN(date.getTime())) return date.toISOString();
      throw castError(value, format ? `a date written as '${format}'` : 'a date such as 2024-01-31 or 2024-01-31T12:00:00Z');
    };
  },
  object: () => toObject,
  null: () => () => null,
};

function toNumber(value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  const text = typeof value === 'string' ? value.trim() : '';
  if (!numberText.test(text)) throw castError(value, 'a number');
  return Number(text);
}

function toInteger(value: unknown, handleFloats: boolean): number {
  const number = handleFloats ? Math.trunc(toNumber(value)) : exactInteger(value);
  if (!Number.isSafeInteger(number)) throw castError(value, 'an integer of at most 9,007,199,254,740,991; use string to keep all digits');
  return number;
}

function exactInteger(value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  const text = typeof value === 'string' ? value.trim() : '';
  if (!integerText.test(text)) throw castError(value, 'an integer');
  return Number(text);
}

function toBoolean(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  const word = String(value).trim().toLowerCase();
  if (trueWords.has(word)) return true;
  if (falseWords.has(word)) return false;
  throw castError(value, 'a boolean (true, false, yes, no, y, n, 1 or 0)');
}

function toObject(value: unknown): unknown {
  if (isObject(value) || Array.isArray(value)) return value;
  if (typeof value === 'string') {
    try {
      const parsed: unknown = JSON.parse(value);
      if (isObject(parsed) || Array.isArray(parsed)) return parsed;
    } catch (error) {
      throw castError(value, 'an object or its JSON text', error);
    }
  }
  throw castError(value, 'an object or its JSON text');
}

function castError(value: unknown, expected: string, cause?: unknown): Error {
  return new Error(`${quote(value)} is not ${expected}`, { cause });
}
