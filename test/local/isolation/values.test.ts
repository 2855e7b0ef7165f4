import { isDeepStrictEqual } from 'node:util';
import { expect } from 'chai';
import type { EngineServices } from '../../../src/local/engine/types.js';
import { Table } from '../../../src/local/engine/values/table.js';
import { decode, type Encoded, SentValues } from '../../../src/local/isolation/values.js';
import { failure } from '../../support/failure.js';

const services = (): EngineServices => {
  throw new Error('No file is needed.');
};

describe('Values on their way to another process', () => {
  let sent: SentValues;
  let largest: number;
  beforeEach(() => {
    sent = new SentValues();
    largest = 0;
  });

  /** What arrives, by structured clone as between processes. */
  async function send(value: unknown): Promise<unknown> {
    const over = <T>(message: T): T => {
      largest = Math.max(largest, JSON.stringify(message, (_key, member) => (typeof member === 'bigint' ? String(member) : member)).length);
      return structuredClone(message);
    };
    const source = {
      piece: async (request: Parameters<SentValues['piece']>[0]) => over(await sent.piece(request)),
      release: (cursor: number) => sent.release(cursor),
    };
    return await decode(over<Encoded>(sent.encode(value)), source, services);
  }

  it('arrive as they were, exactly', async () => {
    const value = {
      big: 2n ** 70n,
      at: new Date(0),
      nothing: undefined,
      list: [undefined, null, Number.NaN, -0, 'x'],
      bytes: new Uint8Array([1]),
    };
    expect(await send(value)).to.deep.equal(value);
    expect(await send(JSON.parse('{"__proto__":{"a":1}}'))).to.deep.equal(JSON.parse('{"__proto__":{"a":1}}'));
    expect(await send({ toJSON: () => ({ a: 1 }) })).to.deep.equal({ a: 1 });
  });

  it('of any size and structure arrive in short messages', async () => {
    const list = Array.from({ length: 12_000 }, (_, index) => ({ index, text: `item ${index}` }));
    const object = Object.fromEntries(list.map((item) => [`key ${item.index}`, item]));
    const nested = Array.from({ length: 120 }, () => Array.from({ length: 120 }, (_, index) => index));
    for (const value of [list, { a: { list } }, object, [nested, { nested }]])
      expect(isDeepStrictEqual(await send(value), value)).to.equal(true);
    expect(largest).to.be.lessThan(500_000);
  });

  it('that contain themselves or functions are refused', async () => {
    const circle: Record<string, unknown> = {};
    circle.inner = { circle, list: Array.from({ length: 6000 }, () => circle) };
    expect((await failure(send(circle))).message).to.contain('circular');
    expect((await failure(send({ a: () => 1 }))).message).to.contain('a function cannot be a result');
  });

  it('with rows are read when they are iterated, once or again', async () => {
    let opened = 0;
    let closed = 0;
    const rows = async function* () {
      opened++;
      try {
        for (let n = 0; n < 2000; n++) yield { n };
      } finally {
        closed++;
      }
    };
    const count = async (table: AsyncIterable<unknown>, most = Number.POSITIVE_INFINITY) => {
      let found = 0;
      for await (const _row of table) if (++found >= most) break;
      return found;
    };
    const { again, once } = (await send({ again: new Table(['n'], rows, true), once: rows() })) as { again: Table; once: Table };
    expect(opened).to.equal(0);
    expect(again.columns).to.deep.equal(['n']);
    expect([await count(again), await count(again, 10), await count(once)]).to.deep.equal([2000, 10, 2000]);
    expect([opened, closed]).to.deep.equal([3, 3]);
    expect((await failure(count(once))).message).to.contain('only once');
  });

  it('arrive without waiting for rows that take their time', async () => {
    let resolve = (): void => {};
    const isTime = new Promise<void>((done) => {
      resolve = done;
    });
    const rows = async function* () {
      yield { n: 1 };
      await isTime;
      yield { n: 2 };
    };
    const iterator = ((await send(rows())) as Table)[Symbol.asyncIterator]();
    expect((await iterator.next()).value).to.deep.equal({ n: 1 });
    resolve();
    expect((await iterator.next()).value).to.deep.equal({ n: 2 });
    expect((await iterator.next()).done).to.equal(true);
  });
});
