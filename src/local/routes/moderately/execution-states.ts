import { badRequest } from '../../wire/errors.js';

export const executionStatuses = ['pending', 'running', 'completed', 'failed', 'cancelled', 'paused'] as const;
export type ExecutionStatus = (typeof executionStatuses)[number];

interface Stages {
  startedAt: string | null;
  completedAt: string | null;
  failedAt: string | null;
  cancelledAt: string | null;
  pausedAt: string | null;
}

/** The stages of an execution that has not begun. */
export const noStages: Stages = { startedAt: null, completedAt: null, failedAt: null, cancelledAt: null, pausedAt: null };

const next: Readonly<Record<string, readonly ExecutionStatus[]>> = {
  pending: ['running', 'cancelled', 'failed'],
  running: ['paused', 'completed', 'failed', 'cancelled'],
  paused: ['running', 'cancelled', 'failed'],
};

/** Whether an execution in this state never leaves it. */
export function isFinal(status: string): boolean {
  return next[status] === undefined;
}

/**
 * What moving an execution to a state changes: the state and the time it was entered; `startedAt` is set once.
 * @throws HttpError 400 when it cannot go from where it is to there.
 */
export function stageChanges(
  row: Stages & { status: string },
  status: ExecutionStatus,
  at: string,
): Partial<Stages> & { status: ExecutionStatus } {
  if (status === row.status && !isFinal(status)) return { status };
  const allowed = next[row.status] ?? [];
  if (!allowed.includes(status)) {
    const possible = allowed.length > 0 ? `It can become ${allowed.join(', ')}.` : 'It is finished.';
    throw badRequest(`This execution is ${row.status} and cannot become ${status}. ${possible}`);
  }
  if (status === 'running') return { status, startedAt: row.startedAt ?? at };
  return { status, [`${status}At`]: at };
}
