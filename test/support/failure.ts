/** What a promise was rejected with; fails when it was not. */
export async function failure<E = Error>(promise: PromiseLike<unknown>): Promise<E> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    return error as E;
  }
  throw new Error(`Expected a failure, got ${JSON.stringify(value)}`);
}
