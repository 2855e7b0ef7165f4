import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { execute } from '../../../src/local/store/statements.js';
import { failure } from '../../support/failure.js';
import { deferred } from '../support/deferred.js';
import { job, runner, useQueue } from './support.js';

describe('The job queue of the local platform, adding work with its record', () => {
  const { used, jobs, empty, expectEightAtOnce } = useQueue();
  const done: string[] = [];
  const add = (id: string) => used.queue.addAndRun(job(id), (addition) => execute(used.store, addition).then(() => {}));
  beforeEach(() => {
    done.length = 0;
    used.queue.register(
      'a',
      runner(async (id) => void done.push(id)),
    );
  });

  it('runs it, at once or in its turn', async () => {
    await used.queue.add(used.store, job('before'));
    await add('while it is stopped');
    expect((await jobs()).map(({ leaseOwner }) => leaseOwner)).to.deep.equal([null, null]);
    await used.queue.start({ exclusive: true });
    await add('while others wait');
    await empty();
    await turn();
    await used.queue.addAndRun(job('at once'), async (addition) => {
      await execute(used.store, addition);
      expect((await jobs()).map(({ subjectId, attempts }) => [subjectId, attempts])).to.deep.equal([['at once', 1]]);
    });
    await empty();
    expect(done).to.deep.equal(['before', 'while it is stopped', 'while others wait', 'at once']);
  });

  it('does not run it when its record is not created, or the queue is stopped meanwhile', async () => {
    await used.queue.start({ exclusive: true });
    await add('first');
    await empty();
    const refused = new Error('no');
    for (let count = 0; count < 10; count++) {
      const adding = used.queue.addAndRun(job('refused'), () => Promise.reject(refused));
      expect(await failure(adding)).to.equal(refused);
    }
    await used.queue.addAndRun(job('left'), async (addition) => {
      await execute(used.store, addition);
      await used.queue.stop();
    });
    for (let count = 0; count < 20; count++) await turn();
    expect(done.filter((id) => id !== 'first')).to.deep.equal([]);
    await used.queue.start({ exclusive: true });
    await empty();
    expect(done.filter((id) => id !== 'first')).to.deep.equal(['left']);
  });

  it('runs eight at once at most', async () => {
    await expectEightAtOnce(async () => {
      await used.queue.start({ exclusive: true });
      for (let count = 0; count < 20; count++) await turn();
      await Promise.all(Array.from({ length: 20 }, (_, id) => add(String(id))));
    });
  });

  it('leaves the place of what is not created to others', async () => {
    await used.queue.start({ exclusive: true });
    await add('first');
    await empty();
    const insertion = deferred();
    const refused = new Error('no');
    const adding = Array.from({ length: 8 }, (_, id) =>
      failure(used.queue.addAndRun(job(String(id)), () => insertion.promise.then(() => Promise.reject(refused)))),
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
