/** The error that a promise is rejected with; fails when it is not rejected with one of this class. */
export async function failure<T extends Error>(promise: Promise<unknown>, ErrorClass: abstract new (...args: never[]) => T): Promise<T> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    if (error instanceof ErrorClass) return error;
    throw error;
  }
  throw new Error(`expected ${ErrorClass.name}, but got ${JSON.stringify(value)}`);
}
