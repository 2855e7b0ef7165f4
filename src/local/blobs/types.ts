import type { Readable } from 'node:stream';

/** The part of an object that is wanted, in bytes, both ends included. */
export interface ByteRange {
  start: number;
  end: number;
}

/** Where bytes are kept, by key. A folder is one; object storage can be another. */
export interface BlobStore {
  /** Keeps what the source gives. The object appears when it is whole, or not at all. */
  write(key: string, source: AsyncIterable<Uint8Array>): Promise<{ size: number; sha256: string }>;
  /** Reads an object or a part of it. Rejects when there is none. */
  read(key: string, range?: ByteRange): Promise<Readable>;
  /** Forgets an object; nothing happens when there is none. */
  delete(key: string): Promise<void>;
  /** Forgets everything. */
  clear(): Promise<void>;
  /** Lets go of what is only kept while the platform runs. */
  close(): Promise<void>;
}
