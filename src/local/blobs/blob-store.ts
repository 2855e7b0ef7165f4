import type { Readable } from 'node:stream';

/** A part of an object, as offsets in bytes, both included. */
export interface ByteRange {
  start: number;
  end: number;
}

/** What an object is called and how it is served. */
export interface ObjectName {
  key: string;
  contentType: string;
}

/** The bytes of an object, as its row refers to them. */
export interface StoredBytes {
  /** Where the store has them. */
  readonly location: string;
  /** In bytes. */
  readonly size: number;
}

/** Bytes that are stored completely, but belong to no object yet. */
export interface StagedBytes {
  /** In bytes. */
  readonly size: number;
  /** In hexadecimal. */
  readonly sha256: string;
  /** Makes them the bytes of the object, and gives their location. To be called in the transaction that writes the object's row. */
  keep(): Promise<string>;
  /** Deletes them. To be called when no row refers to them. */
  discard(): Promise<void>;
}

/** Files from which other processes read bytes of the store, until they are released. */
export interface LentFiles {
  /** The path of a file with the bytes. */
  path(bytes: StoredBytes): Promise<string>;
  /** Deletes the files that were made for the readers. */
  release(): Promise<void>;
}

/** What a client has put into the store itself. */
export interface ReceivedBytes {
  /** In bytes. */
  readonly size: number;
  readonly contentType: string;
  /** SHA-256 in hexadecimal. @throws UploadChanged when other bytes were put meanwhile. */
  hash(): Promise<string>;
  /** Copies them to where no client can change them. @throws UploadChanged when they are not those that `hash` was about. */
  stage(object: ObjectName): Promise<StagedBytes>;
}

/** What a presigned PUT may put into the store. */
export interface DirectUpload {
  location: string;
  contentType: string;
  /** In bytes, where it is declared. */
  size?: number | undefined;
  /** In hexadecimal, where it is declared. */
  sha256?: string | undefined;
}

/** How clients transfer bytes to and from a store without the platform. URLs are valid for `urlLifetime`, in real time. */
export interface DirectTransfers {
  /** The origin of the URLs. */
  readonly origin: string;
  /** Where the bytes of a key are put. Those that do not last are deleted a day later, if they were not taken by then. */
  locationOf(key: string, lasts: boolean): string;
  uploadUrl(upload: DirectUpload): Promise<string>;
  downloadUrl(location: string): Promise<string>;
  /** What lies at a location; undefined when nothing does. */
  received(location: string): Promise<ReceivedBytes | undefined>;
  /** Deletes what was put and not taken for a day, and what a process that has ended left unfinished. */
  tidy(): Promise<void>;
}

/** Other bytes were put while an upload was taken, or another request has taken it. */
export class UploadChanged extends Error {
  constructor() {
    super('The upload was replaced, or taken by another request, while it was being checked.');
  }
}

/** Stores bytes. */
export interface BlobStore {
  /** Writes bytes, which belong to an object when they are kept. Nothing remains of a source that fails. */
  stage(object: ObjectName, source: AsyncIterable<Uint8Array>): Promise<StagedBytes>;
  /** Reads bytes or a part of them. Rejects, or the stream fails, when they do not exist. */
  read(bytes: StoredBytes, range?: ByteRange): Promise<Readable>;
  /** Files for readers in other processes. */
  lend(): LentFiles;
  /** The path for a new temporary file. A file that is left there is deleted when the store is closed or opened again. */
  temporaryFile(): string;
  /** Deletes what is at a location, if anything is. */
  delete(location: string): Promise<void>;
  /** Rejects when the store cannot be reached, or not be written to. */
  check(): Promise<void>;
  /** Deletes all that the platform has stored. */
  clear(): Promise<void>;
  /** Deletes a temporary store; a permanent one keeps its objects. */
  close(): Promise<void>;
  /** Clients transfer bytes like this; undefined for a store that they do not reach, for which the platform transfers them. */
  readonly direct?: DirectTransfers;
}
