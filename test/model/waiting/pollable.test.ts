import { expect } from 'chai';
import { type BatchSource, OperationTimeoutError, type Poll, ResourceError, ValidationError } from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { VirtualConnection } from '../../support/virtual.js';

describe('waiting for something of one’s own', () => {
  const api = (): VirtualConnection => new VirtualConnection(() => ({}));
  const build = (...states: string[]) => {
    let polls = 0;
    return {
      subject: 'build 7',
      poll: async (): Promise<Poll<string>> => {
        const state = states[Math.min(polls++, states.length - 1)]!;
        return { state, final: state === 'done' };
      },
    };
  };

  it('takes no more than a name and a poll, and resolves to the final state', async () => {
    const connection = api();
    expect(await connection.wait(build('queued', 'running', 'done'))).to.equal('done');
    expect(connection.clock.sleeps.map(Math.round)).to.deep.equal([500, 550]);
  });

  it('can be followed poll by poll', async () => {
    const states: unknown[] = [];
    for await (const { state, attempt, nextDelayMs } of api().polls(build('queued', 'done'), { waitTime: 1 })) {
      states.push([state, attempt, nextDelayMs]);
    }
    expect(states).to.deep.equal([
      ['queued', 1, 1000],
      ['done', 2, null],
    ]);
  });

  it('names it when the time is over, and refuses a time that is none', async () => {
    const error = await failure<OperationTimeoutError>(api().wait(build('queued'), { timeout: 3 }));
    expect(error).to.be.instanceOf(OperationTimeoutError).with.property('result', 'queued');
    expect(error.message).to.contain('build 7').and.contain('3 seconds');
    expect(await failure(api().wait(build('done'), { timeout: -1 }))).to.be.instanceOf(ValidationError);
  });

  it('says so when a poll gives nothing', async () => {
    const error = await failure(api().wait({ subject: 'build 7', poll: async () => undefined as never }));
    expect(error).to.be.instanceOf(ResourceError);
    expect(error.message).to.contain('build 7').and.contain('{ state, final }');
  });

  it('can be poked', async () => {
    const connection = api();
    const subject = build('queued', 'done');
    connection.clock.onSleep = () => connection.poke(subject);
    await connection.wait(subject, { waitTime: 60 });
    expect(connection.clock.now()).to.equal(0);
  });

  it('polls many together where that is possible', async () => {
    const asked: string[][] = [];
    const source: BatchSource = {
      maxSize: 2,
      poll: async (ids) => {
        asked.push([...ids]);
        return { found: new Map(ids.map((id) => [id, `${id} is done`])) };
      },
    };
    const one = (id: string) => ({
      subject: id,
      poll: () => Promise.reject(new Error('alone')),
      batch: { source, id, ask: () => (found: unknown) => ({ state: String(found), final: true }) },
    });
    const connection = api();
    expect(await Promise.all(['a', 'b', 'c', 'd'].map((id) => connection.wait(one(id))))).to.deep.equal([
      'a is done',
      'b is done',
      'c is done',
      'd is done',
    ]);
    expect(asked).to.deep.equal([
      ['a', 'b'],
      ['c', 'd'],
    ]);
  });
});
