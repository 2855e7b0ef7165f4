import { ValidationError } from '../errors/index.js';

/** Whether an id is one at all: not null, undefined or the empty text. */
export function isId(id: unknown): boolean {
  return id !== null && id !== undefined && id !== '';
}

/**
 * One id as one path segment: everything but `A-Z a-z 0-9 - _ . ~` (RFC 3986 §2.3) is percent-encoded as UTF-8.
 * The empty text stays empty.
 *
 * @throws ValidationError for what no method takes as an id: what is neither a text nor a number, `.`, `..`, control characters and half
 *   characters.
 */
export function encodeResourceId(id: unknown): string {
  return id === '' ? '' : pathSegment(id);
}

function encode(id: unknown): string {
  return encodeURIComponent(String(id)).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/**
 * An id that may be put into a path, encoded.
 *
 * @throws ValidationError for an empty id, `.`, `..` (URL parsers resolve both even when encoded) and control characters.
 */
export function pathSegment(id: unknown, what = 'An id'): string {
  const problem = problemWith(id);
  if (problem) {
    throw new ValidationError(`${what} cannot be used in a path: ${problem} (got ${JSON.stringify(id) ?? String(id)}).`, {
      details: [{ field: 'id', message: problem }],
    });
  }
  return encode(id);
}

function problemWith(id: unknown): string | undefined {
  if (typeof id !== 'string' && typeof id !== 'number') return 'it must be a text or a number';
  const text = String(id);
  if (text.trim() === '') return 'it is empty';
  if (text === '.' || text === '..') return 'it would name another address';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(text)) return 'it has a control character';
  if (/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text))
    return 'it has half of a character (a lone surrogate)';
  return undefined;
}
