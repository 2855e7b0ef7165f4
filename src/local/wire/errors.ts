import { STATUS_CODES } from 'node:http';
import type { Context } from 'hono';
import { timestamp } from '../clock.js';
import type { AppContext } from '../context.js';

/** One thing wrong with one field of a request. */
export interface FieldProblem {
  field: string;
  message: string;
}

const codes: Readonly<Record<number, string>> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  409: 'CONFLICT',
  422: 'UNPROCESSABLE_ENTITY',
  429: 'RATE_LIMITED',
  501: 'NOT_IMPLEMENTED',
};

/** A refusal a route throws; it becomes the answer in the form of the wire that was used. */
export class HttpError extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: readonly FieldProblem[] | undefined;

  constructor(status: number, message: string, details?: readonly FieldProblem[]) {
    super(message);
    this.status = status;
    this.details = details;
    this.code = details ? 'VALIDATION_ERROR' : (codes[status] ?? 'INTERNAL_ERROR');
  }
}

export const badRequest = (message: string): HttpError => new HttpError(400, message);
export const forbidden = (message: string): HttpError => new HttpError(403, message);
export const notFound = (what: string, id: string): HttpError => new HttpError(404, `There is no ${what} with the id '${id}'.`);
export const conflict = (message: string): HttpError => new HttpError(409, message);

/** 400 with the fields that were refused; the message lists them too, for clients that show nothing else. */
export function invalid(problems: readonly FieldProblem[]): HttpError {
  const text = problems.map(({ field, message }) => `${field}: ${message}`).join('; ');
  return new HttpError(400, `The request is not valid. ${text}`, problems);
}

/** Whether a path belongs to aiXplain's wire; everything else is Moderately's. */
function isAixplainPath(path: string): boolean {
  return /^\/(v1|v2|sdk|assets|api)(\/|$)/.test(path);
}

/** The body of an error, in the form of the wire that was used. */
export function errorBody(
  status: number,
  message: string,
  about: { path: string; requestId: string; timestamp: string; code?: string; details?: readonly FieldProblem[] | undefined },
): object {
  const { path, requestId, timestamp, details } = about;
  const given = details && { details };
  if (isAixplainPath(path)) return { statusCode: status, message, error: STATUS_CODES[status] ?? 'Error', ...given };
  const code = about.code ?? codes[status] ?? 'INTERNAL_ERROR';
  // Moderately's Python client reads message and details at the top level; the document nests them under `error`.
  return { error: { code, message, timestamp, details: details ?? null, path, requestId }, message, ...given };
}

/** The answer for anything a route threw. */
export function errorResponse(error: unknown, c: Context<AppContext>): Response {
  const known = error instanceof HttpError ? error : undefined;
  const status = known?.status ?? 500;
  const message = known?.message ?? `The local platform failed: ${error instanceof Error ? error.message : String(error)}`;
  const { requestId, platform } = c.var;
  const about = {
    path: c.req.path,
    requestId,
    timestamp: timestamp(platform.clock),
    code: known?.code ?? 'INTERNAL_ERROR',
    details: known?.details,
  };
  return Response.json(errorBody(status, message, about), { status, headers: { 'x-request-id': requestId } });
}
