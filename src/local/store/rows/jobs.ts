/** Work that is to be done; the row is gone when it is. */
export interface JobRow {
  jobId: string;
  kind: string;
  /** The record the work is for. */
  subjectId: string;
  /** The worker that has it; null when it waits. */
  leaseOwner: string | null;
  /** Milliseconds since the epoch by the system's clock; another worker may take the job afterwards. */
  leaseUntil: number;
  attempts: number;
  createdAt: string;
}
