import { STATUS_CODES } from 'node:http';
import { timestamp } from '../clock.js';
import type { AppContext } from '../context.js';

/** One problem with one field of a request. */
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

/** An error that a route responds with, in the format of the API that was called. */
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

/** 400 with the invalid fields. The message lists them too, for clients that show only the message. */
export function invalid(problems: readonly FieldProblem[]): HttpError {
  const text = problems.map(({ field, message }) => `${field}: ${message}`).join('; ');
  return new HttpError(400, `The request is not valid. ${text}`, problems);
}

/** Whether a path belongs to aiXplain's API; all others are Moderately's. */
function isAixplainPath(path: string): boolean {
  return /^\/(v1|v2|sdk|assets|api)(\/|$)/.test(path);
}

/** The body of an error, in the format of the API that was called. */
export function errorBody(
  status: number,
  message: string,
  about: { path: string; requestId: string; timestamp: string; code?: string; details?: readonly FieldProblem[] | undefined },
): object {
  const { path, requestId, timestamp, details } = about;
  const optional = details && { details };
  if (isAixplainPath(path)) return { statusCode: status, message, error: STATUS_CODES[status] ?? 'Error', ...optional };
  const code = about.code ?? codes[status] ?? 'INTERNAL_ERROR';
  // Moderately's Python client reads message and details at the top level; the OpenAPI document nests them under `error`.
  return { error: { code, message, timestamp, details: details ?? null, path, requestId }, message, ...optional };
}

/** The response to an error that a route threw; 500 for anything but an HttpError. */
export function errorResponse(error: unknown, c: AppContext): Response {
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
