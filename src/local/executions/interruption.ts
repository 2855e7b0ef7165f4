import { ProcessEndedError } from '../isolation/errors.js';
import { Interrupted, JobInterrupted, LeaseLost, PlatformStopped } from '../queue/queue.js';
import { DatabaseUnavailable } from '../store/postgres/errors.js';
import { abortsWith } from '../until-aborted.js';

/** Whether an execution was interrupted on purpose, so that its failure must not be written to the record. */
export function isInterrupted(signal: AbortSignal): boolean {
  return signal.aborted && signal.reason instanceof Interrupted;
}

/**
 * Throws what makes the queue keep the job, if the platform stops, another worker has it, or the process of the job has ended without
 * a result.
 */
export function rethrowIfUnfinished(signal: AbortSignal, error: unknown): void {
  const { aborted, reason } = signal;
  if (aborted && (reason instanceof PlatformStopped || reason instanceof LeaseLost)) throw reason;
  // Nothing is wrong with the job when the database restarts.
  if (error instanceof DatabaseUnavailable) throw error;
  if (!aborted && error instanceof ProcessEndedError) throw new JobInterrupted(error.message);
}

/** Runs some work, with a signal that aborts after a number of seconds. */
export async function withTimeLimit<Result>(
  seconds: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const { controller, release } = abortsWith(signal);
  const timer = setTimeout(() => controller.abort(new Error(`It did not finish within ${seconds} seconds.`)), seconds * 1000);
  timer.unref();
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    release();
  }
}
