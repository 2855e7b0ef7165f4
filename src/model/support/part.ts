import { ConnectionError } from '../errors/index.js';
import { asGiven } from './members.js';

/**
 * A part of the library that is loaded when it is first needed: `const { work } = await part()`. Once it has been loaded, it is returned
 * itself and not a promise, so that what happens often does not wait for a dynamic import. A failed load is tried again by the next caller.
 *
 * @throws ConnectionError when it cannot be loaded, as in a page without a connection.
 */
export interface Part<M> {
  (): M | Promise<M>;
  /**
   * What `work` returns for the part and for what a caller gives: at once where the part is loaded, else later, with what was given as it is
   * now, whatever the caller does with it in the meantime.
   */
  use<G, T>(given: G, work: (part: M, given: G) => T): T | Promise<Awaited<T>>;
  /** Calls `action` after all who have asked for the part so far have got it: at once where nobody waits for it, never where nobody has it. */
  afterAll(action: (part: M) => void): void;
}

/** @param load Imports a module by a literal name, so that bundlers see it. */
/* @__NO_SIDE_EFFECTS__ */
export function part<M>(load: () => Promise<M>): Part<M> {
  let loaded: M | undefined;
  let loading: Promise<M> | undefined;
  const ask = (): M | Promise<M> => {
    if (loaded !== undefined) return loaded;
    loading ??= load().then(
      (value) => {
        loaded = value;
        return value;
      },
      (cause) => {
        loading = undefined;
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new ConnectionError(`A part of remote-record could not be loaded: ${reason}`, { cause });
      },
    );
    return loading;
  };
  const afterAll = (action: (part: M) => void): void => {
    if (loaded !== undefined) action(loaded);
    else loading?.then(action, () => undefined);
  };
  const use = <G, T>(given: G, work: (part: M, given: G) => T): T | Promise<Awaited<T>> => {
    if (loaded !== undefined) return work(loaded, given);
    const copy = asGiven(given);
    return (ask() as Promise<M>).then((value) => work(value, copy)) as Promise<Awaited<T>>;
  };
  return Object.assign(ask, { use, afterAll });
}
