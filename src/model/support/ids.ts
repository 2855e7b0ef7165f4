import { ValidationError } from '../errors/index.js';
import { inJson } from '../state/describe.js';

/** Whether a value is an id: not null, undefined or the empty string. */
export function isId(id: unknown): boolean {
  return id !== null && id !== undefined && id !== '';
}

/**
 * Encodes an id as one path segment: everything but `A-Z a-z 0-9 - _ . ~` (RFC 3986 §2.3) is percent-encoded as UTF-8.
 * The empty string stays empty.
 *
 * @throws ValidationError as `pathSegment` does, except for the empty string.
 */
export function encodeResourceId(id: unknown): string {
  return id === '' ? '' : pathSegment(id);
}

function encode(id: unknown): string {
  return encodeURIComponent(String(id)).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/**
 * Checks and encodes an id as one path segment.
 *
 * @param what The subject of the error message.
 * @throws ValidationError for what is neither a string nor a finite number or bigint, for an empty id, `.` and `..` (URL parsers resolve both even when
 *   encoded, see the WHATWG URL Standard), control characters, and lone surrogates.
 */
export function pathSegment(id: unknown, what = 'An id'): string {
  const problem = problemWith(id);
  if (problem) {
    throw new ValidationError(`${what} cannot be used in a path: ${problem} (got ${inJson(id)}).`, {
      details: [{ field: 'id', message: problem }],
    });
  }
  return encode(id);
}

function problemWith(id: unknown): string | undefined {
  if (typeof id === 'number' ? !Number.isFinite(id) : typeof id !== 'string' && typeof id !== 'bigint')
    return 'it must be a string or a number';
  const text = String(id);
  if (text.trim() === '') return 'it is empty';
  if (text === '.' || text === '..') return 'it would lead to another path';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are the characters to find
  if (/[\u0000-\u001f\u007f]/.test(text)) return 'it contains a control character';
  if (/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text))
    return 'it contains half of a character (a lone surrogate)';
  return undefined;
}
