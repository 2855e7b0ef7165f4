import { ConnectionError } from '../errors/index.js';

/**
 * A part of the library that is loaded when it is first needed: `const { work } = await part()`. Once it has been loaded, it is returned
 * itself and not a promise, so that what happens often does not wait for a dynamic import. A failed load is tried again by the next caller.
 *
 * @throws ConnectionError when it cannot be loaded, as in a page without a connection.
 */
export type Part<M> = () => M | Promise<M>;

/** @param load Imports a module by a literal name, so that bundlers see it. */
/* @__NO_SIDE_EFFECTS__ */
export function part<M>(load: () => Promise<M>): Part<M> {
  let loaded: M | undefined;
  let loading: Promise<M> | undefined;
  return () => {
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
}
