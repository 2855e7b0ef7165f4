import { timeOfId } from '../store/ids.js';
import { rowOf } from '../store/statements.js';
import type { Store } from '../store/store.js';

/** What waits in the queue. */
export interface WaitingJobs {
  count: number;
  /** When the oldest of them was added, in milliseconds since the epoch by the platform's clock. */
  oldest: number | undefined;
}

/** The jobs that no worker has taken, or whose worker has died: in SQLite those without a lease, in PostgreSQL those of no worker that is alive. */
const waiting = {
  sqlite: 'select count(*) as count, min("jobId") as oldest from jobs where "leaseUntil" < ?',
  postgres: `select count(*) as count, min("jobId") as oldest from "workerJobs"
    where not exists (select 1 from workers where workers."workerId" = "workerJobs"."workerId")`,
} as const;

/** Counts the jobs that wait. */
export async function waitingJobs(store: Store, database: keyof typeof waiting): Promise<WaitingJobs> {
  const parameters = database === 'sqlite' ? [Date.now()] : [];
  const row = await rowOf<{ count: number; oldest: string | null }>(store, waiting[database], parameters);
  return { count: Number(row?.count ?? 0), oldest: row?.oldest ? timeOfId(row.oldest) : undefined };
}
