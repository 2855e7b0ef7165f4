// How numbers and truth values are written in a cell. Inference and casts read them with the same functions.

const integerText = /^[+-]?\d+$/;
const numberText = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const numberTextWithComma = /^[+-]?(?:\d+,?\d*|,\d+)(?:[eE][+-]?\d+)?$/;
const trueWords = new Set(['true', '1', 'yes', 'y']);
const falseWords = new Set(['false', '0', 'no', 'n']);

/** Why a text is not read as a number: it is written otherwise, or a number of JavaScript would not have its digits or its size. */
export type NumberProblem = 'form' | 'digits' | 'size';

/** Reads `1`, `-1.5`, `+.5`, `2.` and `1e3`, with `,` for `.` when that is the decimal separator; blanks around it are ignored. */
export function readNumber(text: string, decimalSeparator: '.' | ',' = '.'): number | NumberProblem {
  const trimmed = text.trim();
  if (decimalSeparator === ',') {
    if (!numberTextWithComma.test(trimmed)) return 'form';
    return checked(trimmed.replace(',', '.'));
  }
  return numberText.test(trimmed) ? checked(trimmed) : 'form';
}

function checked(text: string): number | NumberProblem {
  const number = Number(text);
  if (!Number.isFinite(number)) return 'size';
  if (Math.abs(number) > Number.MAX_SAFE_INTEGER && integerText.test(text) && !isExact(text, number)) return 'digits';
  return number;
}

/** Reads a whole number written with digits and a sign. */
export function readInteger(text: string): number | NumberProblem {
  const trimmed = text.trim();
  if (!integerText.test(trimmed)) return 'form';
  const number = Number(trimmed);
  return Number.isSafeInteger(number) ? number : 'digits';
}

/** Reads true, false, yes, no, y, n, 1 and 0 in any case. */
export function readBoolean(text: string): boolean | undefined {
  const word = text.trim().toLowerCase();
  if (trueWords.has(word)) return true;
  return falseWords.has(word) ? false : undefined;
}

function isExact(text: string, number: number): boolean {
  return BigInt(text.replace('+', '')) === BigInt(number);
}

const plainInteger = /^(?:0|-?[1-9]\d*)$/;
const plainNumber = /^(?:0|-?[1-9]\d*|-?(?:0|[1-9]\d*)\.\d+)$/;
/** Scientific notation with one digit before the point, as programs write it: `1.5e-3` and `1E+20`, but not the code `12E5`. */
const scientific = /^-?[1-9](?:\.\d+[eE][+-]?|[eE][+-])\d{1,3}$/;

/** Whether the text is a whole number that is written as the number is: without a plus sign and leading zeros. */
export function isPlainInteger(text: string): boolean {
  return plainInteger.test(text) && Number.isSafeInteger(Number(text));
}

/** Whether the text is a number of which no digit is lost when it becomes a number; zeros at the end of a fraction are no digits. */
export function isPlainNumber(text: string, decimalSeparator: '.' | ',' = '.'): boolean {
  if (decimalSeparator === ',' && text.includes('.')) return false;
  const pointed = decimalSeparator === ',' ? text.replace(',', '.') : text;
  if (!plainNumber.test(pointed) && !scientific.test(pointed)) return false;
  const number = Number(pointed);
  if (!Number.isFinite(number)) return false;
  return digitsOf(pointed) === digitsOf(String(number)) && (number !== 0 || !/[1-9]/.test(pointed));
}

/** The significant digits of a number. */
function digitsOf(text: string): string {
  const [mantissa = ''] = text.toLowerCase().split('e');
  return mantissa.replace(/[-.]/g, '').replace(/^0+/, '').replace(/0+$/, '');
}
