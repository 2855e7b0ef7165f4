import { expect } from 'chai';
import type { SentContent } from '../../../src/http/adapters/adapter.js';
import { sentBody } from '../../../src/http/node/sent-body.js';

/** Content of three chunks, and what it was told of the chunks before when each of the others was asked for. */
function world(isFlushed?: () => boolean) {
  const told: unknown[] = [];
  async function* chunks(isDone?: () => boolean): AsyncGenerator<Uint8Array> {
    for (const text of ['a', 'b', 'c']) {
      yield Buffer.from(text);
      told.push(isDone?.());
    }
  }
  const content: SentContent = { size: 3, blob: undefined, failure: undefined, chunks, sent() {}, sentUnseen: (response) => response };
  return { stream: sentBody(content, isFlushed).content!, told };
}

describe('content that is sent', () => {
  it('is done with where all that was read of it has left the process', async () => {
    const { stream, told } = world(() => true);
    const texts: string[] = [];
    for await (const chunk of stream) texts.push(String(chunk));
    expect(texts).to.deep.equal(['a', 'b', 'c']);
    expect(told).to.deep.equal([true, true, true]);
  });

  it('is not done with while a chunk waits to be read, nor before it has left, nor where nobody knows', async () => {
    const waiting = world(() => true);
    const { stream } = waiting;
    stream.read(0);
    await new Promise(setImmediate);
    expect(stream.readableLength).to.equal(1);
    // Node asks for the next chunk before it gives this one.
    stream._read(1);
    await new Promise(setImmediate);
    expect(waiting.told).to.deep.equal([false]);
    for (const [isFlushed, expected] of [
      [() => false, false],
      [undefined, undefined],
    ] as const) {
      const each = world(isFlushed);
      for await (const _ of each.stream);
      expect(each.told).to.deep.equal([expected, expected, expected]);
    }
  });
});
