import { compileExpression } from '../expression/compile.js';
import { listed } from './kinds.js';

/** A text with places to fill. */
export interface Template {
  /** Texts and what goes between them. */
  readonly parts: readonly (string | Placeholder)[];
}

/** Gives the value of one place. @throws Error for a variable there is not. */
export type Placeholder = (variables: Readonly<Record<string, unknown>>) => unknown;

const place = /\{\{([^{}]*)\}\}/g;

/**
 * Reads a template: `{{ name }}` is the variable of that name; `{{ city.name }}`, `{{ list[0] }}`, `{{ upper(name) }}` and all else
 * that an expression can say work as well.
 * @throws Error for a place whose expression cannot be read.
 */
export function compileTemplate(text: string): Template {
  const parts: (string | Placeholder)[] = [];
  let end = 0;
  for (const match of text.matchAll(place)) {
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
    // A port's name need not be a word, as in {{ first-name }}.
    if (Object.hasOwn(variables, source)) return variables[source];
    const missing = expression.columns.find((name) => !Object.hasOwn(variables, name));
    if (missing !== undefined)
      throw new Error(
        `the template has {{ ${source} }}, but there is no '${missing}'; the variables are ${listed(Object.keys(variables))}`,
      );
    return expression.evaluate(variables);
  };
}
