import { type ErrorOptions, ResourceError } from './base.js';

/** The platform could not be reached, or the connection broke. `cause` is the system's error. */
export class ConnectionError extends ResourceError {
  /** The system's error code, such as `ECONNREFUSED`; undefined when there was none. */
  readonly code: string | undefined;

  constructor(message: string, options: ErrorOptions & { code?: string | undefined } = {}) {
    super(message, { retryable: true, ...options });
    this.code = options.code;
  }
}

/** A request took longer than its time limit. */
export class TimeoutError extends ResourceError {
  constructor(message: string, options: ErrorOptions = {}) {
    super(message, { retryable: true, ...options });
  }
}

/** The caller's signal aborted the call. Its `name` is 'AbortError', like that of the runtime's own abort errors. */
export class AbortedError extends ResourceError {
  /** `AbortError`, as of every abort of the platform's own APIs. */
  override get name(): string {
    return 'AbortError';
  }
}

/** The step of an upload that failed. */
export type UploadStep = 'read' | 'request-url' | 'put' | 'complete';

/** A file could not be uploaded. */
export class FileUploadError extends ResourceError {
  /** `read`: reading the source; `request-url`: asking for the upload URL; `put`: sending the bytes; `complete`: ending the upload. Default: `put`. */
  readonly step: UploadStep;
  /** The HTTP status of the step that failed; undefined when there was no response. */
  override readonly status: number | undefined;

  constructor(message: string, options: ErrorOptions & { step?: UploadStep; status?: number | undefined } = {}) {
    super(message, options);
    this.step = options.step ?? 'put';
    this.status = options.status;
  }
}
