import { expect } from 'chai';
import { ConnectionError } from '../../../src/index.js';
import { part } from '../../../src/model/support/part.js';
import { failure } from '../../support/failure.js';

describe('a part that is loaded when it is first needed', () => {
  it('is loaded once, however many ask, and is then there at once', async () => {
    let loads = 0;
    const work = part(async () => {
      loads++;
      return { answer: 42 };
    });
    expect(loads).to.equal(0);
    const asked = [work(), work()];
    expect(asked[0]).to.be.instanceOf(Promise);
    expect(await Promise.all(asked)).to.deep.equal([{ answer: 42 }, { answer: 42 }]);
    expect(work()).to.deep.equal({ answer: 42 });
    expect(loads).to.equal(1);
  });

  it('is used with what was given when it was asked for, and once it is loaded with the very same, at once', async () => {
    const { signal } = new AbortController();
    const state = new Map([['a', 1]]);
    const given = { ids: ['1'], nested: { list: [{ n: 1 }] }, signal, state };
    const work = part(async () => ({ read: (options: typeof given) => options }));
    const first = work.use(given, ({ read }, options) => read(options));
    given.ids.push('2');
    given.nested.list[0]!.n = 2;
    const read = await first;
    expect([read.ids, read.nested]).to.deep.equal([['1'], { list: [{ n: 1 }] }]);
    expect([read.signal, read.state]).to.have.ordered.members([signal, state]);
    expect(work.use(given, (loaded, options) => loaded.read(options))).to.equal(given);
    const endless: { itself?: unknown; list: unknown[] } = { list: [] };
    endless.itself = endless;
    endless.list.push(endless.list);
    const copy = await part(async () => 1).use(endless, (_, options) => options);
    expect(copy).not.to.equal(endless);
    expect([copy.itself, copy.list[0]]).to.have.ordered.members([copy, copy.list]);
    const refused = part(() => Promise.reject(new Error('offline'))).use({}, () => 'used');
    await failure(Promise.resolve(refused), ConnectionError);
  });

  it('calls an action after all who have asked, and never where nobody has', async () => {
    const calls: string[] = [];
    const work = part(async () => 'loaded');
    work.afterAll(() => calls.push('before anybody asked'));
    const asked = (async () => void calls.push(`one: ${await work()}`))();
    work.afterAll((value) => calls.push(`after: ${value}`));
    await asked;
    await work();
    work.afterAll((value) => calls.push(`at once: ${value}`));
    expect(calls).to.deep.equal(['one: loaded', 'after: loaded', 'at once: loaded']);
    const broken = part(() => Promise.reject(new Error('offline')));
    const refused = failure(Promise.resolve(broken()), ConnectionError);
    broken.afterAll(() => calls.push('after a failure'));
    await refused;
    expect(calls).to.have.length(3);
  });

  it('that cannot be loaded is a ConnectionError, and is tried again by the next who asks', async () => {
    const outcomes = [() => Promise.reject(new TypeError('Failed to fetch')), () => Promise.resolve({ answer: 42 })];
    const work = part(() => outcomes.shift()!());
    const error = await failure(work() as Promise<unknown>, ConnectionError);
    expect(error.message).to.equal('A part of remote-record could not be loaded: Failed to fetch');
    expect(error.cause).to.be.instanceOf(TypeError);
    expect(await work()).to.deep.equal({ answer: 42 });
  });
});
