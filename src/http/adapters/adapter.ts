import type { Buffer } from 'node:buffer';
import type { Readable } from 'node:stream';

/** One request to send. An adapter never follows redirects. */
export interface AdapterRequest {
  method: string;
  url: URL;
  headers: Readonly<Record<string, string>>;
  body: Buffer | Readable | undefined;
  signal: AbortSignal;
}

/** One response. Its body has not been read yet. */
export interface AdapterResponse {
  status: number;
  statusText: string;
  /** Header names are in lower case. */
  headers: Readonly<Record<string, string>>;
  body: Readable;
  /** Whether the adapter has already decoded the Content-Encoding. */
  decoded: boolean;
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
  send(request: AdapterRequest, trace: ConnectTrace): Promise<AdapterResponse>;
  /** Closes idle sockets. Sockets in use are closed when their exchange ends. */
  close(): void;
}
