import { readNumber } from '../../../moderately/tables/forms.js';
import { castTo } from '../values/cast.js';
import { describe } from '../values/kinds.js';

const asText = castTo('string');

type Binary = (left: unknown, right: unknown) => unknown;

/**
 * The sort order: numbers and text that reads as a number, by value, then other text by code unit, booleans, other values by their JSON,
 * then null. Where values are equal as numbers, a number precedes text, and text is ordered by code unit, so that only equal values are in
 * no order. Never throws.
 */
export function order(left: unknown, right: unknown): number {
  const [a, b] = [sortKey(left), sortKey(right)];
  const difference = a.rank - b.rank || compareAs(a.value, b.value);
  if (difference !== 0 || left === right || a.rank !== 1) return difference;
  if (typeof left !== typeof right) return typeof left === 'number' ? -1 : 1;
  return compareAs(left as string, right as string);
}

/** The rank of a kind of value, and what is compared within it. */
function sortKey(value: unknown): { rank: number; value: string | number | boolean } {
  switch (typeof value) {
    case 'number':
      return { rank: 1, value };
    case 'string': {
      const number = couldBeNumber(value) ? readNumber(value) : 'form';
      return typeof number === 'number' ? { rank: 1, value: number } : { rank: 2, value };
    }
    case 'boolean':
      return { rank: 3, value };
    default:
      return value === null || value === undefined ? { rank: 5, value: 0 } : { rank: 4, value: JSON.stringify(value) };
  }
}

/** Tells most texts from numbers by their first character. */
function couldBeNumber(text: string): boolean {
  const code = text.charCodeAt(0);
  return (code >= 48 && code <= 57) || code === 45 || code === 43 || code === 46 || code <= 32;
}

function compareAs<T extends string | number | boolean>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Equality by value; a number never equals a string. */
export function same(left: unknown, right: unknown): boolean {
  return left === right || order(left, right) === 0;
}

const number =
  (operation: string, compute: (left: number, right: number) => number): Binary =>
  (left, right) => {
    if (isNull(left) || isNull(right)) return null;
    if (typeof left !== 'number' || typeof right !== 'number') throw mismatch(operation, left, right);
    if (right === 0 && (operation === '/' || operation === '%')) return null;
    return finite(compute(left, right), operation);
  };

/** The result of a computation; null when there is none, such as a root of -1. @throws Error when it is too large for a number. */
export function finite(result: number, operation: string): number | null {
  if (Number.isNaN(result)) return null;
  if (!Number.isFinite(result)) throw new Error(`the result of '${operation}' is too large for a number`);
  return result;
}

const compare =
  (operation: string, test: (difference: number) => boolean): Binary =>
  (left, right) => {
    if (isNull(left) || isNull(right)) return false;
    if (typeof left !== typeof right) throw mismatch(operation, left, right);
    return test(order(left, right));
  };

const add = number('+', (left, right) => left + right);

/** Binary operators. `+` concatenates when either operand is a string. */
export const binaryOperators: ReadonlyMap<string, Binary> = new Map<string, Binary>([
  ['+', (left, right) => (typeof left === 'string' || typeof right === 'string' ? join(left, right) : add(left, right))],
  ['-', number('-', (left, right) => left - right)],
  ['*', number('*', (left, right) => left * right)],
  ['/', number('/', (left, right) => left / right)],
  ['%', number('%', (left, right) => left % right)],
  ['==', same],
  ['===', same],
  ['!=', (left, right) => !same(left, right)],
  ['!==', (left, right) => !same(left, right)],
  ['<', compare('<', (difference) => difference < 0)],
  ['<=', compare('<=', (difference) => difference <= 0)],
  ['>', compare('>', (difference) => difference > 0)],
  ['>=', compare('>=', (difference) => difference >= 0)],
]);

/** Unary operators. */
export const unaryOperators: ReadonlyMap<string, (value: unknown) => unknown> = new Map<string, (value: unknown) => unknown>([
  ['-', (value) => binaryOperators.get('-')?.(0, value)],
  ['+', (value) => binaryOperators.get('-')?.(value, 0)],
  ['!', (value) => !value],
]);

function join(left: unknown, right: unknown): string | null {
  if (isNull(left) || isNull(right)) return null;
  return `${asText(left)}${asText(right)}`;
}

function isNull(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

function mismatch(operation: string, left: unknown, right: unknown): Error {
  return new Error(
    `'${operation}' is not defined for ${describe(left)} and ${describe(right)}; cast one of them with number(), text() or a cast operation`,
  );
}
