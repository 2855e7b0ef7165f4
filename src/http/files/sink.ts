import type { Buffer } from 'node:buffer';

/** The destination of downloaded bytes. */
export interface Sink {
  write(chunk: Buffer): Promise<void>;
  /** Discards what was written and starts again. @throws ResourceError when that is not possible. */
  restart(): Promise<void>;
  /** Completes the destination; returns the bytes if it is memory. Rejects with the signal's reason when that fires during a wait for a stream. */
  finish(signal?: AbortSignal): Promise<Uint8Array | undefined>;
  /** Removes what was written. */
  discard(): Promise<void>;
}
