import { mock } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { createClock } from '../../../src/local/clock.js';
import { JobInterrupted, JobQueue, type JobRunner, PlatformStopped } from '../../../src/local/queue/queue.js';
import { inMemory, openDatabase, type Store } from '../../../src/local/store/database.js';
import { createIdGenerator } from '../../../src/local/store/ids.js';
import { execute } from '../../../src/local/store/statements.js';
import { failure } from '../../support/failure.js';
import { deferred } from '../support/deferred.js';

describe('The job queue of the local platform', () => {
  let store: Store;
  let queue: JobQueue;
  beforeEach(async () => {
    store = await openDatabase(inMemory);
    queue = new JobQueue(store, { clock: createClock(Date.now), newId: createIdGenerator(Date.now) });
  });
  afterEach(async () => {
    await queue.stop();
    await store.destroy();
  });

  const jobs = () => store.selectFrom('jobs').selectAll().execute();
  const runner = (run: JobRunner['run'], fail: JobRunner['fail'] = async () => {}): JobRunner => ({ run, fail });

  /** Waits until something is so; the queue works between the turns of the event loop. */
  async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
    while (!(await condition())) await turn();
  }
  const empty = () => until(async () => (await jobs()).length === 0);

  /** Adds twenty jobs that end together, of which eight must run at once and no more. */
  async function expectEightAtOnce(addTwenty: () => Promise<void>): Promise<void> {
    let running = 0;
    let most = 0;
    const released = deferred();
    queue.register(
      'a',
      runner(async () => {
        most = Math.max(most, ++running);
        await released.promise;
        running--;
      }),
    );
    await addTwenty();
    await until(() => running === 8);
    for (let count = 0; count < 20; count++) await turn();
    released.resolve();
    await empty();
    expect(most).to.equal(8);
  }

  it('does the work there is, in order, and forgets it', async () => {
    const done: string[] = [];
    queue.register(
      'a',
      runner(async (id) => void done.push(id)),
    );
    for (const id of ['1', '2', '3']) await queue.add(store, 'a', id);
    await queue.start({ exclusive: true });
    await empty();
    expect(done).to.deep.equal(['1', '2', '3']);
  });

  it('is woken by new work', async () => {
    const done: string[] = [];
    queue.register(
      'a',
      runner(async (id) => void done.push(id)),
    );
    await queue.add(store, 'a', '1');
    await queue.start({ exclusive: true });
    await empty();
    for (let count = 0; count < 20; count++) await turn();
    await queue.add(store, 'a', '2');
    for (let count = 0; count < 20; count++) await turn();
    expect(done, 'without a wake').to.deep.equal(['1']);
    queue.wake();
    await empty();
    expect(done).to.deep.equal(['1', '2']);
  });

  it('does eight jobs at once at most', async () => {
    await expectEightAtOnce(async () => {
      for (let id = 0; id < 20; id++) await queue.add(store, 'a', String(id));
      await queue.start({ exclusive: true });
    });
  });

  it('writes the result of work with the removal of its job, or says why that failed', async () => {
    const failed: string[][] = [];
    const insert = (key: string) => ({ text: 'insert into settings values (?, ?)', parameters: [key, ''] });
    queue.register(
      'a',
      runner(
        async (id) => [insert(id), insert(id === 'bad' ? 'bad' : `${id} too`)],
        async (...all) => void failed.push(all),
      ),
    );
    for (const id of ['good', 'bad']) await queue.add(store, 'a', id);
    await queue.start({ exclusive: true });
    await empty();
    expect((await store.selectFrom('settings').selectAll().execute()).map(({ key }) => key)).to.deep.equal(['good', 'good too']);
    expect(failed.map(([id]) => id)).to.deep.equal(['bad']);
  });

  describe('adds work with its record', () => {
    const done: string[] = [];
    const add = (id: string) => queue.addAndRun('a', id, (addition) => execute(store, addition).then(() => {}));
    beforeEach(() => {
      done.length = 0;
      queue.register(
        'a',
        runner(async (id) => void done.push(id)),
      );
    });

    it('and runs it, at once or in its turn', async () => {
      await queue.add(store, 'a', 'before');
      await add('while it is stopped');
      expect((await jobs()).map(({ leaseOwner }) => leaseOwner)).to.deep.equal([null, null]);
      await queue.start({ exclusive: true });
      await add('while others wait');
      await empty();
      await turn();
      await queue.addAndRun('a', 'at once', async (addition) => {
        await execute(store, addition);
        expect((await jobs()).map(({ subjectId, attempts }) => [subjectId, attempts])).to.deep.equal([['at once', 1]]);
      });
      await empty();
      expect(done).to.deep.equal(['before', 'while it is stopped', 'while others wait', 'at once']);
    });

    it('but not when its record is not created, or the queue is stopped meanwhile', async () => {
      await queue.start({ exclusive: true });
      await add('first');
      await empty();
      const refused = new Error('no');
      for (let count = 0; count < 10; count++) {
        const adding = queue.addAndRun('a', 'refused', () => Promise.reject(refused));
        expect(await failure(adding)).to.equal(refused);
      }
      await queue.addAndRun('a', 'left', async (addition) => {
        await execute(store, addition);
        await queue.stop();
      });
      for (let count = 0; count < 20; count++) await turn();
      expect(done.filter((id) => id !== 'first')).to.deep.equal([]);
      await queue.start({ exclusive: true });
      await empty();
      expect(done.filter((id) => id !== 'first')).to.deep.equal(['left']);
    });

    it('eight at once at most', async () => {
      await expectEightAtOnce(async () => {
        await queue.start({ exclusive: true });
        for (let count = 0; count < 20; count++) await turn();
        await Promise.all(Array.from({ length: 20 }, (_, id) => add(String(id))));
      });
    });

    it('and leaves the place of what is not created to others', async () => {
      await queue.start({ exclusive: true });
      await add('first');
      await empty();
      const insertion = deferred();
      const refused = new Error('no');
      const adding = Array.from({ length: 8 }, (_, id) =>
        failure(queue.addAndRun('a', String(id), () => insertion.promise.then(() => Promise.reject(refused)))),
      );
      await add('last');
      for (let count = 0; count < 20; count++) await turn();
      expect(done, 'with eight to come').to.deep.equal(['first']);
      insertion.resolve();
      expect(new Set(await Promise.all(adding))).to.deep.equal(new Set([refused]));
      await empty();
      expect(done).to.deep.equal(['first', 'last']);
    });
  });

  it('leaves alone what another worker has, until its lease is over', async () => {
    const done: string[] = [];
    queue.register(
      'a',
      runner(async (id) => void done.push(id)),
    );
    for (const id of ['held', 'lost']) await queue.add(store, 'a', id);
    await store
      .updateTable('jobs')
      .set({ leaseOwner: 'another', leaseUntil: Date.now() + 60_000 })
      .where('subjectId', '=', 'held')
      .execute();
    await store
      .updateTable('jobs')
      .set({ leaseOwner: 'another', leaseUntil: Date.now() - 1 })
      .where('subjectId', '=', 'lost')
      .execute();
    await queue.start({ exclusive: false });
    await until(async () => (await jobs()).length === 1);
    expect(done).to.deep.equal(['lost']);
    expect((await jobs())[0]).to.include({ subjectId: 'held', leaseOwner: 'another' });
  });

  it('takes over what another worker has when it is alone', async () => {
    const done: string[] = [];
    queue.register(
      'a',
      runner(async (id) => void done.push(id)),
    );
    await queue.add(store, 'a', 'held');
    await store
      .updateTable('jobs')
      .set({ leaseOwner: 'another', leaseUntil: Date.now() + 60_000 })
      .execute();
    await queue.start({ exclusive: true });
    await empty();
    expect(done).to.deep.equal(['held']);
  });

  it('writes down what a worker did not expect, and goes on', async () => {
    const failed: string[][] = [];
    queue.register(
      'a',
      runner(
        async (id) => {
          if (id === 'bad') throw new Error('out of paper');
        },
        async (...all) => void failed.push(all),
      ),
    );
    for (const id of ['bad', 'good']) await queue.add(store, 'a', id);
    await queue.start({ exclusive: true });
    await empty();
    expect(failed).to.deep.equal([['bad', 'out of paper']]);
  });

  it('interrupts one piece of work, and all of it when it stops, which is then left for the next start', async () => {
    const reasons = new Map<string, unknown>();
    const running = new Set<string>();
    const work: JobRunner['run'] = (id, signal) =>
      new Promise((resolve, reject) => {
        running.add(id);
        signal.addEventListener('abort', () => {
          reasons.set(id, signal.reason);
          if (signal.reason instanceof PlatformStopped) reject(signal.reason);
          else resolve(undefined);
        });
      });
    queue.register('a', runner(work));
    for (const id of ['one', 'two']) await queue.add(store, 'a', id);
    await queue.start({ exclusive: true });
    await until(() => running.size === 2);
    const reason = new Error('cancelled');
    queue.abort('one', reason);
    queue.abort('unknown', reason);
    await until(async () => (await jobs()).length === 1);
    expect(reasons.get('one')).to.equal(reason);
    await queue.stop();
    expect(reasons.get('two')).to.be.instanceOf(PlatformStopped);
    expect((await jobs())[0]).to.include({ subjectId: 'two', leaseOwner: null, leaseUntil: 0, attempts: 0 });
  });

  it('attempts work three times whose process ends, and says why it failed', async () => {
    const failed: string[][] = [];
    let attempts = 0;
    queue.register(
      'a',
      runner(
        async (id) => {
          if (id === 'once' && attempts > 0) return;
          attempts++;
          throw new JobInterrupted('Its process was killed.');
        },
        async (...all) => void failed.push(all),
      ),
    );
    await queue.add(store, 'a', 'once');
    await queue.start({ exclusive: true });
    await empty();
    expect(failed).to.deep.equal([]);
    await queue.add(store, 'a', 'always');
    queue.wake();
    await empty();
    expect(failed).to.deep.equal([['always', 'Its process was killed. It was attempted 3 times.']]);
    expect(attempts).to.equal(4);
  });

  it('attempts work again whose end could not be written, once its lease is over, but not what still runs', async () => {
    mock.timers.enable({ apis: ['Date', 'setInterval'], now: Date.now() });
    try {
      const runs: string[] = [];
      const released = deferred();
      const fullDisk = async () => {
        throw new Error('The disk is full.');
      };
      queue.register(
        'a',
        runner(async (id) => {
          runs.push(id);
          if (id === 'long') await released.promise;
          else if (runs.length === 2) await fullDisk();
        }, fullDisk),
      );
      for (const id of ['long', 'lost']) await queue.add(store, 'a', id);
      await queue.start({ exclusive: true });
      await until(() => runs.length === 2);
      for (let seconds = 0; seconds < 120; seconds += 10) {
        expect(runs, `after ${seconds} seconds`).to.deep.equal(seconds <= 30 ? ['long', 'lost'] : ['long', 'lost', 'lost']);
        mock.timers.tick(10_000);
        for (let count = 0; count < 20; count++) await turn();
      }
      released.resolve();
      await empty();
      expect(runs).to.deep.equal(['long', 'lost', 'lost']);
    } finally {
      mock.timers.reset();
    }
  });

  it('does work on one record one after the other', async () => {
    const events: string[] = [];
    queue.register(
      'a',
      runner(async (_id, signal) => {
        events.push('begin');
        for (let count = 0; count < 5 && !signal.aborted; count++) await turn();
        await turn();
        events.push('end');
      }),
    );
    await queue.add(store, 'a', 'same');
    await queue.start({ exclusive: true });
    await until(() => events.length === 1);
    await queue.add(store, 'a', 'same');
    queue.wake();
    queue.abort('same', new Error('paused'));
    await empty();
    expect(events).to.deep.equal(['begin', 'end', 'begin', 'end']);
  });
});
