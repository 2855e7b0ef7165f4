import { losesDigits, WireNumber } from '../../model/state/wire-number.js';

/** Digits and points. */
function isOfNumber(code: number): boolean {
  return code === 46 || (code > 47 && code < 58);
}

/** The shortest text of a whole number beyond 2^53 has 16 digits. */
const SHORTEST = 16;
/** Two numbers of 17 significant digits that differ are different doubles; what has more was not written by one (IEEE 754-2019 §5.12.2). */
const MOST_DIGITS = 17;

/** Whether a number as written in JSON is another one when JavaScript reads it. */
function isInexact(text: string): boolean {
  const value = Number(text);
  if (/^-?\d+$/.test(text)) return !Number.isSafeInteger(value);
  const [mantissa = ''] = text.split(/e/i);
  const digits = mantissa.replace(/[-.]/g, '').replace(/^0+|0+$/g, '');
  return !Number.isFinite(value) || (value === 0 && digits !== '') || digits.length > MOST_DIGITS;
}

/**
 * Whether a JSON text may hold a number that JavaScript cannot: a whole one beyond 2^53, one of more than 17 significant digits, or one
 * out of range. It looks at every 16th character and at exponents, at a tenth of the cost of parsing; digits in texts may be taken for numbers.
 */
function mayBeInexact(text: string): boolean {
  for (let at = SHORTEST - 1; at < text.length; at += SHORTEST) {
    if (!isOfNumber(text.charCodeAt(at))) continue;
    let start = at;
    while (start > 0 && isOfNumber(text.charCodeAt(start - 1))) start--;
    while (isOfNumber(text.charCodeAt(at + 1))) at++;
    if (at - start + 1 < SHORTEST) continue;
    const before = text.charCodeAt(start - 1);
    // What stands at the beginning or in the middle of a text is no number.
    if (before === 34 || !/[[\]{}:,\s-]/.test(text[start - 1] ?? ' ')) continue;
    if (isInexact(text.slice(start, at + 1))) return true;
  }
  const exponent = /[\d.]+[eE][+-]?\d{3,}/.exec(text)?.[0];
  return exponent !== undefined;
}

/**
 * Parses JSON; numbers that JavaScript cannot hold become WireNumbers. Other texts cost no more than `JSON.parse` and a glance.
 *
 * @throws SyntaxError for what is not JSON.
 */
export async function parseExact(text: string): Promise<unknown> {
  const value: unknown = JSON.parse(text);
  if (!mayBeInexact(text)) return value;
  const { parse } = await import('lossless-json');
  try {
    return parse(text, undefined, {
      parseNumber: (digits) =>
        (digits.length >= SHORTEST || /e/i.test(digits)) && isInexact(digits) ? new WireNumber(digits) : Number(digits),
      onDuplicateKey: ({ newValue }) => newValue,
    });
  } catch {
    return value; // nested deeper than the parser goes
  }
}

/** Writes JSON, with the digits of WireNumbers: at once where there are none. @throws TypeError for what JSON cannot carry. */
export function stringifyExact(value: unknown): string | undefined | Promise<string | undefined> {
  const { result, lost } = losesDigits(() => JSON.stringify(value) as string | undefined);
  return lost ? withDigits(value) : result;
}

async function withDigits(value: unknown): Promise<string | undefined> {
  const { stringify } = await import('lossless-json');
  return stringify(value, undefined, undefined, [
    { test: (number) => number instanceof WireNumber, stringify: (number) => (number as WireNumber).digits },
  ]);
}
