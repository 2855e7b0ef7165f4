import jsep from 'jsep';
import type { Row } from '../types.js';
import { describe, isObject, listed, messageOf, quote } from '../values/kinds.js';
import { compilePattern } from '../values/pattern.js';
import { functions } from './functions.js';
import { binaryOperators, unaryOperators } from './operators.js';

export interface ExpressionOptions {
  /** Whether `a.b` is an error, rather than null, when it is the whole expression and there is no such member. Default: false. */
  requireMember?: boolean | undefined;
}

/** A compiled expression. */
export interface Expression {
  /** The names of the columns that it reads. */
  readonly columns: readonly string[];
  evaluate(row: Row): unknown;
}

type Evaluate = (row: Row) => unknown;

/**
 * Compiles an expression over the columns of a row, for example `count > 100 && city != null` or `round(price * 1.19, 2)`.
 *
 * An identifier is a column; `column('odd name')` reads one whose name is not an identifier. Supported are numbers, strings,
 * `true`, `false`, `null`, lists, `.member` and `[index]`, the operators `+ - * / % == != < <= > >= && || ! ??` and
 * `a ? b : c`, and the functions of `functions.ts`. Nothing else is reachable: the syntax tree is interpreted, not run as code.
 *
 * Arithmetic with null gives null, as does an operation without a result, such as a division by zero; a comparison with null is
 * false, except `== null` and `!= null`. A result that is too large for a number is an error.
 * @throws Error describing the problem with the expression.
 */
export function compileExpression(text: string, options: ExpressionOptions = {}): Expression {
  const columns = new Set<string>();
  try {
    const tree = jsep(text) as jsep.CoreExpression;
    const evaluate =
      tree.type === 'MemberExpression' && options.requireMember ? compileMember(tree, columns, true) : compile(tree, columns);
    return { evaluate, columns: [...columns] };
  } catch (cause) {
    const reason = cause instanceof RangeError ? 'it is nested too deeply' : messageOf(cause);
    throw new Error(`the expression ${quote(text)} is invalid: ${reason}`, { cause });
  }
}

function compile(node: jsep.CoreExpression, columns: Set<string>): Evaluate {
  const inner = (child: jsep.Expression) => compile(child as jsep.CoreExpression, columns);
  switch (node.type) {
    case 'Literal':
      checkNumber(node);
      return () => node.value;
    case 'Identifier':
      return readColumn(node.name, columns);
    case 'ArrayExpression': {
      const items = node.elements.map((element) => (element ? inner(element) : () => null));
      return (row) => items.map((item) => item(row));
    }
    case 'UnaryExpression': {
      const operate = unaryOperators.get(node.operator);
      if (!operate) throw new Error(`there is no operator '${node.operator}'; use ${listed(unaryOperators.keys())}`);
      const argument = inner(node.argument);
      return (row) => operate(argument(row));
    }
    case 'BinaryExpression':
      return compileBinary(node.operator, inner(node.left), inner(node.right));
    case 'ConditionalExpression': {
      const [test, yes, no] = [inner(node.test), inner(node.consequent), inner(node.alternate)];
      return (row) => (test(row) ? yes(row) : no(row));
    }
    case 'MemberExpression':
      return compileMember(node, columns, false);
    case 'CallExpression':
      return compileCall(node, columns, inner);
    case 'Compound':
      throw new Error(node.body.length === 0 ? 'it is empty' : 'it is more than one expression');
    default:
      throw new Error(`${node.type} is not supported`);
  }
}

function compileBinary(operator: string, left: Evaluate, right: Evaluate): Evaluate {
  if (operator === '&&') return (row) => left(row) && right(row);
  if (operator === '||') return (row) => left(row) || right(row);
  if (operator === '??') return (row) => left(row) ?? right(row);
  const operate = binaryOperators.get(operator);
  if (!operate) throw new Error(`there is no operator '${operator}'; use ${listed([...binaryOperators.keys(), '&&', '||', '??'])}`);
  return (row) => operate(left(row), right(row));
}

function compileMember(node: jsep.MemberExpression, columns: Set<string>, isRequired: boolean): Evaluate {
  const child = node.object as jsep.CoreExpression;
  const object = isRequired && child.type === 'MemberExpression' ? compileMember(child, columns, true) : compile(child, columns);
  const property = node.computed ? compile(node.property as jsep.CoreExpression, columns) : () => (node.property as jsep.Identifier).name;
  if (!isRequired) return (row) => member(object(row), property(row)) ?? null;
  return (row) => {
    const [owner, key] = [object(row), property(row)];
    const found = member(owner, key);
    if (found === undefined) throw new Error(`there is no member ${quote(key)} in ${describe(owner)}`);
    return found;
  };
}

/** @throws Error for a number in the expression that JavaScript would round. */
function checkNumber({ value, raw }: jsep.Literal): void {
  if (typeof value !== 'number') return;
  if (!Number.isFinite(value)) throw new Error(`the number ${raw} is too large`);
  if (/^\d+$/.test(raw) && !Number.isSafeInteger(value))
    throw new Error(`the number ${raw} has too many digits; write it as text in quotes`);
}

function compileCall(node: jsep.CallExpression, columns: Set<string>, inner: (child: jsep.Expression) => Evaluate): Evaluate {
  const name = node.callee.type === 'Identifier' ? (node.callee as jsep.Identifier).name : undefined;
  if (name === 'column') {
    const [argument] = node.arguments as jsep.CoreExpression[];
    if (argument?.type !== 'Literal' || typeof argument.value !== 'string')
      throw new Error("column() takes one name in quotes, such as column('unit price')");
    return readColumn(argument.value, columns);
  }
  const call = name === undefined ? undefined : functions.get(name);
  if (!call) throw new Error(`there is no function '${name ?? '?'}'; use ${listed([...functions.keys(), 'column'])}`);
  const values = node.arguments.map(inner);
  const [, pattern] = node.arguments as jsep.CoreExpression[];
  if (name === 'matches' && pattern?.type === 'Literal') compilePattern(String(pattern.value));
  return (row) => call(...values.map((value) => value(row)));
}

function readColumn(name: string, columns: Set<string>): Evaluate {
  columns.add(name);
  return (row) => (Object.hasOwn(row, name) ? (row[name] ?? null) : null);
}

/** An own member of an object or list, so that prototypes are unreachable; null of null, undefined when there is none. */
function member(object: unknown, property: unknown): unknown {
  if (object === null || object === undefined) return null;
  if (Array.isArray(object) && property === 'length') return object.length;
  const key = String(property);
  if (!(isObject(object) || Array.isArray(object)) || !Object.hasOwn(object, key)) return undefined;
  return (object as Record<string, unknown>)[key] ?? null;
}
