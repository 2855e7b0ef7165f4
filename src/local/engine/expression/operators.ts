import { describe } from '../values/kinds.js';

type Binary = (left: unknown, right: unknown) => unknown;

/** The sort order: numbers, strings, booleans, other values by their JSON, then null. Never throws. */
export function order(left: unknown, right: unknown): number {
  const difference = rank(left) - rank(right);
  if (difference !== 0) return difference;
  if (typeof left === 'object' && left !== null) return order(JSON.stringify(left), JSON.stringify(right));
  const [a, b] = [left as number, right as number];
  return a < b ? -1 : a > b ? 1 : 0;
}

function rank(value: unknown): number {
  if (value === null || value === undefined) return 4;
  return ['number', 'string', 'boolean'].indexOf(typeof value) + 1 || 3.5;
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
    const result = compute(left, right);
    return Number.isFinite(result) ? result : null;
  };

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
  return `${left}${right}`;
}

function isNull(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

function mismatch(operation: string, left: unknown, right: unknown): Error {
  return new Error(
    `'${operation}' is not defined for ${describe(left)} and ${describe(right)}; cast one of them with number(), text() or a cast operation`,
  );
}
