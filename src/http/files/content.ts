/** Bytes in memory. */
export type Bytes = Uint8Array | ArrayBuffer | ArrayBufferView;

/** A stream, of Node or of the web, which can be read only once. A string chunk is encoded as UTF-8. */
export type ByteStream = ReadableStream<Uint8Array | string> | AsyncIterable<Uint8Array | string>;

/**
 * What can be uploaded: the path of a file, a `file:` URL, bytes, a Blob or File, a stream, or an object that holds one of these.
 * `name` is the file's name at the platform. `mimeType` defaults to the type of a Blob, else to the type of the name's extension. A string in `data`
 * is encoded as UTF-8. Paths and `file:` URLs cannot be opened in browsers. `size` is the expected number of bytes of a stream; an upload of any other number fails.
 */
export type UploadInput =
  | string
  | URL
  | Bytes
  | Blob
  | ByteStream
  | {
      /** The path of a file, or its `file:` URL. In Node only. */
      path: string | URL;
      /** The name of the file. Default: that of the path. */
      name?: string;
      /** The MIME type. Default: told by the name. */
      mimeType?: string;
    }
  | {
      /** The content. */
      data: Bytes | string;
      /** The name of the file. Default: that of the path. */
      name?: string;
      /** The MIME type. Default: told by the name. */
      mimeType?: string;
    }
  | {
      /** The content, which is read once. */
      stream: ByteStream;
      /** The name of the file. Default: that of the path. */
      name?: string;
      /** The MIME type. Default: told by the name. */
      mimeType?: string;
      /** The size in bytes. Default: counted. */
      size?: number;
    };

/** How content is opened. Values given here replace those of an `UploadInput` object. */
export interface ContentOptions {
  /** The file's name at the platform. The extension of a path is appended when the name lacks it. */
  name?: string | undefined;
  /** Default: the type of the `UploadInput` or the Blob, else the type of the name's extension. */
  mimeType?: string | undefined;
  /** The name of content without a name. Default: `uploaded_file`. */
  fallbackName?: string | undefined;
  /** Ends the reading with an AbortedError. */
  signal?: AbortSignal | undefined;
}

/** Opened content. It can be sent any number of times. */
export interface Content {
  /** The name of the file. */
  readonly name: string;
  /** The number of bytes. */
  readonly size: number;
  /** SHA-256 in lower-case hexadecimal. */
  readonly sha256: string;
  /** The MIME type. */
  readonly mimeType: string;
  /**
   * All bytes, from the first. It fails when a file has changed since it was opened.
   * @param isDone Says, when the next chunk is asked for, whether those before are done with, so that their memory can be used again.
   * Default: they are not.
   */
  stream(isDone?: () => boolean): AsyncIterable<Uint8Array>;
  /** All bytes as a Blob; undefined for the file of a path, and for a stream that was copied to a file. */
  blob(): Blob | undefined;
  /** Closes files and removes temporary ones. */
  dispose(): Promise<void>;
}
