import { WireNumber } from '../../model/state/wire-number.js';

const POINT = 46;
const ZERO = 48;
const NINE = 57;

/** Two numbers of 17 significant digits that differ are different doubles; what has more was not written by one (IEEE 754-2019 §5.12.2). */
const MOST_DIGITS = 17;
/** A number beyond 2^53 that is written without an exponent has at least 16 digits before its point. */
const LONG_WHOLE = /(?:^|[:,[\s-])\d{16}/;
/** A number without an exponent that JavaScript takes for zero has more zeros than these. */
const FEW_ZEROS = 300;

/** How deep functions call themselves for values inside each other. */
const DEPTH = 100;

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE;
}

/** Whether a number of digits and points, from `start` to before `end`, is another one when JavaScript reads it. */
function isInexact(text: string, start: number, end: number): boolean {
  let significant = 0;
  let zeros = 0;
  let point = end;
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === POINT) point = at;
    else if (code === ZERO) zeros += significant > 0 ? 1 : 0;
    else {
      significant += zeros + 1;
      zeros = 0;
    }
  }
  if (significant > MOST_DIGITS) return true;
  if (point - start < MOST_DIGITS - 1 && end - start < FEW_ZEROS) return false;
  const value = Number(text.slice(start, end));
  return value > Number.MAX_SAFE_INTEGER || (value === 0 && significant > 0);
}

/** Whether any number as written in JSON is another one when JavaScript reads it. */
function isInexactNumber(text: string): boolean {
  const start = text.startsWith('-') ? 1 : 0;
  const exponent = text.search(/e/i);
  if (exponent < 0) return isInexact(text, start, text.length);
  const value = Number(text);
  const mantissa = text.slice(start, exponent);
  if (!Number.isFinite(value) || (value === 0 && /[1-9]/.test(mantissa))) return true;
  return isInexact(`${mantissa}.`, 0, mantissa.length + 1);
}

/** Whether a number may begin at a place of a text: inside of other texts and of words it does not. */
function mayBegin(text: string, start: number): boolean {
  return start === 0 || ':,[-'.includes(text[start - 1]!) || text.charCodeAt(start - 1) <= 32;
}

/** The end of the digits that begin at a place. */
function afterDigits(text: string, start: number): number {
  let end = start;
  while (isDigit(text.charCodeAt(end))) end++;
  return end;
}

/** The start of the digits, and with `point` of the points, that end before a place. */
function startOfDigits(text: string, end: number, point = ZERO): number {
  let start = end;
  for (let code = text.charCodeAt(start - 1); isDigit(code) || code === point; code = text.charCodeAt(start - 1)) start--;
  return start;
}

/** Whether a text may hold a number with more digits behind and before its point than JavaScript keeps. */
function hasLongDecimal(text: string): boolean {
  for (let point = text.indexOf('.'); point >= 0; point = text.indexOf('.', point + 1)) {
    const start = startOfDigits(text, point);
    // Where the first digit too many would be: most numbers have none there.
    const least = Math.max(start + MOST_DIGITS + 1, point + 1);
    if (isDigit(text.charCodeAt(least)) && mayBegin(text, start) && isInexact(text, start, afterDigits(text, point + 1))) return true;
  }
  return false;
}

/** Whether a text may hold a number with a negative exponent that JavaScript takes for zero, or that has more digits than it keeps. */
function hasInexactFraction(text: string): boolean {
  for (let minus = text.indexOf('-'); minus >= 0; minus = text.indexOf('-', minus + 1)) {
    const code = text.charCodeAt(minus - 1);
    if (code !== 101 && code !== 69) continue; // e, E
    const start = startOfDigits(text, minus - 1, POINT);
    const end = afterDigits(text, minus + 1);
    if (start < minus - 1 && end > minus + 1 && mayBegin(text, start) && isInexactNumber(text.slice(start, end))) return true;
  }
  return false;
}

/** What numbers a value has. */
interface Extremes {
  infinite: boolean;
  /** Beyond 2^53. */
  large: boolean;
  /** The values that are too deep inside others, which have not been looked at. */
  deeper: object[];
}

function look(member: unknown, extremes: Extremes, depth: number): void {
  if (typeof member === 'number') {
    if (member > Number.MAX_SAFE_INTEGER || member < -Number.MAX_SAFE_INTEGER) {
      extremes.large = true;
      extremes.infinite ||= !Number.isFinite(member);
    }
  } else if (typeof member === 'object' && member !== null) {
    if (depth === 0) extremes.deeper.push(member);
    else lookInside(member, extremes, depth - 1);
  }
}

function lookInside(value: object, extremes: Extremes, depth: number): void {
  if (Array.isArray(value)) for (let index = 0; index < value.length; index++) look(value[index], extremes, depth);
  else for (const key in value) look((value as Record<string, unknown>)[key], extremes, depth);
}

function extremesOf(value: unknown): Extremes {
  const extremes: Extremes = { infinite: false, large: false, deeper: [] };
  look(value, extremes, DEPTH);
  for (let each = extremes.deeper.pop(); each; each = extremes.deeper.pop()) lookInside(each, extremes, DEPTH);
  return extremes;
}

/**
 * Whether a JSON text may hold a number that JavaScript cannot: a whole one beyond 2^53, one of more than 17 significant digits, or one
 * out of range. What the value cannot tell is looked for at the points and at the minus signs of the text, which a native search finds
 * quickly; numbers in texts may be taken for numbers.
 */
function mayBeInexact(text: string, value: unknown): boolean {
  const { infinite, large } = extremesOf(value);
  return infinite || (large && LONG_WHOLE.test(text)) || hasLongDecimal(text) || hasInexactFraction(text);
}

/**
 * Parses JSON; numbers that JavaScript cannot hold become WireNumbers. Other texts cost little more than `JSON.parse`, and are parsed at
 * once; the result is a promise where there may be such numbers.
 *
 * @throws SyntaxError for what is not JSON.
 */
export function parseExact(text: string): unknown {
  const value: unknown = JSON.parse(text);
  return mayBeInexact(text, value) ? parseWithDigits(text, value) : value;
}

/** @param value The same as JavaScript reads it. */
async function parseWithDigits(text: string, value: unknown): Promise<unknown> {
  const { parse } = await import('lossless-json');
  try {
    return parse(text, undefined, {
      parseNumber: (digits) =>
        (digits.length >= MOST_DIGITS - 1 || /e/i.test(digits)) && isInexactNumber(digits) ? new WireNumber(digits) : Number(digits),
      onDuplicateKey: ({ newValue }) => newValue,
    });
  } catch {
    return value; // nested deeper than the parser goes
  }
}
