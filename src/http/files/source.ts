/** The size of the chunks that are read and sent, in bytes. Larger chunks cost fewer event loop turns but more memory. */
export const CHUNK_BYTES = 1024 * 1024;

/** Bytes that can be read any number of times. */
export interface Source {
  /** The number of bytes. */
  size: number;
  /** In lower-case hexadecimal; undefined unless opening the source had to read it. */
  sha256: string | undefined;
  /** All bytes as a Blob; undefined for what is not in memory or in a Blob already. */
  blob(): Blob | undefined;
  /**
   * All bytes, from the first.
   * @param isDone Says, when the next chunk is asked for, whether those before are done with, so that their memory can be used again.
   */
  chunks(isDone?: () => boolean): AsyncGenerator<Uint8Array>;
  dispose(): Promise<void>;
}

/** The source of a file with a name of its own. */
export interface NamedSource extends Source {
  name: string;
}

/** Keeps the chunks of a stream, which can be read only once. */
export interface Spool {
  /** @returns What to wait for before more is written; undefined where more can be written at once. */
  write(chunk: Uint8Array): Promise<void> | undefined;
  /** @param sha256 Of all chunks, in lower-case hexadecimal. */
  finish(sha256: string): Promise<Source>;
  /** Gives up what was written. */
  discard(): Promise<void>;
}
