import { z } from 'zod';
import { compileOperation, type OperationFactory, operation } from '../operation.js';
import type { ColumnOperation } from '../types.js';
import { type Cast, type CastOptions, castColumn, mapCast } from '../values/cast.js';
import { patternOf } from '../values/dates.js';
import { isObject, quote } from '../values/kinds.js';
import { compilePattern, type PatternMatch } from '../values/pattern.js';

/** Strips `chars` (white space by default) from `both` sides (the default), the `left` or the `right`. Only text is changed. */
const stripWhitespace = operation(
  z.looseObject({ chars: z.string().nullish(), sides: z.enum(['both', 'left', 'right']).nullish() }),
  ({ chars, sides }): Cast => {
    const set = chars ? new Set(chars) : undefined;
    const isStripped = (character: string) => (set ? set.has(character) : character.trim() === '');
    return (value) => (typeof value === 'string' ? strip(value, isStripped, sides !== 'right', sides !== 'left') : value);
  },
);

/**
 * Converts the value to a `string` (the default), `integer`, `float`, `datetime` or `boolean`. `handle_floats` (false by default)
 * truncates 3.7 to the integer 3; `coerce_errors` (false by default) makes values that cannot be converted null; `date_format`
 * takes strptime directives.
 */
const convertDtype = (defaults: CastOptions) =>
  operation(
    z.looseObject({
      target_type: z.enum(['string', 'integer', 'float', 'datetime', 'boolean']).default('string'),
      handle_floats: z.boolean().nullish(),
      coerce_errors: z.boolean().nullish(),
      date_format: z.string().nullish(),
    }),
    ({ target_type, handle_floats, coerce_errors, date_format }): Cast => {
      if (date_format) patternOf(date_format);
      const cast = castColumn(target_type, { ...defaults, handleFloats: handle_floats ?? false, dateFormat: date_format });
      return coerce_errors ? orNull(cast) : cast;
    },
  );

/** Rejects a number below `min_value` or above `max_value`. The bounds are allowed unless `inclusive` is false. Null is allowed. */
const validateRange = (defaults: CastOptions) =>
  operation(
    z.looseObject({ min_value: z.number().nullish(), max_value: z.number().nullish(), inclusive: z.boolean().nullish() }),
    ({ min_value, max_value, inclusive }): Cast => {
      const [least, most] = [min_value ?? Number.NEGATIVE_INFINITY, max_value ?? Number.POSITIVE_INFINITY];
      const fits = inclusive === false ? (n: number) => n > least && n < most : (n: number) => n >= least && n <= most;
      const toNumber = castColumn('float', defaults);
      return (value) => {
        const number = toNumber(value);
        if (number === null || fits(number as number)) return value;
        throw new Error(`${quote(value)} is outside the range ${least} to ${most}${inclusive === false ? ', bounds excluded' : ''}`);
      };
    },
  );

/**
 * Extracts the match of the first of `patterns` (regular expressions, tried in order) that matches the text; null when none
 * does. `extract_type` selects the whole match (`matches`, the default), the list of its `groups`, or its `named_groups` as an
 * object. `return_matches` (false by default) gives the list of all matches; `clean_trailing` lists characters to strip from the
 * end of each text; `case_sensitive` is true by default.
 */
const extractPattern = operation(
  z.looseObject({
    patterns: z.array(z.string()).min(1),
    case_sensitive: z.boolean().nullish(),
    return_matches: z.boolean().nullish(),
    clean_trailing: z.string().nullish(),
    extract_type: z.enum(['matches', 'groups', 'named_groups']).nullish(),
  }),
  ({ patterns, case_sensitive, return_matches, clean_trailing, extract_type }): Cast => {
    const compiled = patterns.map((pattern) => compilePattern(pattern, { ignoreCase: case_sensitive === false }));
    const trailing = new Set(clean_trailing ?? '');
    const clean = (text: string | undefined) => strip(text ?? '', (character) => trailing.has(character), false, true);
    const take = (match: PatternMatch): unknown => {
      if (extract_type === 'groups') return match.groups.map(clean);
      if (extract_type === 'named_groups') {
        return Object.fromEntries(Object.entries(match.namedGroups).map(([name, text]) => [name, clean(text)]));
      }
      return clean(match.text);
    };
    return (value) => {
      if (value === null || value === undefined) return null;
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      for (const pattern of compiled) {
        const matches = pattern.matches(text, return_matches ? undefined : 1);
        if (matches[0]) return return_matches ? matches.map(take) : take(matches[0]);
      }
      return null;
    };
  },
);

const factories = (defaults: CastOptions): ReadonlyMap<string, OperationFactory<Cast>> =>
  new Map([
    ['strip_whitespace', stripWhitespace],
    ['convert_dtype', convertDtype(defaults)],
    ['validate_range', validateRange(defaults)],
    ['extract_pattern', extractPattern],
  ]);

/** The types of column operations. */
export const columnOperationTypes: readonly string[] = [...factories({}).keys()];

/**
 * Compiles a column operation of a dataset schema or of a transform block. Its parameters are keys of it or, as on the wire, of its
 * `parameters`; other keys are ignored. `defaults` say how numbers and dates are written in the file.
 * @throws Error naming an unknown type or an invalid parameter. The compiled operation throws for a value that it rejects.
 */
export function compileColumnOperation(
  given: ColumnOperation,
  { dateOrder, decimalSeparator }: Pick<CastOptions, 'dateOrder' | 'decimalSeparator'> = {},
): Cast {
  const { parameters, ...rest } = given;
  return compileOperation(factories({ dateOrder, decimalSeparator }), isObject(parameters) ? { ...parameters, ...rest } : given);
}

function strip(text: string, isStripped: (character: string) => boolean, left: boolean, right: boolean): string {
  let [start, end] = [0, text.length];
  while (left && start < end && isStripped(text.charAt(start))) start++;
  while (right && end > start && isStripped(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

function orNull(cast: Cast): Cast {
  return mapCast(cast, (inner) => (value) => {
    try {
      return inner(value);
    } catch {
      return null;
    }
  });
}
