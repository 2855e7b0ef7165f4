import type { Buffer } from 'node:buffer';
import type { Readable } from 'node:stream';

/** One request as it goes out. Redirects are never followed at this level. */
export interface AdapterRequest {
  method: string;
  url: URL;
  headers: Readonly<Record<string, string>>;
  body: Buffer | Readable | undefined;
  signal: AbortSignal;
}

/** One answer, its body not read yet. */
export interface AdapterResponse {
  status: number;
  statusText: string;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  body: Readable;
  /** Whether a Content-Encoding has been undone already. */
  decoded: boolean;
}

/** Whether a request reached a server: `undefined` when the wire cannot tell. */
export interface ConnectTrace {
  connected: boolean | undefined;
}

/** Carries one request. Failures are thrown as the underlying library throws them. */
export interface HttpAdapter {
  /** Whether it undoes Content-Encoding, and asks for it, by itself. */
  readonly decodes: boolean;
  send(request: AdapterRequest, trace: ConnectTrace): Promise<AdapterResponse>;
  /** Lets go of idle sockets; sockets in use are closed when their exchange ends. */
  close(): void;
}
