import { type NumberProblem, readBoolean, readInteger, readNumber } from '../../../moderately/tables/forms.js';
import type { DateOrder } from '../../../moderately/tables/parsing-options.js';
import { orderOf, orderOfAll, readDate } from './dates.js';
import { isObject, jsonText, quote } from './kinds.js';

/** The types that values can be cast to. `number` is the JSON Schema name of `float`. */
export const castTypes = ['string', 'integer', 'float', 'number', 'boolean', 'datetime', 'object', 'null'] as const;
export type CastType = (typeof castTypes)[number];

export function isCastType(type: string): type is CastType {
  return (castTypes as readonly string[]).includes(type);
}

export interface CastOptions {
  /** Truncates a number with a fraction to an integer, and accepts `3.0`, instead of rejecting it. Default: false. */
  handleFloats?: boolean | undefined;
  /** The format of dates, in the directives of C's `strptime`. Default: ISO 8601, and with slashes by `dateOrder`. */
  dateFormat?: string | null | undefined;
  /** The order of dates with slashes. Default: the one of the column, see `Cast.forColumn`, or else `month-first`. */
  dateOrder?: DateOrder | undefined;
  /** The decimal separator of numbers in text. Default: `.`. */
  decimalSeparator?: '.' | ',' | undefined;
}

/** Converts a value to a type; null stays null. */
export interface Cast {
  /** @throws Error naming the value and what is expected. */
  (value: unknown): unknown;
  /** The cast for a column whose first values these are: the first date that shows the order of day and month decides for all. */
  readonly forColumn?: (sample: readonly unknown[]) => Cast;
}

/**
 * The cast to a type: `string` (other values as JSON), `integer` (a safe integer), `float`, `boolean` (true/false, yes/no,
 * y/n, 1/0 in any case), `datetime` (ISO 8601 text in UTC), `object` (objects and lists, or JSON text of one), `null`.
 */
export function castTo(type: CastType, options: CastOptions = {}): Cast {
  return keepingNull(casts[type](options));
}

/** As `castTo`, for the values of a column: blank text has no number, date, truth value or object, and becomes null. */
export function castColumn(type: CastType, options: CastOptions = {}): Cast {
  const cast = castTo(type, options);
  if (type === 'string') return cast;
  return mapCast(cast, (inner) => (value) => (typeof value === 'string' && value.trim() === '' ? null : inner(value)));
}

/** A cast that wraps another, also for a column. */
export function mapCast(cast: Cast, wrap: (cast: Cast) => Cast): Cast {
  const { forColumn } = cast;
  const wrapped = wrap(cast);
  return forColumn
    ? Object.assign((value: unknown) => wrapped(value), { forColumn: (sample: readonly unknown[]) => wrap(forColumn(sample)) })
    : wrapped;
}

function keepingNull(cast: Cast): Cast {
  return mapCast(cast, (inner) => (value) => (value === null || value === undefined ? null : inner(value)));
}

const casts: Readonly<Record<CastType, (options: CastOptions) => Cast>> = {
  string: () => toText,
  integer: (options) => (value) => toInteger(value, options),
  float: (options) => (value) => toNumber(value, options),
  number: (options) => (value) => toNumber(value, options),
  boolean: () => toBoolean,
  datetime: toDate,
  object: () => toObject,
  null: () => () => null,
};

function toText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'number' && Number.isFinite(value) ? JSON.stringify(value) : jsonText(value);
}

function toNumber(value: unknown, { decimalSeparator }: CastOptions): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  const number = typeof value === 'string' ? readNumber(value, decimalSeparator) : 'form';
  return typeof number === 'number' ? number : numberError(value, number, 'a number');
}

function toInteger(value: unknown, options: CastOptions): number {
  const number = options.handleFloats ? Math.trunc(toNumber(value, options)) : exactInteger(value);
  return Number.isSafeInteger(number) ? number : numberError(value, 'digits', 'an integer');
}

function exactInteger(value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  const number = typeof value === 'string' ? readInteger(value) : 'form';
  return typeof number === 'number' ? number : numberError(value, number, 'an integer');
}

function numberError(value: unknown, problem: NumberProblem, expected: string): never {
  if (problem === 'form') throw castError(value, expected);
  if (problem === 'size') throw castError(value, `${expected} of at most ${Number.MAX_VALUE}; use string to keep it`);
  const most = 'of at most 9,007,199,254,740,991';
  throw castError(value, `${expected === 'an integer' ? expected : 'a whole number'} ${most}; use string to keep all digits`);
}

function toBoolean(value: unknown): boolean {
  const read = typeof value === 'boolean' ? value : readBoolean(String(value));
  if (read === undefined) throw castError(value, 'a boolean (true, false, yes, no, y, n, 1 or 0)');
  return read;
}

function toDate({ dateFormat, dateOrder }: CastOptions): Cast {
  const format = dateFormat ?? undefined;
  const read: Cast = (value) => {
    if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString();
    const date = typeof value === 'string' ? readDate(value, { format, order: dateOrder }) : undefined;
    if (date !== undefined) return date;
    if (format) throw castError(value, `a date written as '${format}'`);
    const order = typeof value === 'string' ? orderOf(value) : undefined;
    if (order === 'day-first' && dateOrder !== order)
      throw castError(value, "a date with the month first; set dateOrder to 'day-first', or a date_format");
    if (order === 'month-first' && dateOrder !== undefined && dateOrder !== order) {
      throw castError(value, "a date with the day first; set dateOrder to 'month-first', or a date_format");
    }
    throw castError(value, 'a date such as 2024-01-31 or 2024-01-31T12:00:00Z');
  };
  if (format !== undefined || dateOrder !== undefined) return read;
  return Object.assign(read, {
    forColumn: (sample: readonly unknown[]) => keepingNull(toDate({ dateOrder: orderOfAll(sample) ?? 'month-first' })),
  });
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
