/// <reference lib="esnext.disposable" preserve="true" />

/**
 * The name of the method that `await using` calls (https://tc39.es/proposal-explicit-resource-management). Where a runtime has no such symbol,
 * it is the one that Babel's helpers use instead; nothing global is defined.
 */
export const asyncDispose: typeof Symbol.asyncDispose =
  Symbol.asyncDispose ?? (Symbol.for('Symbol.asyncDispose') as typeof Symbol.asyncDispose);
