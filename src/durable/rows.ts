import type { Claim, StoredRun } from './store.js';

/** A row of the table of runs. */
export interface RunRow {
  seq: number;
  id: string;
  key: string | null;
  queue: number;
  state: 'starting' | 'running';
  token: string | null;
  result: string | null;
  start: string | null;
  idempotency_key: string | null;
  data: string;
  deadline: number | null;
  polls: number;
  attempts: number;
  cancelled: number;
  owner: string;
  epoch: number;
  created_at: number;
}

/** The condition that a claim was not lost; its values are the id, the owner and the epoch. */
export const fenced = 'id = ? and owner = ? and epoch = ?';

/** The condition that nobody knows whether a run was started. */
export const unknown = "(state = 'starting' or (state = 'failed' and token is null and result is null))";

/** The same, also where the handler has been told that. */
export const unknownOrTold = `(${unknown} or (state = 'ended' and token is null and error is not null))`;

/** What a list shows of a run, and where from. */
export const storedColumns = `id, key, handler, account, class as className, priority, state, token, data, attempts, error,
  created_at as createdAt, ended_at as endedAt from durable_runs natural join durable_queues`;

export function claimedRun(row: RunRow, now: number): Claim {
  const { id, key, queue, state, token, result, start, data, polls, attempts, owner, epoch } = row;
  return {
    id,
    owner,
    epoch,
    key,
    queue,
    state,
    token,
    result,
    start,
    idempotencyKey: row.idempotency_key,
    data,
    remainingMs: row.deadline === null ? null : row.deadline - now,
    ageMs: now - row.created_at,
    polls,
    attempts,
    isCancelled: row.cancelled === 1,
  };
}

/** The driver's rows are not plain objects of a known form. */
export function storedRun(row: StoredRun): StoredRun {
  const { id, key, handler, account, className, priority, state, token, data, attempts, error, createdAt, endedAt } = row;
  return { id, key, handler, account, className, priority, state, token, data, attempts, error, createdAt, endedAt };
}
