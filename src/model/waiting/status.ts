/** What a platform's status words mean. Words are compared without regard to case. */
export interface StatusWords {
  succeeded: readonly string[];
  failed: readonly string[];
  running: readonly string[];
}

/** The words of both platforms for runs and executions. */
export const runStatusWords: StatusWords = {
  succeeded: ['SUCCESS', 'SUCCEEDED', 'COMPLETED', 'COMPLETE', 'DONE'],
  failed: ['FAILED', 'FAILURE', 'ERROR', 'ABORTED', 'CANCELLED', 'CANCELED'],
  running: ['IN_PROGRESS', 'RUNNING', 'PENDING', 'QUEUED', 'PAUSED', 'STARTED', 'PROCESSING', 'IDLE'],
};

export type Outcome = 'succeeded' | 'failed' | 'running' | 'unknown';

/** What a status word means; a word nobody knows means that it goes on. */
export function outcomeOf(status: string, words: StatusWords): Outcome {
  const word = status.toUpperCase();
  if (words.failed.includes(word)) return 'failed';
  if (words.succeeded.includes(word)) return 'succeeded';
  return words.running.includes(word) ? 'running' : 'unknown';
}
