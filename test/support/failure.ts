/** An error whose members can all be read. */
export type Failure = Error & Record<string, unknown>;

/** What a promise was rejected with; fails when it was not. */
export async function failure<E = Failure>(promise: PromiseLike<unknown>): Promise<E> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    return error as E;
  }
  throw new Error(`Expected a failure, got ${JSON.stringify(value)}`);
}
