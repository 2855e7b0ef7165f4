import { parseIso } from '../engine/values/dates.js';
import type { FieldProblem } from './errors.js';
import { splitUrl } from './paths.js';

/** Values in one list, which a query compares a column with. */
const longestList = 1000;

/**
 * The query parameters of a request. A list may be comma-separated, repeat the key, or use `key[]`; white space around
 * members and empty members are dropped. Problems are collected, so that one response names all of them.
 */
export class Query {
  readonly #parameters: URLSearchParams;
  readonly problems: FieldProblem[] = [];

  constructor(url: string) {
    this.#parameters = new URLSearchParams(splitUrl(url).search);
  }

  /** A single value; undefined when absent or empty. */
  text(key: string): string | undefined {
    return this.#parameters.get(key) || undefined;
  }

  /** A list; undefined when absent or empty. */
  list(key: string): string[] | undefined {
    const values = [...this.#parameters.getAll(key), ...this.#parameters.getAll(`${key}[]`)]
      .flatMap((value) => value.split(','))
      .map((value) => value.trim())
      .filter((value) => value !== '');
    if (values.length > longestList) this.#reject(key, `has ${values.length} values, of which at most ${longestList} are allowed`);
    return values.length > 0 ? values.slice(0, longestList) : undefined;
  }

  /** A whole number of at least 1 and at most `max`; `fallback` when absent. */
  positive(key: string, fallback: number, max?: number): number;
  positive(key: string, fallback?: number, max?: number): number | undefined;
  positive(key: string, fallback?: number, max = Number.MAX_SAFE_INTEGER): number | undefined {
    const value = this.text(key);
    if (value === undefined) return fallback;
    const number = Number(value);
    if (/^\d+$/.test(value) && number >= 1 && number <= max) return number;
    const range = max === Number.MAX_SAFE_INTEGER ? 'of at least 1' : `from 1 to ${max}`;
    this.#reject(key, `must be a whole number ${range}, not '${value}'`);
    return fallback;
  }

  /** A list of whole numbers of at least 1; undefined when absent or empty. */
  positives(key: string): number[] | undefined {
    const values = this.list(key);
    const invalid = values?.find((value) => !/^[1-9]\d{0,14}$/.test(value));
    if (invalid !== undefined) this.#reject(key, `must be whole numbers of at least 1, not '${invalid}'`);
    return values?.map(Number);
  }

  boolean(key: string): boolean | undefined {
    const value = this.text(key);
    if (value === undefined) return undefined;
    if (value !== 'true' && value !== 'false') this.#reject(key, `must be true or false, not '${value}'`);
    return value === 'true';
  }

  /** A time, normalised to ISO 8601 in UTC with milliseconds. */
  time(key: string): string | undefined {
    const value = this.text(key);
    if (value === undefined) return undefined;
    const time = parseIso(value);
    if (time) return time.toISOString();
    this.#reject(key, `must be an ISO 8601 time, not '${value}'`);
    return undefined;
  }

  oneOf<Value extends string>(key: string, values: readonly Value[]): Value | undefined {
    const value = this.text(key);
    if (value === undefined) return undefined;
    if (!(values as readonly string[]).includes(value)) this.#reject(key, `must be one of ${values.join(', ')}, not '${value}'`);
    return value as Value;
  }

  #reject(field: string, message: string): void {
    this.problems.push({ field, message });
  }
}
