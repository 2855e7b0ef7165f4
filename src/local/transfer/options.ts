import type { LocalPlatformOptions } from '../options.js';
import type { JobsTable } from './tables.js';

/** Where a platform keeps its data. */
export type Place = Pick<LocalPlatformOptions, 'dataDir' | 'databaseUrl' | 's3'>;

/** Where the database of a place has its jobs. */
export function jobsTableOf({ databaseUrl }: Place): JobsTable {
  return databaseUrl === undefined ? 'jobs' : 'workerJobs';
}

/** How far an export or an import is. */
export interface TransferProgress {
  /** A table, `files`, or what is compared. */
  step: string;
  /** Rows or files of the step that are done. */
  done: number;
  /** Bytes of files that are done. */
  bytes?: number;
}

/** What an export or an import is given. */
export interface TransferOptions {
  signal: AbortSignal;
  onProgress: (progress: TransferProgress) => void;
}
