import { inJson } from '../state/describe.js';

/** What is wrong with a value, as words that follow the field's name; undefined when nothing is. It is never asked about null. */
export type FieldCheck = (value: unknown) => string | undefined;

/** A text of `min` to `max` characters (code points, as JSON Schema counts them). */
export function textOf(min: number, max = Number.POSITIVE_INFINITY): FieldCheck {
  return (value) => {
    if (typeof value !== 'string') return `must be a text (got ${inJson(value)})`;
    const length = value.length > max ? [...value].length : value.length;
    if (length >= min && length <= max) return undefined;
    const wanted = max === Number.POSITIVE_INFINITY ? `at least ${min}` : min === 0 ? `at most ${max}` : `${min} to ${max}`;
    return `must have ${wanted} character${wanted.endsWith(' 1') ? '' : 's'} (it has ${length})`;
  };
}

/** A whole number from `min` to `max`. */
export function wholeNumber(min: number, max = Number.POSITIVE_INFINITY): FieldCheck {
  return (value) => {
    if (Number.isInteger(value) && (value as number) >= min && (value as number) <= max) return undefined;
    return `must be a whole number from ${min}${max === Number.POSITIVE_INFINITY ? '' : ` to ${max}`} (got ${inJson(value)})`;
  };
}

/** One of some words. */
export function oneOf(words: readonly string[]): FieldCheck {
  return (value) =>
    typeof value === 'string' && words.includes(value) ? undefined : `must be one of ${words.join(', ')} (got ${inJson(value)})`;
}

/** What is wrong with a field's value, by what the field declares. */
export function problemWith(field: { nullable: boolean; check: FieldCheck | undefined }, value: unknown): string | undefined {
  if (value === null) return field.nullable ? undefined : 'must not be null';
  return value === undefined ? undefined : field.check?.(value);
}
