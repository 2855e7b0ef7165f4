import { castColumn, castTo } from '../values/cast.js';
import { isObject, quote } from '../values/kinds.js';
import { compilePattern } from '../values/pattern.js';
import { finite, order, same } from './operators.js';

type Call = (...values: unknown[]) => unknown;

const asText = castTo('string');
const asNumber = castColumn('float');

/** A function of strings; null if an argument is null. */
const text =
  (apply: (value: string, ...rest: string[]) => unknown): Call =>
  (...values) => {
    if (values.some(isNull)) return null;
    const [first = '', ...rest] = values.map((value) => asText(value) as string);
    return apply(first, ...rest);
  };

/** A function of numbers; null if an argument is null, or if there is no result. */
const numeric =
  (name: string, apply: (value: number, ...rest: number[]) => number): Call =>
  (...values) => {
    const numbers = values.map((value) => asNumber(value) as number | null);
    if (numbers.some(isNull)) return null;
    const [first = Number.NaN, ...rest] = numbers as number[];
    return finite(apply(first, ...rest), name);
  };

const least: Call = (...values) => values.filter(isPresent).sort(order)[0] ?? null;
const most: Call = (...values) => values.filter(isPresent).sort(order).at(-1) ?? null;

/**
 * The functions that an expression can call. Those of strings and numbers give null when an argument is null, and those that need a
 * number, a date or a truth value also when it is blank text.
 */
export const functions: ReadonlyMap<string, Call> = new Map<string, Call>([
  ['lower', text((value) => value.toLowerCase())],
  ['upper', text((value) => value.toUpperCase())],
  ['trim', text((value) => value.trim())],
  ['contains', text((value, part = '') => value.includes(part))],
  ['starts_with', text((value, part = '') => value.startsWith(part))],
  ['ends_with', text((value, part = '') => value.endsWith(part))],
  ['replace', text((value, part = '', by = '') => value.replaceAll(part, () => by))],
  ['matches', text((value, pattern = '') => compilePattern(pattern).test(value))],
  [
    'substring',
    (value, start, end) => (isNull(value) ? null : String(value).substring(position(start, 0), position(end, String(value).length))),
  ],
  ['split', text((value, separator = ',') => value.split(separator))],
  ['concat', (...values) => values.filter(isPresent).map(asText).join('')],
  [
    'length',
    (value) =>
      isNull(value)
        ? null
        : Array.isArray(value) || typeof value === 'string'
          ? value.length
          : isObject(value)
            ? Object.keys(value).length
            : String(value).length,
  ],
  ['abs', numeric('abs', Math.abs)],
  ['floor', numeric('floor', Math.floor)],
  ['ceil', numeric('ceil', Math.ceil)],
  ['sqrt', numeric('sqrt', Math.sqrt)],
  ['power', numeric('power', (base, exponent = 1) => base ** exponent)],
  ['round', numeric('round', round)],
  ['min', least],
  ['max', most],
  ['coalesce', (...values) => values.find(isPresent) ?? null],
  ['one_of', (value, ...options) => options.some((option) => same(option, value))],
  ['is_null', (value) => isNull(value)],
  ['number', asNumber],
  ['text', asText],
  ['integer', castColumn('integer', { handleFloats: true })],
  ['boolean', castColumn('boolean')],
  ['date', dateOf],
  ['year', datePart('getUTCFullYear')],
  ['month', datePart('getUTCMonth', 1)],
  ['day', datePart('getUTCDate')],
]);

/** A date, in a format of `strptime` if one is given. */
function dateOf(value: unknown, format: unknown): unknown {
  if (!isNull(format) && typeof format !== 'string') throw new Error(`${quote(format)} is not a date format`);
  return castColumn('datetime', { dateFormat: format as string | null | undefined, dateOrder: 'month-first' })(value);
}

function datePart(method: 'getUTCFullYear' | 'getUTCMonth' | 'getUTCDate', plus = 0): Call {
  return (value, format) => {
    const date = dateOf(value, format);
    return date === null ? null : new Date(String(date))[method]() + plus;
  };
}

function round(value: number, digits = 0): number {
  const shifted = shift(value, digits);
  // Beyond the digits that a number has, there is nothing to round.
  return Number.isFinite(shifted) ? shift(Math.round(shifted), -digits) : value;
}

/** Shifts the decimal point without the rounding error of a multiplication, so that 1.005 rounds to 1.01. */
function shift(value: number, places: number): number {
  const [digits, exponent = '0'] = String(value).split('e');
  return Number(`${digits}e${Number(exponent) + places}`);
}

function position(value: unknown, fallback: number): number {
  if (isNull(value)) return fallback;
  if (typeof value !== 'number') throw new Error(`${quote(value)} is not a position`);
  return value;
}

function isNull(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

function isPresent(value: unknown): boolean {
  return !isNull(value);
}
