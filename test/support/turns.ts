/** A promise that is settled by hand. */
export function held(): { promise: Promise<void>; release(): void } {
  let release = (): void => undefined;
  const promise = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { promise, release };
}

/** Lets everything that is ready happen. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Waits, for as long as it takes, until something has happened. */
export async function until(happened: () => boolean): Promise<void> {
  while (!happened()) await turn();
}
