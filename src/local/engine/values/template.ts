import { compileExpression } from '../expression/compile.js';
import { listed, messageOf } from './kinds.js';

/** A compiled template. */
export interface Template {
  /** Literal texts and placeholders, in order. */
  readonly parts: readonly (string | Placeholder)[];
}

/** Evaluates one placeholder. @throws Error for an unknown variable or member. */
export type Placeholder = (variables: Readonly<Record<string, unknown>>) => unknown;

/**
 * Compiles a template. `{{ name }}` is the variable of that name, which may have spaces; other expressions, such as `{{ city.name }}`,
 * `{{ list[0] }}` and `{{ upper(name) }}`, are evaluated. `{{ '{{' }}` writes two braces.
 * @throws Error for a placeholder whose expression is invalid, and for one that is not closed.
 */
export function compileTemplate(text: string): Template {
  const parts: (string | Placeholder)[] = [];
  let end = 0;
  for (let start = text.indexOf('{{'); start >= 0; start = text.indexOf('{{', end)) {
    // The braces next to the name are those of the placeholder; one before them is text, as in {"a":{{{ b }}}}.
    while (text.charAt(start + 2) === '{') start++;
    if (start > end) parts.push(text.slice(end, start));
    const close = closingBraces(text, start + 2);
    parts.push(compilePlaceholder(text.slice(start + 2, close).trim()));
    end = close + 2;
  }
  if (end < text.length) parts.push(text.slice(end));
  return { parts };
}

/** Where the placeholder ends; braces in quotes belong to it. */
function closingBraces(text: string, start: number): number {
  const plain = text.indexOf('}}', start);
  if (plain >= 0 && !/['"]/.test(text.slice(start, plain))) return plain;
  let open = '';
  for (let index = start; index < text.length; index++) {
    const character = text.charAt(index);
    if (open !== '') {
      if (character === '\\') index++;
      else if (character === open) open = '';
    } else if (character === '"' || character === "'") open = character;
    else if (text.startsWith('}}', index)) return index;
  }
  // An apostrophe of a name, as in {{ Driver's age }}.
  if (plain >= 0) return plain;
  const place = text.slice(start - 2, start + 20);
  throw new Error(`the template has '${place}' without '}}'; write {{ '{{' }} for two braces that are text`);
}

function compilePlaceholder(source: string): Placeholder {
  const expression = compiled(source);
  return (variables) => {
    // The name of a port need not be an identifier, as in {{ first-name }}.
    if (Object.hasOwn(variables, source)) return variables[source];
    const missing = expression?.columns.find((name) => !Object.hasOwn(variables, name)) ?? (expression ? undefined : source);
    if (missing !== undefined)
      throw new Error(
        `the template has {{ ${source} }}, but there is no variable '${missing}'; the variables are ${listed(Object.keys(variables))}`,
      );
    try {
      return expression?.evaluate(variables);
    } catch (cause) {
      throw new Error(`the template has {{ ${source} }}, but ${messageOf(cause)}`, { cause });
    }
  };
}

/** Undefined for a name that is no expression, such as `First Name` or `Price (EUR)`. */
function compiled(source: string): ReturnType<typeof compileExpression> | undefined {
  try {
    return compileExpression(source, { requireMember: true });
  } catch (error) {
    if (isName(source)) return undefined;
    throw error;
  }
}

/** Words with the signs that titles of columns have between and around them, and brackets after a space. */
const title = /^[\p{L}\p{N}_#$€£¥%§&@](?:[\p{L}\p{N}\p{M}\s_#$€£¥%‰°²³§&@.,:;/'’?!–—-]|(?<=\s)\([^()]*\))*$/u;

function isName(source: string): boolean {
  return title.test(source) && !/[-,:;/&@.]$/.test(source);
}
