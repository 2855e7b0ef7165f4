import { compileExpression } from '../expression/compile.js';
import { listed } from './kinds.js';

/** A compiled template. */
export interface Template {
  /** Literal texts and placeholders, in order. */
  readonly parts: readonly (string | Placeholder)[];
}

/** Evaluates one placeholder. @throws Error for an unknown variable. */
export type Placeholder = (variables: Readonly<Record<string, unknown>>) => unknown;

const placeholder = /\{\{([^{}]*)\}\}/g;

/**
 * Compiles a template. `{{ name }}` is the variable of that name; other expressions, such as `{{ city.name }}`, `{{ list[0] }}`
 * and `{{ upper(name) }}`, are evaluated.
 * @throws Error for a placeholder whose expression is invalid.
 */
export function compileTemplate(text: string): Template {
  const parts: (string | Placeholder)[] = [];
  let end = 0;
  for (const match of text.matchAll(placeholder)) {
    if (match.index > end) parts.push(text.slice(end, match.index));
    parts.push(compilePlaceholder((match[1] ?? '').trim()));
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push(text.slice(end));
  return { parts };
}

function compilePlaceholder(source: string): Placeholder {
  const expression = compileExpression(source);
  return (variables) => {
    // The name of a port need not be an identifier, as in {{ first-name }}.
    if (Object.hasOwn(variables, source)) return variables[source];
    const missing = expression.columns.find((name) => !Object.hasOwn(variables, name));
    if (missing !== undefined)
      throw new Error(
        `the template has {{ ${source} }}, but there is no variable '${missing}'; the variables are ${listed(Object.keys(variables))}`,
      );
    return expression.evaluate(variables);
  };
}
