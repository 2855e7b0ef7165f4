/** A job that is waiting or running; the row is deleted when it is done. */
export interface JobRow {
  jobId: string;
  kind: string;
  /** The id of the record that the job processes. */
  subjectId: string;
  /** The worker that is running it; null while it waits. */
  leaseOwner: string | null;
  /** Milliseconds since the epoch, by the system's clock; afterwards another worker may claim the job. */
  leaseUntil: number;
  attempts: number;
  createdAt: string;
}
