/** The meaning of a platform's status words. Words are compared without regard to case. */
export interface StatusWords {
  /** Words for work that has succeeded. */
  succeeded: readonly string[];
  /** Words for work that has failed or was cancelled. */
  failed: readonly string[];
  /** Words for work that goes on. */
  running: readonly string[];
}

/** The status words of both platforms for runs and executions. */
export const runStatusWords: StatusWords = {
  succeeded: ['SUCCESS', 'SUCCEEDED', 'COMPLETED', 'COMPLETE', 'DONE'],
  failed: ['FAILED', 'FAILURE', 'ERROR', 'ABORTED', 'CANCELLED', 'CANCELED'],
  running: ['IN_PROGRESS', 'RUNNING', 'PENDING', 'QUEUED', 'PAUSED', 'STARTED', 'PROCESSING', 'IDLE'],
};

/** The meaning of a status word. Work with an 'unknown' status counts as still running. */
export type Outcome = 'succeeded' | 'failed' | 'running' | 'unknown';

/** The meaning of a status word. */
export function outcomeOf(status: string, words: StatusWords): Outcome {
  const word = status.toUpperCase();
  if (words.failed.includes(word)) return 'failed';
  if (words.succeeded.includes(word)) return 'succeeded';
  return words.running.includes(word) ? 'running' : 'unknown';
}
