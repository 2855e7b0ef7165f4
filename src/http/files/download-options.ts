import type { ErrorDecoder } from '../../model/ports/transport.js';
import type { Compression } from './decompressing-sink.js';
import type { TransferOptions } from './transfer.js';

/** What is used of a writable stream of Node's. */
export interface NodeWritable {
  /** Takes a chunk; false when the next one should wait for `drain`. */
  write(chunk: Uint8Array): boolean;
  /** Ends the stream. */
  end(): unknown;
  /** Ends the stream with an error. */
  destroy(error?: Error): unknown;
  /** Listens to its errors. */
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/** Where a file is downloaded to: a path, which browsers do not have, or a writable stream of Node or of the web. */
export type DownloadTarget = string | NodeWritable | WritableStream<Uint8Array>;

/** Options of `Client.download`. */
export interface DownloadOptions extends TransferOptions {
  /** A path, a folder (with `fileName`), or a writable stream, which is ended. Default: the bytes are returned. */
  target?: DownloadTarget | undefined;
  /** The name of the file when the target is a folder. It may come from a server: the file is always written in that folder. */
  fileName?: string | undefined;
  /**
   * Whether the platform's API itself serves the file: the URL may then be a path below the base URL, and is shown the connection's
   * credentials and default headers if it is at one of the connection's own origins. Default: false, as for a presigned URL.
   */
  own?: boolean | undefined;
  /** Decodes the platform's error bodies, where `own` is set. */
  decodeError?: ErrorDecoder | undefined;
  /**
   * The expected number of bytes of the file: after a Content-Encoding is undone and before `decompress`. More bytes are refused as soon
   * as they arrive. Default: not checked; the connection's `limits` apply to what is decompressed.
   */
  size?: number | undefined;
  /** The expected SHA-256 of the file in hexadecimal, before `decompress`. A prefix `sha256:` is ignored. Default: not checked. */
  sha256?: string | undefined;
  /** The compression of the content, which is decompressed after its size and hash are checked. Default: none. */
  decompress?: Compression | null | undefined;
}
