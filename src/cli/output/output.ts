import { ReaderGoneError } from '../errors.js';
import type { Io, Sink } from '../io.js';
import { type Style, styleFor } from './style.js';

/** What a command prints: results to standard output, everything else to standard error. */
export class Output {
  readonly style: Style;
  /** The style of what is not a result. */
  readonly noteStyle: Style;
  readonly #io: Io;
  #gone: Error | undefined;

  constructor(io: Io) {
    this.#io = io;
    this.style = styleFor(io.stdout, io.env);
    this.noteStyle = styleFor(io.stderr, io.env);
    io.stdout.on('error', this.#onError);
  }

  /** Whether results are shown on a terminal. */
  get isTerminal(): boolean {
    return this.#io.stdout.isTTY === true;
  }

  /** Whether notes are shown on a terminal. */
  get isNoteTerminal(): boolean {
    return this.#io.stderr.isTTY === true;
  }

  /** The columns of the terminal; Infinity where there is none. */
  get width(): number {
    if (!this.isTerminal) return Number.POSITIVE_INFINITY;
    return this.#io.stdout.columns || 80;
  }

  /** Prints a result, and waits while the reader is slower. @throws ReaderGoneError when the reader has gone. */
  async write(text: string | Uint8Array): Promise<void> {
    const stdout: Sink = this.#io.stdout;
    this.#refuse();
    if (!stdout.write(text) && !this.#gone) await drained(stdout);
    this.#refuse();
  }

  /** Prints a line of a result. */
  line(text: string): Promise<void> {
    return this.write(`${text}\n`);
  }

  /** Prints a line that is not a result. */
  note(text: string): void {
    this.#io.stderr.write(`${text}\n`);
  }

  /** Writes to standard error as it is, to draw over a line. */
  noteRaw(text: string): void {
    this.#io.stderr.write(text);
  }

  /** Resolves when all that was written has been handed over. */
  async close(): Promise<void> {
    if (!this.#gone) await new Promise<void>((resolve) => this.#io.stdout.write('', () => resolve()));
    this.#io.stdout.off('error', this.#onError);
  }

  readonly #onError = (error: NodeJS.ErrnoException): void => {
    this.#gone ??= error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED' ? new ReaderGoneError('The reader has gone.') : error;
  };

  #refuse(): void {
    if (this.#gone) throw this.#gone;
  }
}

/** Resolves when a stream takes more, or when there is no use in waiting. */
function drained(stream: Sink): Promise<void> {
  return new Promise((resolve) => {
    const names = ['drain', 'close', 'error'] as const;
    const done = (): void => {
      for (const name of names) stream.off(name, done);
      resolve();
    };
    for (const name of names) stream.on(name, done);
  });
}
