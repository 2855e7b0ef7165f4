/** An error whose members can all be read. */
export type Failure = Error & Record<string, unknown>;

/** The error that a promise is rejected with; fails when it is not rejected, or with an error of another class than the given one. */
export async function failure<T extends Error>(promise: PromiseLike<unknown>, ErrorClass: abstract new (...args: never[]) => T): Promise<T>;
export async function failure<E = Failure>(promise: PromiseLike<unknown>): Promise<E>;
export async function failure(promise: PromiseLike<unknown>, ErrorClass?: abstract new (...args: never[]) => Error): Promise<unknown> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    if (ErrorClass === undefined || error instanceof ErrorClass) return error;
    throw error;
  }
  throw new Error(`expected ${ErrorClass?.name ?? 'a failure'}, but got ${JSON.stringify(value)}`);
}
