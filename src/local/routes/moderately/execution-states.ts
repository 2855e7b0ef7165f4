import { badRequest } from '../../requests/errors.js';

export const executionStatuses = ['pending', 'running', 'completed', 'failed', 'cancelled', 'paused'] as const;
export type ExecutionStatus = (typeof executionStatuses)[number];

interface StateTimes {
  startedAt: string | null;
  completedAt: string | null;
  failedAt: string | null;
  cancelledAt: string | null;
  pausedAt: string | null;
}

/** The state times of an execution that has not started. */
export const noStateTimes: StateTimes = { startedAt: null, completedAt: null, failedAt: null, cancelledAt: null, pausedAt: null };

const next: Readonly<Record<string, readonly ExecutionStatus[]>> = {
  pending: ['running', 'cancelled', 'failed'],
  running: ['paused', 'completed', 'failed', 'cancelled'],
  paused: ['running', 'cancelled', 'failed'],
};

/** Whether a state is final. */
export function isFinal(status: string): boolean {
  return next[status] === undefined;
}

/**
 * The changes with which an execution enters a state: the status and its time; `startedAt` is set once.
 * @throws HttpError 400 when the transition is not allowed.
 */
export function transition(
  row: StateTimes & { status: string },
  status: ExecutionStatus,
  at: string,
): Partial<StateTimes> & { status: ExecutionStatus } {
  if (status === row.status && !isFinal(status)) return { status };
  const allowed = next[row.status] ?? [];
  if (!allowed.includes(status)) {
    const possible = allowed.length > 0 ? `It can become ${allowed.join(', ')}.` : 'It is finished.';
    throw badRequest(`This execution is ${row.status} and cannot become ${status}. ${possible}`);
  }
  if (status === 'running') return { status, startedAt: row.startedAt ?? at };
  return { status, [`${status}At`]: at };
}
