/** The destination of downloaded bytes. */
export interface Sink<T = Uint8Array | undefined> {
  /** @returns What to wait for before more is written; undefined where more can be written at once. */
  write(chunk: Uint8Array): Promise<void> | undefined;
  /** Discards what was written and starts again. @throws ResourceError when that is not possible. */
  restart(): Promise<void>;
  /** Completes the destination; returns the bytes if it is memory. Rejects with the signal's reason when that fires during a wait for a stream. */
  finish(signal?: AbortSignal): Promise<T>;
  /** Removes what was written. */
  discard(): Promise<void>;
}
