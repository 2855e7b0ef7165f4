import { AbortedError, APIError, FileUploadError, ResourceError, type UploadStep } from '../../model/errors/index.js';
import type { SentContent } from '../adapters/adapter.js';
import { runCallback } from '../calls/run-callback.js';
import type { EngineSettings } from '../engine.js';
import { userHeaders } from '../headers.js';
import { Redactor } from '../redactor.js';
import type { Deadline } from '../time/deadline.js';
import type { Content } from './content.js';
import { type RunCall, type TransferOptions, transferCall } from './transfer.js';

/** Options of `Client.put`. */
export interface PutOptions extends TransferOptions {
  /** The only headers that are sent besides Content-Length. Default: `Content-Type` with the content's MIME type. */
  headers?: Readonly<Record<string, string>> | undefined;
}

/** Sends content to a presigned URL with PUT. See `Client.put`. */
export async function put(settings: EngineSettings, run: RunCall, url: string, content: Content, options: PutOptions): Promise<void> {
  const attempt = options.attempt ?? `upload ${content.name}`;
  const custom = userHeaders(options.headers ?? { 'content-type': content.mimeType }, new Redactor());
  const headers = { ...custom, 'content-length': String(content.size) };
  let step: UploadStep = 'put';
  const renewUrl =
    options.renewUrl &&
    (async () => {
      step = 'request-url';
      const renewed = await options.renewUrl?.();
      step = 'put';
      return renewed ?? '';
    });
  let complete = false;
  const call = transferCall<void>(
    settings,
    url,
    { ...options, attempt, renewUrl },
    {
      method: 'PUT',
      headers: async () => headers,
      body(deadline) {
        complete = false;
        const onBytes = (loaded: number) => {
          complete = loaded === content.size;
          runCallback(() => options.onProgress?.({ loaded, total: content.size }));
        };
        return new ContentBody(content, deadline, onBytes);
      },
      async receive() {
        if (!complete)
          throw new FileUploadError(`${attempt} failed: the server responded before everything was sent.`, {
            step: 'put',
            retryable: true,
          });
      },
    },
  );
  try {
    await run(call);
  } catch (error) {
    if (error instanceof FileUploadError || error instanceof AbortedError) throw error;
    const status = error instanceof APIError ? error.status : undefined;
    const retryable = error instanceof ResourceError && error.retryable;
    throw new FileUploadError(error instanceof Error ? error.message : String(error), { step, status, cause: error, retryable });
  }
}

/** Content as the body of one request. */
class ContentBody implements SentContent {
  readonly size: number;
  readonly #content: Content;
  readonly #deadline: Deadline;
  readonly #onBytes: (loaded: number) => void;
  failure: unknown;

  /** @param onBytes Called with the number of bytes sent so far. */
  constructor(content: Content, deadline: Deadline, onBytes: (loaded: number) => void) {
    this.size = content.size;
    this.#content = content;
    this.#deadline = deadline;
    this.#onBytes = onBytes;
  }

  get blob(): Blob | undefined {
    return this.#content.blob();
  }

  /** @throws FileUploadError before the end when there are more or fewer bytes than `size`. */
  async *chunks(isDone?: () => boolean): AsyncGenerator<Uint8Array> {
    const { name, size } = this.#content;
    let loaded = 0;
    this.sent(0);
    try {
      for await (const chunk of this.#content.stream(isDone)) {
        loaded += chunk.length;
        if (loaded > size) break;
        this.sent(loaded);
        yield chunk;
      }
      if (loaded !== size)
        throw new FileUploadError(`${name} is no longer ${size} bytes long; it was changed while it was being uploaded.`, {
          step: 'read',
          retryable: true,
        });
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }

  sent(bytes: number): void {
    this.#deadline.recordActivity();
    this.#onBytes(bytes);
  }

  async sentUnseen<T>(response: Promise<T>): Promise<T> {
    this.sent(0);
    const received = await this.#deadline.pauseIdleTimeout(response);
    this.sent(this.size);
    return received;
  }
}
