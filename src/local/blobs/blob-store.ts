import type { Readable } from 'node:stream';

/** A part of an object, as offsets in bytes, both included. */
export interface ByteRange {
  start: number;
  end: number;
}

/** Stores bytes by key. */
export interface BlobStore {
  /** Writes an object, which appears only once it is complete. Gives its size in bytes and its SHA-256 in hexadecimal. */
  write(key: string, source: AsyncIterable<Uint8Array>): Promise<{ size: number; sha256: string }>;
  /** Reads an object or a part of it. Rejects when it does not exist. */
  read(key: string, range?: ByteRange): Promise<Readable>;
  /** The path of a file with the bytes of an object, for a reader in another process. */
  file(key: string): Promise<string>;
  /** The path for a new temporary file. A file that is left there is deleted when the store is opened again. */
  temporaryFile(): string;
  /** Deletes an object, if it exists. */
  delete(key: string): Promise<void>;
  /** Deletes all objects. */
  clear(): Promise<void>;
  /** Deletes a temporary store; a permanent one keeps its objects. */
  close(): Promise<void>;
}
