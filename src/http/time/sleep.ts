import type { Clock } from '../../model/ports/clock.js';
import { onAbort } from '../../model/support/abort.js';

/** Resolves after `ms` milliseconds, or when the signal fires. */
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
