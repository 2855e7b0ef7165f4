/** Hands chunks from a writer to a reader, one at a time. */
export class Handoff implements AsyncIterable<Uint8Array> {
  #chunk: { readonly bytes: Uint8Array; taken(): void } | undefined;
  #state: 'open' | 'ended' | 'closed' = 'open';
  #failure: Error | undefined;
  /** Wakes the reader that waits for a chunk. */
  #wake: (() => void) | undefined;

  /** Resolves when the reader has taken the chunk, or will take no more. */
  write(bytes: Uint8Array): Promise<void> {
    if (this.#state !== 'open') return Promise.resolve();
    return new Promise((taken) => {
      this.#chunk = { bytes, taken };
      this.#wake?.();
    });
  }

  /** Ends the chunks of the reader. */
  end(): void {
    if (this.#state === 'open') this.#state = 'ended';
    this.#wake?.();
  }

  /** Ends what the writer waits for, and fails the reader if it still reads. */
  close(error: Error = new Error('the content was given up')): void {
    this.#state = 'closed';
    this.#failure = error;
    this.#chunk?.taken();
    this.#chunk = undefined;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      if (this.#failure) throw this.#failure;
      const chunk = this.#chunk;
      this.#chunk = undefined;
      if (chunk) {
        chunk.taken();
        yield chunk.bytes;
      } else if (this.#state === 'ended') return;
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
  }
}
