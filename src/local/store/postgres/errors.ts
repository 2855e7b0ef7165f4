/** The database cannot be reached, or is too busy: nothing is known to be wrong with the request, which may be repeated. */
export class DatabaseUnavailable extends Error {
  /** Seconds after which a client may try again. */
  readonly retryAfter = 1;
}

/** SQLSTATE codes (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
const serializationFailures: readonly unknown[] = ['40001', '40P01'];
/** The server shuts down, starts up, or has no connection left. */
const serverStates = /^(?:08|57P0|53300)/;
const queryCanceled = '57014';
const systemCodes: readonly unknown[] = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
  'ENOENT',
];
/** What the driver throws without a code. */
const driverWords =
  /^(?:connection terminated|timeout exceeded when trying to connect|client has encountered a connection error|client was closed|query read timeout)/i;

export function codeOf(error: unknown): unknown {
  return (error as { code?: unknown } | null)?.code;
}

/** Whether a transaction failed only because of others at the same time, and would succeed when it is run again. */
export function isSerializationFailure(error: unknown): boolean {
  return serializationFailures.includes(codeOf(error));
}

/** Whether a response did not arrive in time, so that nobody knows what became of the statement. */
export function isLate(error: unknown): boolean {
  return error instanceof Error && error.message === 'Query read timeout';
}

/** Whether the connection could not be made, or was lost. */
export function isConnectionError(error: unknown): boolean {
  const code = codeOf(error);
  if (systemCodes.includes(code) || (typeof code === 'string' && serverStates.test(code))) return true;
  if (error instanceof AggregateError) return error.errors.some(isConnectionError);
  return error instanceof Error && driverWords.test(error.message);
}

/** The error as requests understand it. */
export function translated(error: unknown): unknown {
  if (isConnectionError(error)) {
    return new DatabaseUnavailable('The database cannot be reached at the moment: repeat the request later.', { cause: error });
  }
  if (codeOf(error) === queryCanceled) {
    return new DatabaseUnavailable('The database took too long for the request, and was stopped: repeat it later, or ask for less.', {
      cause: error,
    });
  }
  return error;
}
