import { APIError, type FieldProblem } from '../../model/errors/index.js';
import type { ErrorDecoder } from '../../model/ports/transport.js';
import { runCallback } from '../calls/run-callback.js';
import type { Redactor } from '../redactor.js';
import { codeOf, decodeErrorBody, fieldProblems, parseErrorBody } from './error-body.js';
import { reasonPhrases } from './reason-phrases.js';
import { unknownOutcomeWarning } from './unknown-outcome.js';

/** A response with a status of 300 or above. */
export interface ErrorResponse {
  status: number;
  statusText: string;
  headers: Readonly<Record<string, string>>;
  text: string;
  /** Whether `text` is the whole body. */
  complete: boolean;
}

/** The call that the response belongs to. */
export interface ErrorContext {
  method: string;
  /** Secrets are redacted. */
  url: string;
  /** What was attempted, for the message: 'save Dataset ds_1'. */
  attempt: string | undefined;
  decode: ErrorDecoder | undefined;
  redactor: Redactor;
  /** Milliseconds from `Retry-After`. */
  retryAfter: number | undefined;
  outcome: 'unknown' | undefined;
  retryable: boolean;
  /** The most levels of a JSON body; a body with more is kept as text. */
  nesting: number;
}

/** The most characters of an explanation in a message. */
const EXPLANATION_LENGTH = 2000;

/** The most fields that a message lists. */
const MAX_FIELD_LINES = 50;

const adviceByStatus: Readonly<Record<number, string>> = {
  401: 'Check that the key is right and has not expired.',
  403: 'The key is valid but is not allowed to do this.',
  429: "Slow down, for example with the connection's `limits`.",
};

/** Converts a response to the APIError of its status, such as ConflictError for 409. Secrets are redacted. */
export function apiError(response: ErrorResponse, context: ErrorContext): APIError {
  const { status } = response;
  const { redactor } = context;
  const parsed = parseErrorBody(response.text, context.nesting);
  const body = typeof parsed === 'string' && !response.complete ? redactor.cutText(parsed) : redactor.value(parsed);
  const decoded = decodeErrorBody(status, body);
  const own = runDecoder(context.decode, status, body);
  const said = own.message ?? decoded.message ?? (response.statusText || reasonPhrases[status] || 'no explanation');
  const explanation = shorten(redactor.text(said));
  const code = own.code ?? decoded.code;
  const details = own.details ?? decoded.details;
  const requestId = decoded.requestId ?? requestIdOf(response.headers, redactor);
  const fields = fieldProblems(details);
  const message = [
    `${context.attempt ?? `${context.method} ${context.url}`} failed: HTTP ${status}${code ? ` ${code}` : ''}, ${explanation}`,
    ...fieldLines(fields, explanation),
    ...(context.outcome ? [unknownOutcomeWarning] : []),
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

/** The fields that the explanation does not name, one a line. */
function fieldLines(fields: readonly FieldProblem[], explanation: string): string[] {
  const lines = fields
    .slice(0, MAX_FIELD_LINES)
    .filter(({ field, message }) => !explanation.includes(message) || !explanation.includes(field))
    .map(({ field, message }) => `  ${shorten(field)}: ${message}`);
  if (fields.length > MAX_FIELD_LINES) lines.push(`  and ${fields.length - MAX_FIELD_LINES} more fields, see \`details\``);
  return lines;
}

function shorten(text: string): string {
  return text.length > EXPLANATION_LENGTH ? `${text.slice(0, EXPLANATION_LENGTH)}…` : text;
}

/** Runs a platform's own decoder. An error in the decoder becomes a process warning, so that it does not hide the platform's error. */
function runDecoder(decode: ErrorDecoder | undefined, status: number, body: unknown): NonNullable<ReturnType<ErrorDecoder>> {
  let decoded: ReturnType<ErrorDecoder>;
  runCallback(() => {
    decoded = decode?.(status, body);
  });
  const { message, code, ...rest } = decoded ?? {};
  return { ...rest, message: typeof message === 'string' ? message : undefined, code: codeOf(code) };
}

/** The request id from the usual response headers. */
export function requestIdOf(headers: Readonly<Record<string, string>>, redactor: Redactor): string | undefined {
  const id = headers['x-request-id'] ?? headers['request-id'] ?? headers['x-amzn-requestid'] ?? headers['x-amz-request-id'];
  return id === undefined ? undefined : redactor.text(id);
}
