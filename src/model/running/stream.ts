import { ResourceError } from '../errors/index.js';

/**
 * The chunks of a streamed run, which can be read once: `for await (const chunk of stream)`. The request is sent when reading begins, and
 * leaving the loop aborts it.
 */
export class RunStream<C = unknown> implements AsyncIterable<C> {
  readonly #open: () => AsyncGenerator<C, void, void>;
  readonly #textOf: (chunk: C) => string;
  #isOpen = false;

  constructor(open: () => AsyncGenerator<C, void, void>, textOf: (chunk: C) => string) {
    this.#open = open;
    this.#textOf = textOf;
  }

  /** @throws ResourceError when the stream is being read already, or has been. */
  [Symbol.asyncIterator](): AsyncGenerator<C, void, void> {
    if (this.#isOpen) throw new ResourceError('A stream can be read only once; call stream() again.');
    this.#isOpen = true;
    return this.#open();
  }

  /** Reads all chunks and joins their texts. @throws what reading the chunks throws. */
  async text(): Promise<string> {
    let text = '';
    for await (const chunk of this) text += this.#textOf(chunk);
    return text;
  }
}
