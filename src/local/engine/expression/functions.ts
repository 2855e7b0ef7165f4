import { castTo } from '../values/cast.js';
import { isObject, quote } from '../values/kinds.js';
import { order, same } from './operators.js';

type Call = (...values: unknown[]) => unknown;

const asText = castTo('string');
const asNumber = castTo('float');

/** A function of strings; null if an argument is null. */
const text =
  (apply: (value: string, ...rest: string[]) => unknown): Call =>
  (...values) => {
    if (values.some(isNull)) return null;
    const [first = '', ...rest] = values.map((value) => asText(value) as string);
    return apply(first, ...rest);
  };

/** A function of numbers; null if an argument is null. */
const numeric =
  (apply: (value: number, ...rest: number[]) => number): Call =>
  (...values) => {
    if (values.some(isNull)) return null;
    const [first = Number.NaN, ...rest] = values.map((value) => asNumber(value) as number);
    const result = apply(first, ...rest);
    return Number.isFinite(result) ? result : null;
  };

const least: Call = (...values) => values.filter(isPresent).sort(order)[0] ?? null;
const most: Call = (...values) => values.filter(isPresent).sort(order).at(-1) ?? null;

/** The functions that an expression can call. Those of strings and numbers give null when an argument is null. */
export const functions: ReadonlyMap<string, Call> = new Map<string, Call>([
  ['lower', text((value) => value.toLowerCase())],
  ['upper', text((value) => value.toUpperCase())],
  ['trim', text((value) => value.trim())],
  ['contains', text((value, part = '') => value.includes(part))],
  ['starts_with', text((value, part = '') => value.startsWith(part))],
  ['ends_with', text((value, part = '') => value.endsWith(part))],
  ['replace', text((value, part = '', by = '') => value.replaceAll(part, by))],
  ['matches', text((value, pattern = '') => new RegExp(pattern).test(value))],
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
  ['abs', numeric(Math.abs)],
  ['floor', numeric(Math.floor)],
  ['ceil', numeric(Math.ceil)],
  ['sqrt', numeric(Math.sqrt)],
  ['power', numeric((base, exponent = 1) => base ** exponent)],
  ['round', numeric((value, digits = 0) => shift(Math.round(shift(value, digits)), -digits))],
  ['min', least],
  ['max', most],
  ['coalesce', (...values) => values.find(isPresent) ?? null],
  ['one_of', (value, ...options) => options.some((option) => same(option, value))],
  ['is_null', (value) => isNull(value)],
  ['number', asNumber],
  ['text', asText],
  ['integer', castTo('integer', { handleFloats: true })],
  ['boolean', castTo('boolean')],
  ['date', castTo('datetime')],
  ['year', datePart('getUTCFullYear')],
  ['month', datePart('getUTCMonth', 1)],
  ['day', datePart('getUTCDate')],
]);

function datePart(method: 'getUTCFullYear' | 'getUTCMonth' | 'getUTCDate', plus = 0): Call {
  const toDate = castTo('datetime');
  return (value) => {
    const date = toDate(value);
    return date === null ? null : new Date(String(date))[method]() + plus;
  };
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
