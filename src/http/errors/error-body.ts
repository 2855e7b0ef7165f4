import type { FieldProblem } from '../../model/errors/index.js';
import { asText } from '../../model/state/describe.js';
import { hasMembers } from '../../model/support/has-members.js';
import { isNestedDeeper } from '../calls/json-text.js';
import { htmlText } from './html-text.js';

/** The most characters of one message that are kept, and of a list of messages. */
const SNIPPET_LENGTH = 300;
const MESSAGE_LENGTH = 1000;

/** What tells an HTML page, or a file store's XML error document, from other text. */
const MARKUP = /<html|<!doctype html|<body|<\?xml|<error>/i;

/** The parsed JSON, or the text when it is not JSON or has more levels than allowed; undefined for an empty body. */
export function parseErrorBody(text: string, nesting: number): unknown {
  if (text.trim() === '') return undefined;
  if (isNestedDeeper(text, nesting)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Reads message, code, details and request id from an error body of any of the known shapes. */
export function decodeErrorBody(status: number, body: unknown) {
  if (typeof body === 'string') return { message: textOf(body) };
  if (Array.isArray(body)) return { message: joinedMessages(body), details: status === 400 || status === 422 ? body : undefined };
  if (!hasMembers(body)) return {};
  const inner = hasMembers(body.error) ? body.error : body;
  const message = [inner.message, body.message, body.error, inner.detail, body.errorMessage, inner.title].map(messageOf).find(Boolean);
  return {
    message,
    code: codeOf(inner.code) ?? codeOf(body.code) ?? (inner === body && message !== messageOf(body.error) ? codeOf(body.error) : undefined),
    details: inner.details ?? body.details ?? inner.errors ?? (Array.isArray(inner.detail) ? inner.detail : undefined),
    requestId: codeOf(inner.requestId) ?? codeOf(inner.request_id) ?? codeOf(body.requestId) ?? codeOf(body.request_id),
  };
}

/** Converts details to a list of fields: from `[{ field, message }]` and similar lists, or from `{ field: 'message' | ['message'] }`. */
export function fieldProblems(details: unknown): FieldProblem[] {
  if (Array.isArray(details)) return details.map(fieldProblem).filter((problem) => problem !== undefined);
  if (!hasMembers(details)) return [];
  const listed = details.errors ?? details.fields;
  if (listed !== undefined) return fieldProblems(listed);
  return Object.entries(details).flatMap(([field, value]) => {
    const message = messageOf(value);
    return message ? [{ field, message }] : [];
  });
}

function fieldProblem(item: unknown): FieldProblem | undefined {
  if (!hasMembers(item)) return undefined;
  const where = item.field ?? item.path ?? item.loc ?? item.param ?? item.property;
  const field = Array.isArray(where) ? where.map((key) => asText(key)).join('.') : where;
  const message = messageOf(item.message ?? item.msg ?? item.error ?? item.reason);
  if (typeof field !== 'string' && typeof field !== 'number') return undefined;
  return { field: String(field), message: message ?? 'is not valid' };
}

/** The message in a value: a string, or a list of strings joined with semicolons. */
function messageOf(value: unknown): string | undefined {
  if (typeof value === 'string') return textOf(value);
  return Array.isArray(value) ? joinedMessages(value) : undefined;
}

/** The messages of a list, joined until they are long enough. */
function joinedMessages(items: readonly unknown[]): string | undefined {
  let joined = '';
  for (const item of items) {
    const text = hasMembers(item) ? messageOf(item.message ?? item.msg) : messageOf(item);
    if (text !== undefined) joined += joined ? `; ${text}` : text;
    if (joined.length > MESSAGE_LENGTH) return `${joined.slice(0, MESSAGE_LENGTH)}…`;
  }
  return joined || undefined;
}

/** A code or an id: a non-blank string, or a number as a string. */
export function codeOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.trim() ? value : undefined;
}

/** The text of a string, of an HTML page or of a file store's XML error document, shortened. */
function textOf(text: string): string | undefined {
  const enough = 10 * SNIPPET_LENGTH;
  const readable = MARKUP.test(text) ? htmlText(text, enough) : text;
  // The end is cut off first: collapsing the blanks of a long text takes longer than reading it.
  const bare = readable.trim().slice(0, enough).trim().replace(/\s+/g, ' ');
  return (bare.length > SNIPPET_LENGTH ? `${bare.slice(0, SNIPPET_LENGTH)}…` : bare) || undefined;
}
