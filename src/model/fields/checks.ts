import { inJson } from '../state/describe.js';
import type { FieldCheck } from './metadata.js';

/** A check for a string of `min` to `max` characters, counted in code points as JSON Schema does. Default for `max`: no limit. */
export function textOf(min: number, max = Number.POSITIVE_INFINITY): FieldCheck {
  return (value) => {
    if (typeof value !== 'string') return `must be a string (got ${inJson(value)})`;
    const length = value.length > max ? [...value].length : value.length;
    if (length >= min && length <= max) return undefined;
    const wanted = max === Number.POSITIVE_INFINITY ? `at least ${min}` : min === 0 ? `at most ${max}` : `${min} to ${max}`;
    return `must have ${wanted} character${wanted.endsWith(' 1') ? '' : 's'} (it has ${length})`;
  };
}

/** A check for a whole number from `min` to `max`, both included. Default for `max`: no limit. */
export function wholeNumber(min: number, max = Number.POSITIVE_INFINITY): FieldCheck {
  return (value) => {
    if (Number.isInteger(value) && (value as number) >= min && (value as number) <= max) return undefined;
    return `must be a whole number from ${min}${max === Number.POSITIVE_INFINITY ? '' : ` to ${max}`} (got ${inJson(value)})`;
  };
}

/** A check for one of the given strings. */
export function oneOf(words: readonly string[]): FieldCheck {
  return (value) =>
    typeof value === 'string' && words.includes(value) ? undefined : `must be one of ${words.join(', ')} (got ${inJson(value)})`;
}
