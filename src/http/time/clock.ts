import { onAbort } from '../../model/abort.js';

/** Time and chance, handed in so that tests need neither. */
export interface Clock {
  /** Milliseconds that only ever go forward. */
  now(): number;
  /** Milliseconds since 1970, to compare with dates that a server sends. */
  epoch(): number;
  /** Calls `action` after `ms` milliseconds; the returned function cancels it. */
  timer(ms: number, action: () => void): () => void;
  /** From 0 up to, but not including, 1. */
  random(): number;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  epoch: () => Date.now(),
  timer(ms, action) {
    if (ms === Number.POSITIVE_INFINITY) return () => {};
    const handle = setTimeout(action, ms);
    return () => clearTimeout(handle);
  },
  random: () => Math.random(),
};

/** Waits `ms` milliseconds, or less when the signal fires. */
export function sleep(clock: Clock, ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const cancel = clock.timer(ms, () => {
      forget();
      resolve();
    });
    const forget = onAbort(signal, () => {
      cancel();
      resolve();
    });
  });
}
