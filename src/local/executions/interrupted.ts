import { PlatformStopped } from '../queue/queue.js';

/** Why work was interrupted on purpose, by a cancel, a pause or a delete; the record says the rest. */
export class Interrupted extends Error {}

/** Whether work was interrupted on purpose, and its end is therefore nothing to be written. */
export function isInterrupted(signal: AbortSignal): boolean {
  return signal.aborted && signal.reason instanceof Interrupted;
}

/** Ends work that failed because the platform stops in the way the queue knows. */
export function rethrowStop(signal: AbortSignal): void {
  if (signal.aborted && signal.reason instanceof PlatformStopped) throw signal.reason;
}

/** Does work that may take so many seconds at most. */
export async function withTimeLimit<Result>(
  seconds: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(new Error(`It did not finish within ${seconds} seconds.`)), seconds * 1000);
  timer.unref();
  try {
    return await work(AbortSignal.any([signal, limit.signal]));
  } finally {
    clearTimeout(timer);
  }
}
