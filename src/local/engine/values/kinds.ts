import { listed, quote } from '../../../moderately/tables/words.js';
import { FileReference } from './file.js';
import { Table } from './table.js';

export { listed, quote };

/** A description of a value for messages, such as `rows`, `the file 'a.txt'`, `a list of 3`, `nothing`. */
export function describe(value: unknown): string {
  if (value instanceof Table) return 'rows';
  if (value instanceof FileReference) return `the file '${value.name}'`;
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'string') return `the text ${quote(value)}`;
  return typeof value === 'object' ? 'an object' : `the ${typeof value} ${String(value)}`;
}

/** A value as JSON text. @throws Error for a number that JSON does not have, rather than writing null. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => {
    if (typeof member === 'number' && !Number.isFinite(member)) throw new Error(`the number ${member} cannot be written as JSON`);
    return member;
  });
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return isObject(value) && typeof (value as Partial<AsyncIterable<unknown>>)[Symbol.asyncIterator] === 'function';
}

/** The message of a caught value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
