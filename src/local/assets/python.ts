import type { JsonRecord } from '../store/record-kinds.js';

/** The type of an action's input, by the annotation of a parameter in Python. */
const types: Readonly<Record<string, string>> = {
  int: 'integer',
  float: 'number',
  bool: 'boolean',
  str: 'string',
  list: 'array',
  dict: 'object',
};

/** The characters of code, and of a list of parameters, that are read. */
const mostCode = 100_000;
const mostParameters = 5000;

/** The parts of a list, up to the bracket that closes it, that commas separate outside of further brackets, quotes and comments. */
function partsOf(list: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const [token] of list.matchAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|#.*|[\s\S]/g)) {
    if (token.startsWith('#')) continue;
    if ('([{'.includes(token)) depth++;
    else if (')]}'.includes(token) && depth-- === 0) break;
    if (token === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += token;
  }
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

function inputOf(parameter: string): JsonRecord[] {
  const [, name, annotation, given] = /^(\w+)\s*(?::([^=]*))?(?:=([\s\S]*))?$/.exec(parameter) ?? [];
  if (name === undefined) return [];
  const datatype = types[annotation?.trim().match(/^\w+/)?.[0] ?? ''] ?? 'string';
  return [{ name, code: name, datatype, required: given === undefined, defaultValue: given === undefined ? [] : literal(given) }];
}

/** The value of a literal, in a list; none for any other expression. */
function literal(text: string): unknown[] {
  const plain = { True: true, False: false }[text.trim()];
  if (plain !== undefined) return [plain];
  try {
    return [JSON.parse(text.trim().replace(/^'([^'"\\]*)'$/, '"$1"'))].filter((value) => value !== null);
  } catch {
    return [];
  }
}

/**
 * The action of a tool that is made from the code of a Python function: the function `function_name`, or else the first one, with its
 * parameters as inputs. The code is read, not run. Undefined when a connection has neither.
 */
export function actionOfCode({ code, function_name: wish }: JsonRecord): JsonRecord | undefined {
  const text = typeof code === 'string' ? code.slice(0, mostCode) : '';
  const wanted = typeof wish === 'string' && wish !== '' ? wish : undefined;
  const heads = [...text.matchAll(/^(?:async\s+)?def\s+(\w+)\s*\(/gm)];
  const head = wanted === undefined ? heads[0] : heads.find(([, name]) => name === wanted);
  if (!head) return wanted === undefined ? undefined : { name: wanted };
  const start = head.index + head[0].length;
  return { name: head[1], inputs: partsOf(text.slice(start, start + mostParameters)).flatMap(inputOf) };
}
