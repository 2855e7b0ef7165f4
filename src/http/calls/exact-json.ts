import { WireNumber } from '../../model/state/wire-number.js';

const POINT = 46;
const ZERO = 48;
const NINE = 57;

/** The shortest text of a whole number beyond 2^53 has 16 digits. */
const SHORTEST = 16;
/** Two numbers of 17 significant digits that differ are different doubles; what has more was not written by one (IEEE 754-2019 §5.12.2). */
const MOST_DIGITS = 17;

/** A number too close to zero for JavaScript, which takes it for zero, has such an exponent, and what may stand before and after it. */
const NEAR_ZERO = /(?:^|[[:,\s])-?[\d.]+[eE]-\d{3,}(?=$|[\s,\]}])/;

function isOfNumber(code: number): boolean {
  return code === POINT || (code >= ZERO && code <= NINE);
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
  return point - start >= SHORTEST && Math.abs(Number(text.slice(start, end))) > Number.MAX_SAFE_INTEGER;
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

/** Whether a number may begin after a character: a text does not, nor does the rest of a word. */
function mayPrecede(char: string | undefined): boolean {
  return (
    char === undefined ||
    char === ':' ||
    char === ',' ||
    char === '[' ||
    char === '-' ||
    char === ' ' ||
    char === '\n' ||
    char === '\t' ||
    char === '\r'
  );
}

/**
 * Whether a parsed value has a number beyond those of JavaScript, and whether it has a zero, which may be one too close to it. To look for
 * the exponents of such numbers in the text takes several times as long. It goes level by level, since there may be a million of them.
 */
function extremesOf(value: unknown): { hasInfinity: boolean; hasZero: boolean } {
  const extremes = { hasInfinity: false, hasZero: false };
  let next: object[] = [];
  const look = (member: unknown): void => {
    if (typeof member === 'object') {
      if (member !== null) next.push(member);
    } else if (typeof member === 'number') {
      if (member === 0) extremes.hasZero = true;
      else if (!Number.isFinite(member)) extremes.hasInfinity = true;
    }
  };
  look(value);
  while (next.length > 0) {
    const level = next;
    next = [];
    for (const each of level) {
      if (Array.isArray(each)) for (const item of each) look(item);
      else for (const key in each) look((each as Record<string, unknown>)[key]);
    }
  }
  return extremes;
}

/**
 * Whether a JSON text may hold a number that JavaScript cannot: a whole one beyond 2^53, one of more than 17 significant digits, or one
 * out of range. It looks at every 16th character, and for exponents where the value has a zero, which takes some hundredths of the time of
 * parsing; digits in texts may be taken for numbers.
 */
function mayBeInexact(text: string, value: unknown): boolean {
  for (let at = SHORTEST - 1; at < text.length; at += SHORTEST) {
    if (!isOfNumber(text.charCodeAt(at))) continue;
    let start = at;
    while (start > 0 && isOfNumber(text.charCodeAt(start - 1))) start--;
    while (isOfNumber(text.charCodeAt(at + 1))) at++;
    if (at - start + 1 >= SHORTEST && mayPrecede(text[start - 1]) && isInexact(text, start, at + 1)) return true;
  }
  const { hasInfinity, hasZero } = extremesOf(value);
  return hasInfinity || (hasZero && /[eE]-\d{3}/.test(text) && NEAR_ZERO.test(text));
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
        (digits.length >= SHORTEST || /e/i.test(digits)) && isInexactNumber(digits) ? new WireNumber(digits) : Number(digits),
      onDuplicateKey: ({ newValue }) => newValue,
    });
  } catch {
    return value; // nested deeper than the parser goes
  }
}
