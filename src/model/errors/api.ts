import { type ErrorOptions, type FieldProblem, ResourceError } from './base.js';

/** An error response and its request. Secrets are already redacted. */
export interface APIErrorOptions extends ErrorOptions {
  /** The HTTP status. */
  status: number;
  /** The platform's machine-readable code, when it sent one. */
  code?: string | undefined;
  /** What the platform sent besides the message; for 400 and 422 a list of `{ field, message }` where it could be decoded as one. */
  details?: unknown;
  /** The platform's id of the request, when it sent one. */
  requestId?: string | undefined;
  /** The response's headers, with names in lower case. */
  headers?: Readonly<Record<string, string>>;
  /** The response's body: parsed JSON, else text. */
  body?: unknown;
  /** The HTTP method of the request. */
  method?: string;
  /** The request's URL without credentials and without the query of a presigned URL. */
  url?: string;
}

/** The platform responded with an error status (400 or above). */
export class APIError extends ResourceError {
  override readonly status: number;
  /** The platform's code for the error. */
  readonly code: string | undefined;
  /** What the platform says besides, as it says it. */
  readonly details: unknown;
  /** The id that the platform gave the request. */
  readonly requestId: string | undefined;
  /** The headers of the response, by name in lower case, without secrets. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body of the response: JSON where it is JSON, otherwise text, cut off at `limits.errorBytes`. */
  readonly body: unknown;
  /** The method of the request. */
  readonly method: string | undefined;
  /** The address of the request, without secrets. */
  readonly url: string | undefined;

  /** @param options `status` defaults to that of the class. */
  constructor(message: string, options: Partial<APIErrorOptions> = {}) {
    super(message, options);
    this.status = options.status ?? statusOf(this);
    this.code = options.code;
    this.details = options.details;
    this.requestId = options.requestId;
    this.headers = options.headers ?? {};
    this.body = options.body;
    this.method = options.method;
    this.url = options.url;
  }

  /** Makes an error of the class for an HTTP status: 400, 401, 403, 404, 409, 422, 429, and 500 and above have their own. */
  static from(message: string, options: APIErrorOptions & { retryAfter?: number | undefined }): APIError {
    if (options.status === 429) return new RateLimitError(message, options);
    const ErrorClass = classByStatus[options.status] ?? (options.status >= 500 ? ServerError : APIError);
    return new ErrorClass(message, options);
  }
}

/** 400: the platform refused the request. `details` is a list of `{ field, message }`, empty when the response names no field. */
export class BadRequestError extends APIError {
  /** What is wrong with which field. */
  declare readonly details: readonly FieldProblem[];
}

/** 401: the key is missing, wrong or expired. */
export class AuthenticationError extends APIError {}

/** 403: the key is valid but lacks permission. */
export class PermissionDeniedError extends APIError {}

/** 404: the record does not exist, or the key may not see it. */
export class NotFoundError extends APIError {}

/** 409: the request conflicts with the current state, for example a name that is already in use. */
export class ConflictError extends APIError {}

/** 422: the request was understood but its values were refused. `details` is a list of `{ field, message }`. */
export class UnprocessableEntityError extends APIError {
  /** What is wrong with which field. */
  declare readonly details: readonly FieldProblem[];
}

/** 429: too many requests. */
export class RateLimitError extends APIError {
  /** The seconds the platform asked to wait, from `Retry-After` (RFC 9110 §10.2.3); undefined without that header. */
  readonly retryAfter: number | undefined;

  constructor(message: string, options: Partial<APIErrorOptions> & { retryAfter?: number | undefined } = {}) {
    super(message, options);
    this.retryAfter = options.retryAfter;
  }
}

/** 500 and above: the platform failed. */
export class ServerError extends APIError {}

const classByStatus: Readonly<Record<number, new (message: string, options: APIErrorOptions) => APIError>> = {
  400: BadRequestError,
  401: AuthenticationError,
  403: PermissionDeniedError,
  404: NotFoundError,
  409: ConflictError,
  422: UnprocessableEntityError,
};

/** The status that a class of errors stands for; 500 for one that stands for several. */
function statusOf(error: APIError): number {
  if (error instanceof RateLimitError) return 429;
  return Number(Object.keys(classByStatus).find((status) => error instanceof classByStatus[Number(status)]!) ?? 500);
}
