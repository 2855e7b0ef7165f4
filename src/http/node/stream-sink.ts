import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ResourceError } from '../../model/errors/index.js';
import { unlessAborted } from '../../model/support/abort.js';
import type { Sink } from '../files/sink.js';

/** Writes downloaded bytes to a stream and ends it. Standard output and standard error are not ended. */
export class StreamSink implements Sink<undefined> {
  readonly #stream: Writable;
  readonly #ended: Promise<void>;
  #written = false;
  /** Ends the wait for `drain` when the stream closes instead. */
  #wake: (() => void) | undefined;

  constructor(stream: Writable) {
    this.#stream = stream;
    this.#ended = finished(stream, { readable: false });
    // The next `write` or `finish` throws the error; until then it must not count as an unhandled rejection.
    this.#ended.catch(() => {}).then(() => this.#wake?.());
  }

  write(chunk: Uint8Array): Promise<void> | undefined {
    this.#written = true;
    this.#checkOpen();
    if (this.#stream.write(chunk)) return undefined;
    const drained = new Promise<void>((resolve) => {
      this.#wake = resolve;
      this.#stream.once('drain', resolve);
    });
    return drained.then(() => this.#checkOpen());
  }

  async restart(): Promise<void> {
    if (this.#written)
      throw this.#failed(
        new Error('the download was interrupted and must start again, but what was written to a stream cannot be removed'),
      );
  }

  async finish(signal?: AbortSignal): Promise<undefined> {
    if (this.#isStandard) return;
    this.#stream.end();
    const ended = this.#ended.catch((error) => {
      throw this.#failed(error);
    });
    await unlessAborted(ended, signal);
  }

  async discard(): Promise<void> {
    if (!this.#isStandard) this.#stream.destroy(new Error('The download failed.'));
  }

  /** The process's own output stays open, as at the end of `stream.pipeline`. */
  get #isStandard(): boolean {
    return this.#stream === process.stdout || this.#stream === process.stderr;
  }

  #checkOpen(): void {
    const { destroyed, writableEnded, errored } = this.#stream;
    if (destroyed || writableEnded || errored) throw this.#failed(errored ?? new Error('it is closed'));
  }

  #failed(cause: Error): ResourceError {
    return new ResourceError(`The target stream of the download failed: ${cause.message}.`, { cause });
  }
}
