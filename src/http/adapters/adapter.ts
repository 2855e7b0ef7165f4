import type { Clock } from '../../model/ports/clock.js';
import type { ReceivedBody } from './received-body.js';

/** Content that is sent as a request's body. */
export interface SentContent {
  /** The number of bytes. */
  readonly size: number;
  /** The same bytes for adapters that cannot send a stream; undefined where content can only be streamed. */
  readonly blob: Blob | undefined;
  /** What reading the content has failed with; undefined until then. */
  readonly failure: unknown;
  /** The bytes. Those that are taken are reported as sent. @param isDone See `Content.stream`. */
  chunks(isDone?: () => boolean): AsyncGenerator<Uint8Array>;
  /** Reports how many bytes were sent, if they were not taken from `chunks()`. */
  sent(bytes: number): void;
  /** Waits for a response to the whole content, whose sending cannot be observed: the idle timeout is suspended meanwhile. */
  sentUnseen<T>(response: Promise<T>): Promise<T>;
}

/** Ends a request before its response is complete. */
export interface Cancellation {
  /** Whether it has. */
  readonly isOver: boolean;
  /** For those who need an AbortSignal, which costs more than the rest of a small request: it is made when it is first read. */
  readonly signal: AbortSignal;
  /** Calls `action` at the end, or at once where that has been. Returns a function that takes it back. */
  onEnd(action: () => void): () => void;
}

/** One request to send. An adapter follows no redirect of a request that carries credentials or content. */
export interface AdapterRequest {
  method: string;
  url: URL;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array | SentContent | undefined;
  /** Whether the URL is at one of the connection's own origins, so that the headers may hold its credentials. */
  trusted: boolean;
  cancellation: Cancellation;
}

/** One response. Its body has not been read yet. */
export interface AdapterResponse {
  status: number;
  statusText: string;
  /** Header names are in lower case. */
  headers: Readonly<Record<string, string>>;
  body: ReceivedBody;
  /** Whether the adapter has already decoded the Content-Encoding. */
  decoded: boolean;
  /** Where it came from, if the adapter has followed redirects. */
  url?: string;
}

/** Whether a connection to the server was made. */
export interface ConnectTrace {
  /** Undefined when the adapter cannot tell. */
  connected: boolean | undefined;
}

/** Sends single requests. Errors of the underlying library are thrown unchanged. */
export interface HttpAdapter {
  /** Whether the adapter sets Accept-Encoding and decodes Content-Encoding by itself. */
  readonly decodes: boolean;
  /** Whether it can ask for the rest of a file with Range and If-Range (RFC 9110 §14.2, §13.1.5). */
  readonly requestsRanges: boolean;
  send(request: AdapterRequest, trace: ConnectTrace): Promise<AdapterResponse>;
  /** Closes idle sockets. Sockets in use are closed when their exchange ends. */
  close(): void;
}

/** What sends the requests of a connection instead of node-fetch, such as `undiciTransport()` of `remote-record/undici`. */
export interface HttpTransport {
  /** Called once for each connection. @param connectTimeout Milliseconds. */
  createAdapter(clock: Clock, connectTimeout: number): HttpAdapter;
}

/** Whether a body is content to upload. */
export function isContent(body: AdapterRequest['body']): body is SentContent {
  return body !== undefined && 'chunks' in body;
}
