import type { Store } from '../store/database.js';
import { rowOf } from '../store/statements.js';

/** What waits in the queue. */
export interface WaitingJobs {
  count: number;
  /** When the oldest of them was added, by the platform's clock. */
  oldest: string | undefined;
}

const waiting = 'select count(*) as count, min("createdAt") as oldest from jobs where "leaseUntil" < ?';

/** The jobs that no worker has taken, or whose worker has died. */
export async function waitingJobs(store: Store): Promise<WaitingJobs> {
  const row = await rowOf<{ count: number; oldest: string | null }>(store, waiting, [Date.now()]);
  return { count: Number(row?.count ?? 0), oldest: row?.oldest ?? undefined };
}
