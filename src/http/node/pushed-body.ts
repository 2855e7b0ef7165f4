import type { ReceivedBody } from '../adapters/received-body.js';

/** More bytes than these are not kept for a reader who is slower than the network. */
const MOST_KEPT = 256 * 1024;

/** Where the bytes come from. */
export interface Pusher {
  /** Pushes no more until `resume` is called. */
  pause(): void;
  resume(): void;
  /** Ends it before its end. */
  abort(error: Error): void;
}

/** The body of a response whose bytes are pushed as they arrive. */
export class PushedBody implements ReceivedBody {
  readonly #pusher: Pusher;
  readonly #kept: Uint8Array[] = [];
  #keptBytes = 0;
  #isPaused = false;
  #isEnded = false;
  #failure: Error | undefined;
  /** Takes the chunks of `forEach`. */
  #take: ((chunk: Uint8Array) => void) | undefined;
  /** Tells the reader that there is more, or that this is the end. */
  #wake: (() => void) | undefined;

  constructor(pusher: Pusher) {
    this.#pusher = pusher;
  }

  push(chunk: Uint8Array): void {
    if (this.#failure) return;
    if (this.#take) {
      this.#take(chunk);
      return;
    }
    this.#kept.push(chunk);
    this.#keptBytes += chunk.length;
    if (this.#keptBytes > MOST_KEPT && !this.#isPaused) {
      this.#isPaused = true;
      this.#pusher.pause();
    }
    this.#wake?.();
  }

  end(): void {
    this.#isEnded = true;
    this.#wake?.();
  }

  fail(error: Error): void {
    if (this.#isEnded) return;
    this.#failure ??= error;
    this.#wake?.();
  }

  destroy(error?: Error): void {
    if (this.#isEnded) return;
    this.#kept.length = 0;
    if (this.#failure) return;
    this.#failure = error ?? new Error('the body was given up');
    this.#pusher.abort(this.#failure);
    this.#wake?.();
  }

  forEach(onChunk: (chunk: Uint8Array) => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      let isDone = false;
      const take = (chunk: Uint8Array): void => {
        if (isDone || onChunk(chunk)) return;
        isDone = true;
        resolve();
        this.destroy();
      };
      this.#wake = () => {
        if (this.#failure) reject(this.#failure);
        else if (this.#isEnded) resolve();
      };
      // What is pushed as soon as the pusher resumes comes after what was kept.
      for (let chunk = this.#next(); chunk; chunk = this.#next()) take(chunk);
      this.#take = take;
      this.#wake();
    });
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      const chunk = this.#next();
      if (chunk) yield chunk;
      else if (this.#failure) throw this.#failure;
      else if (this.#isEnded) return;
      else await this.#more();
    }
  }

  /** Resolves when there is more, or when this is the end. */
  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #next(): Uint8Array | undefined {
    const chunk = this.#kept.shift();
    this.#keptBytes -= chunk?.length ?? 0;
    if (this.#isPaused && this.#kept.length === 0 && !this.#failure) {
      this.#isPaused = false;
      this.#pusher.resume();
    }
    return chunk;
  }
}
