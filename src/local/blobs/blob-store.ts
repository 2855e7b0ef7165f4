import type { Readable } from 'node:stream';

/** A part of an object, as offsets in bytes, both included. */
export interface ByteRange {
  start: number;
  end: number;
}

/** Bytes that are stored completely, but under no key yet. */
export interface StagedBytes {
  /** In bytes. */
  readonly size: number;
  /** In hexadecimal. */
  readonly sha256: string;
  /** Makes them the object of a key, in place of an earlier one. */
  keep(key: string): Promise<void>;
  /** Deletes them, unless they were kept. */
  discard(): Promise<void>;
}

/** Stores bytes by key. */
export interface BlobStore {
  /** Writes bytes, which become an object when they are kept. Nothing remains of a source that fails. */
  stage(source: AsyncIterable<Uint8Array>): Promise<StagedBytes>;
  /** Reads an object or a part of it. Rejects when it does not exist. */
  read(key: string, range?: ByteRange): Promise<Readable>;
  /** The path of a file with the bytes of an object, for a reader in another process. */
  file(key: string): Promise<string>;
  /** The path for a new temporary file. A file that is left there is deleted when the store is opened again. */
  temporaryFile(): string;
  /** Deletes an object, if it exists. */
  delete(key: string): Promise<void>;
  /** Rejects when the store cannot be reached, or not be written to. */
  check(): Promise<void>;
  /** Deletes all objects. */
  clear(): Promise<void>;
  /** Deletes a temporary store; a permanent one keeps its objects. */
  close(): Promise<void>;
}
