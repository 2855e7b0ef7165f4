import type { Context } from 'hono';
import type { Environment } from '../context.js';

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
export function isAixplainPath(path: string): boolean {
  return /^\/(v1|v2|sdk|assets|api)(\/|$)/.test(path);
}

/** The answer for anything a route threw. */
export function errorResponse(error: unknown, c: Context<Environment>): Response {
  const known = error instanceof HttpError ? error : undefined;
  const status = known?.status ?? 500;
  const message = known?.message ?? `The local platform failed: ${error instanceof Error ? error.message : String(error)}`;
  const details = known?.details;
  const body = isAixplainPath(c.req.path)
    ? { statusCode: status, message, error: codes[status] ?? 'INTERNAL_ERROR', ...(details && { details }) }
    : {
        error: {
          code: known?.code ?? 'INTERNAL_ERROR',
          message,
          timestamp: new Date(c.var.platform.clock.now()).toISOString(),
          details: details ?? null,
          path: c.req.path,
          requestId: c.var.requestId,
        },
        // Moderately's Python client reads these at the top level; the document nests them under `error`.
        message,
        ...(details && { details }),
      };
  return Response.json(body, { status, headers: { 'x-request-id': c.var.requestId } });
}
