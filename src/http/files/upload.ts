import type { Buffer } from 'node:buffer';
import { Readable } from 'node:stream';
import { AbortedError, APIError, FileUploadError, ResourceError, type UploadStep } from '../../model/errors/index.js';
import { runCallback } from '../calls/run-callback.js';
import { userHeaders } from '../headers.js';
import { Redactor } from '../redactor.js';
import type { ClientSettings } from '../settings.js';
import type { Content } from './content.js';
import { CHUNK_STREAM_OPTIONS } from './source.js';
import { type RunCall, type TransferOptions, transferCall } from './transfer.js';

/** Options of `Client.put`. */
export interface PutOptions extends TransferOptions {
  /** The only headers that are sent besides Content-Length. Default: `Content-Type` with the content's MIME type. */
  headers?: Readonly<Record<string, string>> | undefined;
}

/** Sends content to a presigned URL with PUT. See `Client.put`. */
export async function put(settings: ClientSettings, run: RunCall, url: string, content: Content, options: PutOptions): Promise<void> {
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
          deadline.recordActivity();
          complete = loaded === content.size;
          runCallback(() => options.onProgress?.({ loaded, total: content.size }));
        };
        return Readable.from(countBytes(content, onBytes), CHUNK_STREAM_OPTIONS);
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

/** The content's chunks. @throws FileUploadError before the end when there are more or fewer bytes than `content.size`. */
async function* countBytes(content: Content, onBytes: (loaded: number) => void): AsyncGenerator<Buffer> {
  let loaded = 0;
  onBytes(0);
  for await (const chunk of content.stream()) {
    loaded += chunk.length;
    if (loaded > content.size) break;
    onBytes(loaded);
    yield chunk;
  }
  if (loaded !== content.size)
    throw new FileUploadError(`${content.name} is no longer ${content.size} bytes long; it was changed while it was being uploaded.`, {
      step: 'read',
      retryable: true,
    });
}
