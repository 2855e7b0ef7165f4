import { STATUS_CODES } from 'node:http';
import { APIError, type FieldProblem } from '../../model/errors/index.js';
import type { ErrorDecoder } from '../../model/ports/transport.js';
import { runCallback } from '../calls/call-events.js';
import type { Redactor } from '../redactor.js';

/** An error answer, as far as it was read. */
export interface ErrorResponse {
  status: number;
  statusText: string;
  headers: Readonly<Record<string, string>>;
  text: string;
}

/** What the answer belongs to, for the message. */
export interface ErrorContext {
  method: string;
  /** Without secrets. */
  url: string;
  attempt: string | undefined;
  decode: ErrorDecoder | undefined;
  redactor: Redactor;
  /** Milliseconds from `Retry-After`. */
  retryAfter: number | undefined;
  outcome: 'unknown' | undefined;
  retryable: boolean;
}

type Json = Readonly<Record<string, unknown>>;

const SNIPPET_LENGTH = 300;

const adviceByStatus: Readonly<Record<number, string>> = {
  401: 'Check that the key is right and has not expired.',
  403: 'The key is valid but is not allowed to do this.',
  429: "Slow down, for example with the connection's `limits`.",
};

/** The error for an answer of status 300 and above, secrets redacted. */
export function apiError(response: ErrorResponse, context: ErrorContext): APIError {
  const { status } = response;
  const { redactor } = context;
  const body = redactor.value(parse(response.text));
  const found = decodeErrorBody(status, body);
  const own = runDecoder(context.decode, status, body);
  const said = redactor.text(own.message ?? found.message ?? (response.statusText || STATUS_CODES[status] || 'no explanation'));
  const code = own.code ?? found.code;
  const details = own.details ?? found.details;
  const requestId = found.requestId ?? requestIdOf(response.headers, redactor);
  const fields = fieldProblems(details);
  const lines = fields.filter(({ field, message }) => !said.includes(message) || !said.includes(field));
  const message = [
    `${context.attempt ?? `${context.method} ${context.url}`} failed: HTTP ${status}${code ? ` ${code}` : ''}, ${said}`,
    ...lines.map(({ field, message }) => `  ${field}: ${message}`),
    ...(context.outcome ? ['It may have been carried out all the same: look before you repeat it.'] : []),
    ...(adviceByStatus[status] ? [adviceByStatus[status]] : []),
    ...(requestId ? [`(request id ${requestId})`] : []),
  ].join('\n');
  return APIError.from(message, {
    status,
    code,
    details: status === 400 || status === 422 ? fields : details,
    requestId,
    headers: redactor.headers(response.headers),
    body,
    method: context.method,
    url: context.url,
    retryable: own.retryable ?? context.retryable,
    outcome: context.outcome,
    retryAfter: context.retryAfter === undefined ? undefined : context.retryAfter / 1000,
  });
}

/** What a platform's own decoder reads. One that throws hides no error of the platform: it becomes a warning of the process. */
function runDecoder(decode: ErrorDecoder | undefined, status: number, body: unknown): NonNullable<ReturnType<ErrorDecoder>> {
  let read: ReturnType<ErrorDecoder>;
  runCallback(() => {
    read = decode?.(status, body);
  });
  const { message, code, ...rest } = read ?? {};
  return { ...rest, message: typeof message === 'string' ? message : undefined, code: codeOf(code) };
}

/** What can be read from an error body, whichever of the known shapes it has. */
function decodeErrorBody(status: number, body: unknown) {
  if (typeof body === 'string') return { message: textOf(body) };
  if (Array.isArray(body)) return { message: joinedMessages(body), details: status === 400 || status === 422 ? body : undefined };
  if (!isObject(body)) return {};
  const inner = isObject(body.error) ? body.error : body;
  const message = [inner.message, body.message, body.error, inner.detail, body.errorMessage, inner.title].map(messageOf).find(Boolean);
  return {
    message,
    code: codeOf(inner.code) ?? codeOf(body.code) ?? (inner === body && message !== messageOf(body.error) ? codeOf(body.error) : undefined),
    details: inner.details ?? body.details ?? inner.errors ?? (Array.isArray(inner.detail) ? inner.detail : undefined),
    requestId: codeOf(inner.requestId) ?? codeOf(inner.request_id) ?? codeOf(body.requestId) ?? codeOf(body.request_id),
  };
}

/** Details as a list of fields: from `[{ field, message }]` and its relatives, or from `{ field: 'message' | ['message'] }`. */
export function fieldProblems(details: unknown): FieldProblem[] {
  if (Array.isArray(details)) return details.flatMap((item) => fieldProblem(item) ?? []);
  if (!isObject(details)) return [];
  const listed = details.errors ?? details.fields;
  if (listed !== undefined) return fieldProblems(listed);
  return Object.entries(details).flatMap(([field, value]) => {
    const message = messageOf(value);
    return message ? [{ field, message }] : [];
  });
}

/** The parsed JSON, else the text; undefined for an empty body. */
function parse(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The platform's name for the request, under the usual header names. */
export function requestIdOf(headers: Readonly<Record<string, string>>, redactor: Redactor): string | undefined {
  const id = headers['x-request-id'] ?? headers['request-id'] ?? headers['x-amzn-requestid'] ?? headers['x-amz-request-id'];
  return id === undefined ? undefined : redactor.text(id);
}

function fieldProblem(item: unknown): FieldProblem | undefined {
  if (!isObject(item)) return undefined;
  const where = item.field ?? item.path ?? item.loc ?? item.param ?? item.property;
  const field = Array.isArray(where) ? where.join('.') : where;
  const message = messageOf(item.message ?? item.msg ?? item.error ?? item.reason);
  if (typeof field !== 'string' && typeof field !== 'number') return undefined;
  return { field: String(field), message: message ?? 'is not valid' };
}

/** A message in words: a text, or a list of texts. */
function messageOf(value: unknown): string | undefined {
  if (typeof value === 'string') return textOf(value);
  return Array.isArray(value) ? joinedMessages(value) : undefined;
}

function joinedMessages(items: readonly unknown[]): string | undefined {
  const texts = items.flatMap((item) => (isObject(item) ? (messageOf(item.message ?? item.msg) ?? []) : (messageOf(item) ?? [])));
  return texts.join('; ') || undefined;
}

function codeOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.trim() ? value : undefined;
}

/** The words of a text, of an HTML page, or of an error document of a file store, shortened. */
function textOf(text: string): string | undefined {
  const html = /<html|<!doctype html|<body|<\?xml|<error>/i.test(text);
  const title = html ? /<(?:title|message)[^>]*>([^<]+)/i.exec(text)?.[1] : undefined;
  const bare = (title ?? (html ? text.replace(/<(style|script)[\s\S]*?<\/\1>|<[^>]*>/gi, ' ') : text)).replace(/\s+/g, ' ').trim();
  return (bare.length > SNIPPET_LENGTH ? `${bare.slice(0, SNIPPET_LENGTH)}…` : bare) || undefined;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
