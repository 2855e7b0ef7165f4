import type { LocalPlatformOptions } from '../options.js';

/** Where a platform keeps its data. */
export type Place = Pick<LocalPlatformOptions, 'dataDir' | 'databaseUrl'>;

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
