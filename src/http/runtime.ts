import type { Clock } from '../model/ports/clock.js';
import type { RequestInfo, ResponseInfo, RetryInfo } from '../model/ports/transport.js';
import type { HttpAdapter } from './adapters/adapter.js';
import type { Fetch } from './adapters/fetch.js';
import type { Decoders } from './encoding/decoder.js';
import type { DownloadTarget } from './files/download-options.js';
import type { Sink } from './files/sink.js';
import type { NamedSource, Spool } from './files/source.js';

/** An incremental SHA-256 (FIPS 180-4). */
export interface Digest {
  update(bytes: Uint8Array): unknown;
  /** The hash in lower-case hexadecimal. */
  hex(): string;
}

/** Where the events of all calls are published for tools; a channel of Node's diagnostics_channel is one. */
export interface Channel {
  readonly hasSubscribers: boolean;
  publish(message: unknown): void;
}

/** The channels of the three kinds of events. */
export type Channels = Readonly<Record<'request' | 'response' | 'retry', Channel>>;

export type ChannelMessages = { request: RequestInfo; response: ResponseInfo; retry: RetryInfo };

/** What the transport needs of where it runs. Node's is in `node/`, that of browsers in `browser/`. */
export interface Runtime {
  /** Undefined where there are none. */
  readonly channels: Channels | undefined;
  /** What undoes the codings of bodies that the adapter leaves as they are, and of compressed files. */
  readonly decoders: Decoders;
  /** @param connectTimeout Milliseconds. */
  createAdapter(fetch: Fetch | undefined, clock: Clock, connectTimeout: number): HttpAdapter;
  /** Resolves to a function that starts a new digest. */
  loadDigest(): Promise<() => Digest>;
  /**
   * Opens a file that a user names by its path or a `file:` URL.
   * @throws ValidationError when it cannot be there; FileUploadError when it cannot be opened.
   */
  openPath(path: string | URL): Promise<NamedSource>;
  /** Where a stream is kept that must be read before it can be sent. */
  createSpool(): Spool;
  /** @throws ValidationError for an invalid target; ResourceError when it cannot be written. */
  openSink(target: DownloadTarget | undefined, fileName: string | undefined): Promise<Sink>;
}
