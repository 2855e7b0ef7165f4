/** The connection was not made within `connectTimeout`. */
export class ConnectTimeoutError extends Error {
  readonly code = 'ETIMEDOUT';

  /** @param limit Milliseconds. */
  constructor(limit: number) {
    super(`no connection within ${limit / 1000} s`);
  }
}
