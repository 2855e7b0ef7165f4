import { losesDigits, WireNumber } from '../../model/state/wire-number.js';

/** Writes JSON, with the digits of WireNumbers: at once where there are none. @throws TypeError for what JSON cannot carry. */
export function stringifyExact(value: unknown): string | undefined | Promise<string | undefined> {
  const { result, lost } = losesDigits(() => JSON.stringify(value) as string | undefined);
  return lost ? withDigits(value) : result;
}

async function withDigits(value: unknown): Promise<string | undefined> {
  const { stringify } = await import('lossless-json');
  return stringify(value, undefined, undefined, [
    { test: (number) => number instanceof WireNumber, stringify: (number) => (number as WireNumber).digits },
  ]);
}
