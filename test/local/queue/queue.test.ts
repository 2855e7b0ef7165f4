import { mock } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { JobInterrupted, type JobRunner, PlatformStopped } from '../../../src/local/queue/queue.js';
import { deferred } from '../support/deferred.js';
import { job, runner, until, useQueue } from './support.js';

describe('The job queue of the local platform', () => {
  const { used, jobs, empty, expectEightAtOnce } = useQueue();

  it('does the work there is, in order, and forgets it', async () => {
    const done: string[] = [];
    used.queue.register(
      'a',
      runner(async (id) => void done.push(id)),
    );
    for (const id of ['1', '2', '3']) await used.queue.add(used.store, job(id));
    await used.queue.start({ exclusive: true });
    await empty();
    expect(done).to.deep.equal(['1', '2', '3']);
  });

  it('is woken by new work', async () => {
    const done: string[] = [];
    used.queue.register(
      'a',
      runner(async (id) => void done.push(id)),
    );
    await used.queue.add(used.store, job('1'));
    await used.queue.start({ exclusive: true });
    await empty();
    for (let count = 0; count < 20; count++) await turn();
    await used.queue.add(used.store, job('2'));
    for (let count = 0; count < 20; count++) await turn();
    expect(done, 'without a wake').to.deep.equal(['1']);
    used.queue.wake();
    await empty();
    expect(done).to.deep.equal(['1', '2']);
  });

  it('does eight jobs at once at most', async () => {
    await expectEightAtOnce(async () => {
      for (let id = 0; id < 20; id++) await used.queue.add(used.store, job(String(id)));
      await used.queue.start({ exclusive: true });
    });
  });

  it('writes the result of work with the removal of its job, or says why that failed', async () => {
    const failed: string[][] = [];
    const insert = (key: string) => ({ text: 'insert into settings values (?, ?)', parameters: [key, ''] });
    used.queue.register(
      'a',
      runner(
        async (id) => [insert(id), insert(id === 'bad' ? 'bad' : `${id} too`)],
        async (...all) => void failed.push(all),
      ),
    );
    for (const id of ['good', 'bad']) await used.queue.add(used.store, job(id));
    await used.queue.start({ exclusive: true });
    await empty();
    expect((await used.store.selectFrom('settings').selectAll().execute()).map(({ key }) => key)).to.deep.equal(['good', 'good too']);
    expect(failed.map(([id]) => id)).to.deep.equal(['bad']);
  });

  it('leaves alone what another worker has, until its lease is over', async () => {
    const done: string[] = [];
    used.queue.register(
      'a',
      runner(async (id) => void done.push(id)),
    );
    for (const id of ['held', 'lost']) await used.queue.add(used.store, job(id));
    await used.store
      .updateTable('jobs')
      .set({ leaseOwner: 'another', leaseUntil: Date.now() + 60_000 })
      .where('subjectId', '=', 'held')
      .execute();
    await used.store
      .updateTable('jobs')
      .set({ leaseOwner: 'another', leaseUntil: Date.now() - 1 })
      .where('subjectId', '=', 'lost')
      .execute();
    await used.queue.start({ exclusive: false });
    await until(async () => (await jobs()).length === 1);
    expect(done).to.deep.equal(['lost']);
    expect((await jobs())[0]).to.include({ subjectId: 'held', leaseOwner: 'another' });
  });

  it('takes over what another worker has when it is alone', async () => {
    const done: string[] = [];
    used.queue.register(
      'a',
      runner(async (id) => void done.push(id)),
    );
    await used.queue.add(used.store, job('held'));
    await used.store
      .updateTable('jobs')
      .set({ leaseOwner: 'another', leaseUntil: Date.now() + 60_000 })
      .execute();
    await used.queue.start({ exclusive: true });
    await empty();
    expect(done).to.deep.equal(['held']);
  });

  it('writes down what a worker did not expect, and goes on', async () => {
    const failed: string[][] = [];
    used.queue.register(
      'a',
      runner(
        async (id) => {
          if (id === 'bad') throw new Error('out of paper');
        },
        async (...all) => void failed.push(all),
      ),
    );
    for (const id of ['bad', 'good']) await used.queue.add(used.store, job(id));
    await used.queue.start({ exclusive: true });
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
    used.queue.register('a', runner(work));
    for (const id of ['one', 'two']) await used.queue.add(used.store, job(id));
    await used.queue.start({ exclusive: true });
    await until(() => running.size === 2);
    const reason = new Error('cancelled');
    used.queue.abort('one', reason);
    used.queue.abort('unknown', reason);
    await until(async () => (await jobs()).length === 1);
    expect(reasons.get('one')).to.equal(reason);
    await used.queue.stop();
    expect(reasons.get('two')).to.be.instanceOf(PlatformStopped);
    expect((await jobs())[0]).to.include({ subjectId: 'two', leaseOwner: null, leaseUntil: 0, attempts: 0 });
  });

  it('attempts work three times whose process ends, and says why it failed', async () => {
    const failed: string[][] = [];
    let attempts = 0;
    used.queue.register(
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
    await used.queue.add(used.store, job('once'));
    await used.queue.start({ exclusive: true });
    await empty();
    expect(failed).to.deep.equal([]);
    await used.queue.add(used.store, job('always'));
    used.queue.wake();
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
      used.queue.register(
        'a',
        runner(async (id) => {
          runs.push(id);
          if (id === 'long') await released.promise;
          else if (runs.length === 2) await fullDisk();
        }, fullDisk),
      );
      for (const id of ['long', 'lost']) await used.queue.add(used.store, job(id));
      await used.queue.start({ exclusive: true });
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
    used.queue.register(
      'a',
      runner(async (_id, signal) => {
        events.push('begin');
        for (let count = 0; count < 5 && !signal.aborted; count++) await turn();
        await turn();
        events.push('end');
      }),
    );
    await used.queue.add(used.store, job('same'));
    await used.queue.start({ exclusive: true });
    await until(() => events.length === 1);
    await used.queue.add(used.store, job('same'));
    used.queue.wake();
    used.queue.abort('same', new Error('paused'));
    await empty();
    expect(events).to.deep.equal(['begin', 'end', 'begin', 'end']);
  });
});
