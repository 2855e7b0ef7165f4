import type { Buffer } from 'node:buffer';
import { Readable } from 'node:stream';
import { AbortedError, APIError, FileUploadError, ResourceError, type UploadStep } from '../../model/errors/index.js';
import { runCallback } from '../calls/call-events.js';
import { Redactor } from '../redactor.js';
import { headersFrom } from '../credentials.js';
import type { ClientSettings } from '../options.js';
import type { Content } from './content.js';
import { CHUNK_STREAM_OPTIONS } from './source.js';
import { type RunCall, type TransferOptions, transferCall } from './transfer.js';

export interface PutOptions extends TransferOptions {
  /** Sent besides Content-Length and nothing else. Default: `Content-Type` with the content's type. */
  headers?: Readonly<Record<string, string>> | undefined;
}

/** Sends content to a presigned address. */
export async function put(settings: ClientSettings, run: RunCall, address: string, content: Content, options: PutOptions): Promise<void> {
  const attempt = options.attempt ?? `upload ${content.name}`;
  const own = headersFrom(options.headers ?? { 'content-type': content.mimeType }, new Redactor());
  const headers = { ...own, 'content-length': String(content.size) };
  let step: UploadStep = 'put';
  const renewUrl =
    options.renewUrl &&
    (async () => {
      step = 'request-url';
      const address = await options.renewUrl?.();
      step = 'put';
      return address ?? '';
    });
  let complete = false;
  const call = transferCall<void>(
    settings,
    address,
    { ...options, attempt, renewUrl },
    {
      method: 'PUT',
      headers: async () => headers,
      body(deadline) {
        complete = false;
        const moved = (loaded: number) => {
          deadline.recordActivity();
          complete = loaded === content.size;
          runCallback(() => options.onProgress?.({ loaded, total: content.size }));
        };
        return Readable.from(counted(content, moved), CHUNK_STREAM_OPTIONS);
      },
      async receive() {
        if (!complete)
          throw new FileUploadError(`${attempt} failed: the server answered before everything was sent.`, { step: 'put', retryable: true });
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

/** The content's bytes, counted; a stream that is shorter or longer than it said fails before its end. */
async function* counted(content: Content, moved: (loaded: number) => void): AsyncGenerator<Buffer> {
  let loaded = 0;
  moved(0);
  for await (const chunk of content.stream()) {
    loaded += chunk.length;
    if (loaded > content.size) break;
    moved(loaded);
    yield chunk;
  }
  if (loaded !== content.size)
    throw new FileUploadError(`${content.name} is no longer ${content.size} bytes long; it was changed while it was being uploaded.`, {
      step: 'read',
      retryable: true,
    });
}
