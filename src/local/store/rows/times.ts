/** Times are kept by every record. */
export interface Stamped {
  createdAt: string;
  updatedAt: string;
}

/** The times at which an execution entered its states. */
export interface Staged extends Stamped {
  startedAt: string | null;
  completedAt: string | null;
  failedAt: string | null;
  cancelledAt: string | null;
  pausedAt: string | null;
}
