import { expect } from 'chai';
import {
  AbortedError,
  type Awaitable,
  BaseResource,
  Entity,
  Field,
  OperationFailedError,
  ResourceError,
  RunnableResourceMixin,
  ValidationError,
  WaitableResourceMixin,
  waitAll,
  waitAny,
} from '../../../src/index.js';
import type { WaitOptions } from '../../../src/model/ports/waiter.js';
import { failure } from '../../support/failure.js';
import { baseUrl, VirtualConnection } from '../../support/virtual.js';

/** Something that ends after so many turns of the event loop. */
function thing(turns: number, end: string | Error): Awaitable<string> & { waits: number; aborted: boolean } {
  return {
    waits: 0,
    aborted: false,
    async wait({ signal }: WaitOptions = {}) {
      this.waits++;
      for (let turn = 0; turn < turns; turn++) {
        await new Promise(setImmediate);
        if (signal?.aborted) {
          this.aborted = true;
          throw new AbortedError('aborted', { cause: signal.reason });
        }
      }
      if (end instanceof Error) throw end;
      return end;
    },
  };
}

describe('waitAll', () => {
  it('waits for what is in the list when it is called', async () => {
    const list = [thing(1, 'a')];
    const all = waitAll(list);
    list.length = 0;
    expect((await all).map(({ status }) => status)).to.deep.equal(['fulfilled']);
  });

  it('tells of each how it ended, in the order they were given', async () => {
    const no = new Error('no');
    const runs = [thing(3, 'a'), thing(1, no), thing(2, 'c')];
    const ended: number[] = [];
    const outcomes = await waitAll(runs, { onEach: ({ index }) => ended.push(index) });
    expect(outcomes).to.deep.equal([
      { run: runs[0], index: 0, status: 'fulfilled', value: 'a' },
      { run: runs[1], index: 1, status: 'rejected', reason: no },
      { run: runs[2], index: 2, status: 'fulfilled', value: 'c' },
    ]);
    expect(ended).to.deep.equal([1, 2, 0]);
  });

  it('waits for as many at a time as it is told', async () => {
    const runs = [thing(2, 'a'), thing(2, 'b'), thing(2, 'c')];
    let most = 0;
    let now = 0;
    for (const run of runs) {
      const { wait } = run;
      run.wait = async (options) => {
        most = Math.max(most, ++now);
        const value = await wait.call(run, options);
        now--;
        return value;
      };
    }
    await waitAll(runs, { concurrency: 2 });
    expect(most).to.equal(2);
  });

  it('ends with what onEach throws, and ends the other waits', async () => {
    const slow = thing(50, 'slow');
    const bug = new RangeError('bug');
    const wait = waitAll([thing(1, 'a'), slow], {
      onEach: () => {
        throw bug;
      },
    });
    expect(await failure(wait)).to.equal(bug);
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    expect(slow.aborted).to.equal(true);
  });

  it('tells of each when it is aborted, also of those it had not come to', async () => {
    const control = new AbortController();
    const runs = [thing(1, 'a'), thing(50, 'b'), thing(50, 'c')];
    const ended: number[] = [];
    const onEach = ({ index }: { index: number }): void => {
      ended.push(index);
      control.abort();
    };
    const outcomes = await waitAll(runs, { concurrency: 1, signal: control.signal, onEach });
    expect(ended).to.deep.equal([0, 1, 2]);
    expect(outcomes.map(({ status }) => status)).to.deep.equal(['fulfilled', 'rejected', 'rejected']);
    expect(outcomes.map(({ run }) => run)).to.deep.equal(runs);
    for (const outcome of outcomes.slice(1)) expect((outcome as { reason: unknown }).reason).to.be.instanceOf(AbortedError);
    expect(runs[2]!.waits).to.equal(0);
  });

  it('refuses options that make no sense, before it waits', async () => {
    const run = thing(1, 'a');
    for (const options of [{ timeout: 300_000 }, { concurrency: 0 }])
      expect(await failure(waitAll([run], options))).to.be.instanceOf(ValidationError);
    expect(run.waits).to.equal(0);
  });
});

describe('waitAny', () => {
  it('gives the first that succeeds, and ends the waits for the others', async () => {
    const runs = [thing(50, 'slow'), thing(1, new Error('no')), thing(3, 'quick')];
    expect(await waitAny(runs)).to.deep.equal({ run: runs[2], index: 2, value: 'quick' });
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    expect(runs[0]!.aborted).to.equal(true);
  });

  it('fails with all reasons when none succeeds', async () => {
    const error = await failure(waitAny([thing(2, new Error('one')), thing(1, new Error('two'))]));
    expect(error).to.be.instanceOf(ResourceError);
    expect(error.message).to.contain('none of 2').and.contain('one');
    expect((error.cause as AggregateError).errors.map(({ message }) => message)).to.deep.equal(['one', 'two']);
  });

  it('ends on abort, and needs something to wait for', async () => {
    const control = new AbortController();
    const any = waitAny([thing(50, 'a'), thing(50, 'b')], { signal: control.signal });
    control.abort();
    expect(await failure(any)).to.be.instanceOf(AbortedError);
    expect(await failure(waitAny([]))).to.be.instanceOf(ValidationError);
  });
});

describe('running many', () => {
  @Entity({ path: 'jobs' })
  class Job extends RunnableResourceMixin(BaseResource) {}

  @Entity({ path: 'works' })
  class Work extends WaitableResourceMixin(BaseResource) {
    @Field() status!: string;
    @Field() number!: number;
  }

  it('runs one record with many inputs', async () => {
    const api = new VirtualConnection(({ method, path, body }) => {
      const { n } = (body ?? {}) as { n?: number };
      if (method === 'POST') return n === 1 ? { status: 'FAILED', error: 'odd' } : { status: 'IN_PROGRESS', data: `${baseUrl}/runs/${n}` };
      return { status: 'SUCCESS', completed: true, data: path.slice(-1) };
    });
    const job = api.bind(Job).fromDict({ id: 'j1' });
    const seen: unknown[] = [];
    for await (const outcome of job.runMany([{ n: 0 }, { n: 1 }, { n: 2 }], { concurrency: 2, order: 'input' }))
      seen.push(outcome.status === 'fulfilled' ? [outcome.input, outcome.value.data] : (outcome.reason as Error).message);
    expect(seen).to.deep.equal([[{ n: 0 }, '0'], 'Operation failed: odd', [{ n: 2 }, '2']]);
    expect(() => job.runMany([{}], { timeout: 300_000 })).to.throw(ValidationError);
  });

  it('creates a record for each input and waits for its work', async () => {
    const api = new VirtualConnection(({ method, path, body }) => {
      if (method === 'POST') return { ...(body as object), id: `w${(body as { number: number }).number}`, status: 'pending' };
      return { id: path.slice('works/'.length), status: path.endsWith('1') ? 'failed' : 'completed' };
    });
    const seen: string[] = [];
    for await (const outcome of api.bind(Work).runMany([{ number: 0 }, { number: 1 }], { order: 'input' })) {
      const work = outcome.status === 'fulfilled' ? outcome.value : ((outcome.reason as OperationFailedError).result as Work);
      expect(work).to.be.instanceOf(Work).and.equal(outcome.run);
      seen.push(`${work.id} ${work.status}`);
    }
    expect(seen).to.deep.equal(['w0 completed', 'w1 failed']);
  });
});
