/** The body of a response, which can be read once. */
export interface ReceivedBody extends AsyncIterable<Uint8Array> {
  /** Calls `onChunk` for each chunk until it returns false, which destroys the body. Rejects when the body breaks off. */
  forEach(onChunk: (chunk: Uint8Array) => boolean): Promise<void>;
  /** Gives the rest of the body up. Whoever is reading it gets the error. */
  destroy(error?: Error): void;
}

/** A stream of Node's as the body of a response, as node-fetch has it. */
interface NodeStream extends AsyncIterable<Uint8Array> {
  on?(event: 'error', listener: () => void): unknown;
  destroy?(error?: Error): unknown;
}

/** The body of a response of a fetch function: a web stream, or with node-fetch a stream of Node's. */
export function fetchedBody(body: unknown): ReceivedBody {
  if (body === null || body === undefined) return new IteratedBody([][Symbol.iterator](), () => {});
  if ('getReader' in (body as object)) {
    const reader = (body as ReadableStream<Uint8Array>).getReader();
    return new IteratedBody({ next: () => reader.read() as Promise<IteratorResult<Uint8Array>> }, (error) => reader.cancel(error));
  }
  const stream = body as NodeStream;
  stream.on?.('error', () => {});
  return new IteratedBody(stream[Symbol.asyncIterator](), (error) => stream.destroy?.(error));
}

type Source = { next(): Promise<IteratorResult<Uint8Array>> | IteratorResult<Uint8Array> };

class IteratedBody implements ReceivedBody {
  readonly #source: Source;
  readonly #cancel: (error: Error) => unknown;
  #ended = false;
  #destroyedBy: Error | undefined;

  constructor(source: Source, cancel: (error: Error) => unknown) {
    this.#source = source;
    this.#cancel = cancel;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (let chunk = await this.#read(); chunk; chunk = await this.#read()) yield chunk;
  }

  async forEach(onChunk: (chunk: Uint8Array) => boolean): Promise<void> {
    for (let chunk = await this.#read(); chunk; chunk = await this.#read()) if (!onChunk(chunk)) return this.destroy();
  }

  destroy(error: Error = new Error('the body was given up')): void {
    if (this.#ended || this.#destroyedBy) return;
    this.#destroyedBy = error;
    // A body that has failed before cannot be cancelled.
    Promise.resolve(this.#cancel(error)).catch(() => {});
  }

  /** The next chunk; undefined at the end. A read that is cancelled ends as if it were at the end of the body. */
  async #read(): Promise<Uint8Array | undefined> {
    const { done, value } = await this.#source.next();
    if (this.#destroyedBy) throw this.#destroyedBy;
    if (!done) return value;
    this.#ended = true;
    return undefined;
  }
}
