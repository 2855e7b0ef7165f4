import { STATUS_CODES } from 'node:http';
import { isTransient, StorageError } from '../blobs/s3/errors.js';
import { timestamp } from '../clock.js';
import type { AppContext } from '../context.js';
import type { LocalPlatformLimits } from '../options.js';
import { QueueFullError } from '../queue/queue.js';
import { DatabaseUnavailable } from '../store/postgres/errors.js';
import { isAixplainPath } from './paths.js';

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
  413: 'PAYLOAD_TOO_LARGE',
  414: 'URI_TOO_LONG',
  422: 'UNPROCESSABLE_ENTITY',
  429: 'RATE_LIMITED',
  501: 'NOT_IMPLEMENTED',
  503: 'SERVICE_UNAVAILABLE',
  507: 'INSUFFICIENT_STORAGE',
};

/** An error that a route responds with, in the format of the API that was called. */
export class HttpError extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: readonly FieldProblem[] | undefined;
  /** Seconds, sent as `Retry-After`. */
  readonly retryAfter: number | undefined;

  constructor(
    status: number,
    message: string,
    details?: readonly FieldProblem[],
    { cause, retryAfter }: { cause?: unknown; retryAfter?: number } = {},
  ) {
    super(message, { cause });
    this.retryAfter = retryAfter;
    this.status = status;
    this.details = details;
    this.code = details ? 'VALIDATION_ERROR' : (codes[status] ?? 'INTERNAL_ERROR');
  }
}

export const badRequest = (message: string): HttpError => new HttpError(400, message);
export const forbidden = (message: string): HttpError => new HttpError(403, message);
export const notFound = (what: string, id: string): HttpError => new HttpError(404, `There is no ${what} with the id '${id}'.`);
export const conflict = (message: string): HttpError => new HttpError(409, message);
/** 413 for something that exceeds one of the platform's limits, in bytes. */
export const tooLarge = (what: string, bytes: number, limit: keyof LocalPlatformLimits): HttpError =>
  new HttpError(413, `${what} has more than ${bytes} bytes, the limit of limits.${limit}.`);

/** 400 with the invalid fields. The message lists them too, for clients that show only the message. */
export function invalid(problems: readonly FieldProblem[]): HttpError {
  const text = problems.map(({ field, message }) => `${field}: ${message}`).join('; ');
  return new HttpError(400, `The request is not valid. ${text}`, problems);
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

/** The codes of errors of a disk, or of a database, that has no more space. */
const diskFull = ['SQLITE_FULL', '53100', 'ENOSPC', 'EDQUOT'];

/** What a request responds to an error: 507 when the disk is full, 503 when the file storage does not do its part, 500 for anything that is not an HttpError. */
export function httpErrorOf(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  if (error instanceof StorageError) {
    const retryAfter = isTransient(error) ? { retryAfter: 1 } : {};
    return new HttpError(503, `${error.message} Repeat the request when it does.`, undefined, { cause: error, ...retryAfter });
  }
  const reason = error instanceof Error ? error.message : String(error);
  if (diskFull.includes((error as { code?: string } | null)?.code ?? '')) {
    return new HttpError(
      507,
      `The disk is full, so that nothing was changed (${reason}). Free some space, then repeat the request.`,
      undefined,
      {
        cause: error,
      },
    );
  }
  if (error instanceof DatabaseUnavailable) return new HttpError(503, reason, undefined, { cause: error, retryAfter: error.retryAfter });
  if (error instanceof QueueFullError) return new HttpError(429, reason, undefined, { cause: error, retryAfter: error.retryAfter });
  if (reason.includes('too many SQL variables')) return badRequest('The request has a list with too many values for one query.');
  return new HttpError(500, `The local platform failed: ${reason}`, undefined, { cause: error });
}

/** The response to an error that a route threw. */
export function errorResponse(error: unknown, c: AppContext): Response {
  const { status, message, code, details, retryAfter } = httpErrorOf(error);
  if (status >= 500 && c.env.observed) c.env.observed.error = error;
  const { requestId, platform } = c.var;
  const about = { path: c.req.path, requestId, timestamp: timestamp(platform.clock), code, details };
  return Response.json(errorBody(status, message, about), {
    status,
    headers: { 'x-request-id': requestId, ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }) },
  });
}
