import type { RunState, StoredCounts, StoredRun } from './store.js';

/** A run as it is listed. */
export interface DurableRun {
  /** Its id among the durable runs. */
  readonly id: string;
  /** The key that was given to `run()`; null without one. */
  readonly key: string | null;
  /** The name of the handler of its end. */
  readonly handler: string;
  /** `starting` until it is known to have been started, `running`, `ended` once its end was handled, or `failed`. */
  readonly state: RunState;
  /** The name of its connection. */
  readonly account: string;
  /** The class of what is followed, or of what is being started. */
  readonly className: string;
  /** From 0 to 9. */
  readonly priority: number;
  /** What resumes it in another way; null before it is started. */
  readonly token: string | null;
  /** What was given to `run()`. */
  readonly data: unknown;
  /** How many attempts have failed before the latest one. */
  readonly attempts: number;
  /** Why it, or its latest attempt, has failed; null if it has not. */
  readonly error: string | null;
  /** When it was noted. */
  readonly createdAt: Date;
  /** When its end was handled, or when it failed; null before. */
  readonly endedAt: Date | null;
}

/** Which runs are listed. */
export interface ListOptions {
  /** Default: all. */
  states?: readonly RunState[] | undefined;
  /** Default: those of all handlers. */
  handler?: string | undefined;
  /** How many at most. Default: 100. */
  limit?: number | undefined;
}

/** Numbers of runs by state. */
export interface StateCounts {
  /** Those of which it is not known yet that they were started. */
  readonly starting: number;
  /** Those that were started, and whose end was not handled yet. */
  readonly running: number;
  /** Those whose end was handled. */
  readonly ended: number;
  /** Those that need somebody. */
  readonly failed: number;
}

/** Counts and ages, for monitoring. */
export interface DurableStats extends StateCounts {
  /** The same by the names of handlers. */
  readonly handlers: Readonly<Record<string, StateCounts>>;
  /** The age of the oldest run that has not ended, in seconds; null without one. */
  readonly oldest: number | null;
  /** For how long the run that waits the longest for its poll has been due, in seconds; null when none is. It grows when nobody follows. */
  readonly overdue: number | null;
  /** How many processes are alive, those that only start runs included. */
  readonly processes: number;
  /** The handlers that are paused; `*` stands for all. */
  readonly paused: readonly string[];
}

export function listed({ createdAt, endedAt, data, ...run }: StoredRun): DurableRun {
  return { ...run, data: JSON.parse(data), createdAt: new Date(createdAt), endedAt: endedAt === null ? null : new Date(endedAt) };
}

export function statsOf({ counts, oldestMs, overdueMs, processes, paused }: StoredCounts): DurableStats {
  const zero = (): Record<RunState, number> => ({ starting: 0, running: 0, ended: 0, failed: 0 });
  const total = zero();
  const handlers = new Map<string, Record<RunState, number>>();
  for (const { handler, state, count } of counts) {
    const own = handlers.get(handler) ?? zero();
    handlers.set(handler, own);
    own[state] += count;
    total[state] += count;
  }
  const seconds = (ms: number | null): number | null => (ms === null ? null : ms / 1000);
  return { ...total, handlers: Object.fromEntries(handlers), oldest: seconds(oldestMs), overdue: seconds(overdueMs), processes, paused };
}
