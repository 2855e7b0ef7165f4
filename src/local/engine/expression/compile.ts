import jsep from 'jsep';
import type { Row } from '../types.js';
import { isObject, listed, messageOf, quote } from '../values/kinds.js';
import { functions } from './functions.js';
import { binaryOperators, unaryOperators } from './operators.js';

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
 * Arithmetic with null gives null, as does a division by zero; a comparison with null is false, except `== null` and `!= null`.
 * @throws Error describing the problem with the expression.
 */
export function compileExpression(text: string): Expression {
  const columns = new Set<string>();
  try {
    return { evaluate: compile(jsep(text) as jsep.CoreExpression, columns), columns: [...columns] };
  } catch (cause) {
    throw new Error(`the expression ${quote(text)} is invalid: ${messageOf(cause)}`, { cause });
  }
}

function compile(node: jsep.CoreExpression, columns: Set<string>): Evaluate {
  const inner = (child: jsep.Expression) => compile(child as jsep.CoreExpression, columns);
  switch (node.type) {
    case 'Literal':
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
    case 'MemberExpression': {
      const object = inner(node.object);
      const property = node.computed ? inner(node.property) : () => (node.property as jsep.Identifier).name;
      return (row) => member(object(row), property(row));
    }
    case 'CallExpression':
      return compileCall(node, columns, inner);
    case 'Compound':
      throw new Error(node.body.length === 0 ? 'it is empty' : 'it is more than one expression');
    default:
      throw new Error(`${node.type} is not supported`);
  }
}

function compileBinary(operator: string, left: Evaluate, right: Evaluate): Evaluate {
  if (operator === '&&') return (row) => (left(row) ? right(row) : left(row));
  if (operator === '||') return (row) => left(row) || right(row);
  if (operator === '??') return (row) => left(row) ?? right(row);
  const operate = binaryOperators.get(operator);
  if (!operate) throw new Error(`there is no operator '${operator}'; use ${listed([...binaryOperators.keys(), '&&', '||', '??'])}`);
  return (row) => operate(left(row), right(row));
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
  return (row) => call(...values.map((value) => value(row)));
}

function readColumn(name: string, columns: Set<string>): Evaluate {
  columns.add(name);
  return (row) => (Object.hasOwn(row, name) ? (row[name] ?? null) : null);
}

/** An own member of an object or list, so that prototypes are unreachable. */
function member(object: unknown, property: unknown): unknown {
  if (object === null || object === undefined) return null;
  if (Array.isArray(object) && property === 'length') return object.length;
  const key = String(property);
  if (!(isObject(object) || Array.isArray(object)) || !Object.hasOwn(object, key)) return null;
  return (object as Record<string, unknown>)[key] ?? null;
}
