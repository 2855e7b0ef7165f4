/** The times that every record has. */
export interface Timestamped {
  createdAt: string;
  updatedAt: string;
}

/** The times at which an execution entered each state. */
export interface StageTimes extends Timestamped {
  startedAt: string | null;
  completedAt: string | null;
  failedAt: string | null;
  cancelledAt: string | null;
  pausedAt: string | null;
}
