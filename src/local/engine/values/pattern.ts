import { RE2JS, RE2JSException } from 're2js';
import { messageOf, quote } from './kinds.js';

/** A match of a pattern in a text. */
export interface PatternMatch {
  text: string;
  /** Undefined for a group that did not take part. */
  groups: (string | undefined)[];
  namedGroups: Record<string, string | undefined>;
}

/** A compiled regular expression. */
export interface Pattern {
  /** Whether it matches anywhere in the text. */
  test(text: string): boolean;
  /** The matches in the text, from left to right, at most `limit`. */
  matches(text: string, limit?: number): PatternMatch[];
}

const compiled = new Map<string, Pattern>();
const capacity = 100;

/**
 * Compiles a regular expression from a configuration. RE2 runs it in time linear in the text, whatever the expression; it therefore has no
 * lookahead, lookbehind and backreferences (github.com/google/re2/wiki/Syntax). The spelling of JavaScript is understood.
 * @throws Error naming the pattern and what is wrong with it.
 */
export function compilePattern(source: string, { ignoreCase = false }: { ignoreCase?: boolean } = {}): Pattern {
  const key = `${ignoreCase ? 'i' : ''}/${source}`;
  const known = compiled.get(key);
  if (known) return known;
  const pattern = patternOf(source, ignoreCase);
  if (compiled.size >= capacity) compiled.clear();
  compiled.set(key, pattern);
  return pattern;
}

function patternOf(source: string, ignoreCase: boolean): Pattern {
  const expression = expressionOf(source, ignoreCase);
  const names = Object.entries(expression.namedGroups());
  return {
    test: (text) => expression.matcher(text).find(),
    matches: (text, limit = Number.POSITIVE_INFINITY) => {
      const matches: PatternMatch[] = [];
      const matcher = expression.matcher(text);
      while (matches.length < limit && matcher.find()) {
        const group = (index: number) => matcher.group(index) ?? undefined;
        matches.push({
          text: matcher.group() ?? '',
          groups: Array.from({ length: matcher.groupCount() }, (_unused, index) => group(index + 1)),
          namedGroups: Object.fromEntries(names.map(([name, index]) => [name, group(index)])),
        });
      }
      return matches;
    },
  };
}

function expressionOf(source: string, ignoreCase: boolean): RE2JS {
  try {
    return RE2JS.compile(RE2JS.translateRegExp(source), ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
  } catch (cause) {
    if (!(cause instanceof RE2JSException)) throw cause;
    const unsupported = /\(\?<?[=!]|\\[1-9]|\\k</.test(source) ? '; lookahead, lookbehind and backreferences are not supported' : '';
    throw new Error(`the pattern ${quote(source)} is not a regular expression (${messageOf(cause)})${unsupported}`, { cause });
  }
}
