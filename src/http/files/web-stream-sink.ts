import { ResourceError } from '../../model/errors/index.js';
import { unlessAborted } from '../../model/support/abort.js';
import type { Sink } from './sink.js';

/** Writes downloaded bytes to a web stream and closes it, or aborts it when the download fails. */
export class WebStreamSink implements Sink<undefined> {
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  #written = false;

  /** @throws TypeError when the stream is locked. */
  constructor(stream: WritableStream<Uint8Array>) {
    this.#writer = stream.getWriter();
    // The next `write` or `finish` throws the error; until then it must not count as an unhandled rejection.
    this.#writer.closed.catch(() => {});
  }

  async write(chunk: Uint8Array): Promise<void> {
    this.#written = true;
    await this.#writer.write(chunk).catch((cause) => this.#fail(cause));
  }

  async restart(): Promise<void> {
    if (this.#written)
      this.#fail(new Error('the download was interrupted and must start again, but what was written to a stream cannot be removed'));
  }

  async finish(signal?: AbortSignal): Promise<undefined> {
    const closed = this.#writer.close().catch((cause) => this.#fail(cause));
    await unlessAborted(closed, signal);
  }

  async discard(): Promise<void> {
    await this.#writer.abort(new Error('The download failed.')).catch(() => {});
  }

  #fail(cause: unknown): never {
    const { message } = cause instanceof Error ? cause : new Error(String(cause));
    throw new ResourceError(`The target stream of the download failed: ${message}.`, { cause });
  }
}

/** Whether a target is a web stream, of this realm or another. */
export function isWebStream(target: unknown): target is WritableStream<Uint8Array> {
  return typeof target === 'object' && target !== null && 'getWriter' in target && typeof target.getWriter === 'function';
}
