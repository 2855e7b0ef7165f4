import type { Clock } from '../vendor.js';
import { waitFor } from './clock.js';

/** Milliseconds before a write is repeated for the first time, and at most. */
const delays = { first: 50, most: 2000 };

/**
 * Repeats a write to the store until it succeeds, since what was done outside has to be noted. Each of them may be repeated: they have a fence, or
 * do the same again.
 *
 * @param signal Ends the attempts, with the last error.
 */
export async function persist<T>(
  write: () => Promise<T>,
  { clock, signal, report }: { clock: Clock; signal: AbortSignal; report: (error: unknown) => void },
): Promise<T> {
  for (let delay = delays.first; ; delay = Math.min(delay * 2, delays.most)) {
    try {
      return await write();
    } catch (error) {
      if (signal.aborted) throw error;
      report(error);
    }
    await waitFor(clock, delay, signal);
  }
}
