import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import type { PoolClient } from 'pg';
import { Interrupted, JobInterrupted, LeaseLost, PlatformStopped, QueueFullError } from '../../../../src/local/queue/queue.js';
import { execute, executeAll, insertion, rowsOf } from '../../../../src/local/store/statements.js';
import { failure } from '../../../support/failure.js';
import { deferred } from '../../support/deferred.js';
import { job, runner } from '../support.js';
import { jobs, note, notes, type Process, usePostgresQueues } from './support.js';

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await delay(10);
}

const empty = (process: Process): Promise<void> => until(async () => (await jobs(process)).length === 0);

/** Says that another process has a job, and was heard of some seconds ago. */
async function claimByAnother(process: Process, secondsAgo: number): Promise<void> {
  const { connections } = process;
  await connections.query(`update graphile_worker._private_jobs set locked_by = 'its locker', locked_at = now() - interval '60 s'`);
  await connections.query(`update "workerJobs" set "workerId" = 'another', attempts = attempts + 1`);
  await connections.query(`insert into workers values ('another', now() - $1 * interval '1 s', '{its locker}')`, [secondsAgo]);
}

describe('The job queue in PostgreSQL', function () {
  this.timeout(60_000);
  const { used, open } = usePostgresQueues();

  it('runs what was committed, on one of the processes, and writes its end with the removal of the job', async () => {
    const processes = await Promise.all([open(), open(), open()]);
    const [first] = processes as [Process, Process, Process];
    const runs: string[] = [];
    for (const { queue } of processes) {
      queue.register(
        'a',
        runner(async (id) => {
          runs.push(id);
          return note(id);
        }),
      );
    }
    const undone = new Error('undone');
    const undoing = first.store.transaction().execute(async (store) => {
      await first.queue.add(store, job('undone'));
      throw undone;
    });
    expect(await failure(undoing)).to.equal(undone);
    for (const { queue } of processes) await queue.start();
    const ids = Array.from({ length: 60 }, (_, index) => `job ${String(index).padStart(2, '0')}`);
    await Promise.all(
      ids.map((id, index) => {
        const { queue, store } = processes[index % 3] as Process;
        if (index % 2 === 0) return queue.addAndRun(job(id), (addition) => executeAll(store, [addition]));
        return store.transaction().execute((transaction) => queue.add(transaction, job(id)));
      }),
    );
    await empty(first);
    expect(await notes(first)).to.deep.equal(ids);
    expect(runs.sort()).to.deep.equal(ids);
  });

  it('runs nothing before those who have started it can register what runs it', async () => {
    const process = await open();
    await process.queue.add(process.store, job('waiting'));
    await process.queue.start();
    process.queue.register(
      'a',
      runner(async () => note(`attempt ${(await jobs(process))[0]?.attempts}`)),
    );
    await empty(process);
    expect(await notes(process)).to.deep.equal(['attempt 1']);
  });

  it('writes nothing of a job that another process has taken over meanwhile', async () => {
    const process = await open();
    const [begun, released] = [deferred(), deferred()];
    process.queue.register(
      'a',
      runner(async () => {
        begun.resolve();
        await released.promise;
        return note('the end');
      }),
    );
    await process.queue.add(process.store, job('slow'));
    await process.queue.start();
    await begun.promise;
    await claimByAnother(process, 0);
    released.resolve();
    await until(async () => (await rowsOf(process.store, 'select 1 from graphile_worker.jobs', [])).length === 0);
    expect(await notes(process)).to.deep.equal([]);
    expect((await jobs(process))[0]).to.include({ subjectId: 'slow', workerId: 'another', attempts: 2 });
  });

  it('tells a job that another process has taken it over', async () => {
    const process = await open({ lease: 0.5 });
    const [begun, aborted] = [deferred(), deferred<unknown>()];
    process.queue.register(
      'a',
      runner(async (_id, signal) => {
        begun.resolve();
        signal.addEventListener('abort', () => aborted.resolve(signal.reason));
        throw await aborted.promise;
      }),
    );
    await process.queue.add(process.store, job('slow'));
    await process.queue.start();
    await begun.promise;
    await claimByAnother(process, -60);
    expect(await aborted.promise).to.be.instanceOf(LeaseLost);
    expect((await jobs(process))[0]).to.include({ workerId: 'another' });
  });

  it('takes over what a process has that is not heard of, and leaves alone what one has that is', async () => {
    const process = await open({ lease: 1 });
    const runs: string[] = [];
    process.queue.register(
      'a',
      runner(async (id) => {
        runs.push(id);
        return note(id);
      }),
    );
    await process.queue.add(process.store, job('left'));
    await claimByAnother(process, -2);
    await process.queue.start();
    await process.queue.add(process.store, job('new'));
    await until(() => runs.includes('new'));
    expect(runs, 'while the other one is alive').to.deep.equal(['new']);
    await empty(process);
    expect(runs).to.deep.equal(['new', 'left']);
    expect(await notes(process)).to.deep.equal(['left', 'new']);
  });

  it('runs a job once whose row was unlocked while it was not heard of', async () => {
    const process = await open();
    const [begun, released] = [deferred(), deferred()];
    let runs = 0;
    process.queue.register(
      'a',
      runner(async (id) => {
        runs++;
        begun.resolve();
        await released.promise;
        return note(id);
      }),
    );
    await process.queue.add(process.store, job('long'));
    await process.queue.start();
    await begun.promise;
    await process.connections.query('update graphile_worker._private_jobs set locked_by = null, locked_at = null');
    // The row is gone when it was taken again.
    await process.connections.query(`select graphile_worker.add_job('remote-record', '{"jobId": "none"}')`);
    await until(async () => (await rowsOf(process.store, 'select 1 from graphile_worker.jobs', [])).length === 0);
    released.resolve();
    await empty(process);
    expect([runs, await notes(process)]).to.deep.equal([1, ['long']]);
  });

  it('runs a job whose row it has locked without being told so', async () => {
    const process = await open({ lease: 0.5 });
    process.queue.register(
      'a',
      runner(async (id) => note(id)),
    );
    await process.queue.start();
    let lockers: string[] = [];
    await until(async () => {
      lockers = (await rowsOf<{ lockers: string[] }>(process.store, 'select lockers from workers', []))[0]?.lockers ?? [];
      return lockers.length > 0;
    });
    // As when the response with the row is lost.
    await process.store.transaction().execute(async (store) => {
      await process.queue.add(store, job('lost'));
      await execute(store, {
        text: `update graphile_worker._private_jobs set locked_by = ?, locked_at = now() - interval '60 s'`,
        parameters: [lockers[0]],
      });
    });
    await empty(process);
    expect(await notes(process)).to.deep.equal(['lost']);
  });

  it('leaves alone what other programs have locked with graphile-worker', async () => {
    const process = await open({ lease: 0.2 });
    process.queue.register(
      'a',
      runner(async (id) => note(id)),
    );
    await process.connections.query(`select graphile_worker.add_job('theirs', '{}')`);
    await process.connections.query(
      `update graphile_worker._private_jobs set locked_by = 'their worker', locked_at = now() - interval '60 s'`,
    );
    await process.queue.add(process.store, job('ours'));
    await process.queue.start();
    await empty(process);
    const beats = async () => (await rowsOf<{ at: Date }>(process.store, 'select "beatAt" as at from workers', []))[0]?.at.getTime() ?? 0;
    const first = await beats();
    await until(async () => (await beats()) > first + 100);
    expect(await rowsOf(process.store, 'select locked_by from graphile_worker.jobs', [])).to.deep.equal([{ locked_by: 'their worker' }]);
  });

  it('runs no more jobs at a time than it may, also while workers of graphile-worker are replaced', async () => {
    const process = await open({ concurrency: 2 });
    const released = deferred();
    const [trace, traces] = [console.trace, [] as unknown[]];
    // What graphile-worker writes when one of its workers ends, which this test makes it do.
    console.trace = (...args: unknown[]) => void traces.push(args);
    try {
      let [running, most] = [0, 0];
      process.queue.register(
        'a',
        runner(async (id) => {
          most = Math.max(most, ++running);
          if (id.startsWith('long')) await released.promise;
          running--;
          return note(id);
        }),
      );
      await process.connections.query(`create function fail() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$`);
      await process.connections.query(
        'create trigger fail before delete on graphile_worker._private_jobs for each row execute function fail()',
      );
      for (const id of ['long 1', 'short', 'long 2', 'long 3', 'long 4']) await process.queue.add(process.store, job(id));
      await process.queue.start();
      await until(async () => running === 2 && (await notes(process)).length === 1);
      const claimed = async () => (await jobs(process)).filter(({ workerId }) => workerId !== null).length;
      await until(() => traces.length > 0);
      // Workers that replace others have locked a row, and give it back.
      await until(
        async () => (await rowsOf(process.store, `select 1 from graphile_worker.jobs where locked_by is not null`, [])).length > 2,
      );
      await delay(200);
      expect([most, await claimed()]).to.deep.equal([2, 2]);
    } finally {
      await process.connections.query('drop trigger fail on graphile_worker._private_jobs');
      released.resolve();
      await empty(process);
      console.trace = trace;
    }
  });

  it('does not run a job whose record was stopped while it waited', async () => {
    const process = await open();
    const runs: string[] = [];
    process.queue.register(
      'a',
      runner(async (id) => void runs.push(id)),
    );
    await process.queue.add(process.store, job('stopped'));
    await process.queue.requestAbort(process.store, 'stopped', new Interrupted('It is cancelled.'));
    await process.queue.add(process.store, job('other'));
    await process.queue.start();
    await empty(process);
    expect(runs).to.deep.equal(['other']);
  });

  it('says that it is alive while others have all connections of the pool', async () => {
    const process = await open({ lease: 0.5 });
    await process.queue.start();
    const { pool } = process.connections;
    const taken: PoolClient[] = [];
    while (pool.totalCount < pool.options.max || pool.idleCount > 0) taken.push(await pool.connect());
    const client = taken[0] as PoolClient;
    const beat = async () => (await client.query<{ at: Date }>('select "beatAt" as at from workers')).rows[0]?.at.getTime() ?? 0;
    const first = await beat();
    await until(async () => (await beat()) > first);
    for (const each of taken) each.release();
  });

  it('runs jobs that graphile-worker does not know of', async () => {
    const process = await open({ lease: 0.5 });
    process.queue.register(
      'a',
      runner(async (id) => note(id)),
    );
    await process.queue.add(process.store, job('forgotten'));
    await process.connections.query('delete from graphile_worker._private_jobs');
    await process.queue.start();
    await empty(process);
    expect(await notes(process)).to.deep.equal(['forgotten']);
  });

  for (const [how, silently] of [
    ['at once', false],
    ['when it polls, where the notification is lost', true],
  ] as const) {
    it(`aborts what another process runs, ${how}`, async () => {
      const [worker, server] = await Promise.all([open({ lease: silently ? 0.5 : 60 }), open()]);
      const [begun, aborted] = [deferred(), deferred<unknown>()];
      worker.queue.register(
        'a',
        runner(async (_id, signal) => {
          begun.resolve();
          signal.addEventListener('abort', () => aborted.resolve(signal.reason));
          await aborted.promise;
          return [];
        }),
      );
      await server.queue.add(server.store, job('long'));
      await worker.queue.start();
      await begun.promise;
      const reason = new Interrupted('It is cancelled.');
      if (silently) await execute(server.store, { text: 'update "workerJobs" set "abortReason" = ?', parameters: [reason.message] });
      else await server.store.transaction().execute((store) => server.queue.requestAbort(store, 'long', reason));
      const heard = await aborted.promise;
      expect(heard).to.be.instanceOf(Interrupted);
      expect((heard as Error).message).to.equal('It is cancelled.');
      await empty(server);
    });
  }

  it('gives each team its turn, and the jobs of each in the order in which they were added', async () => {
    const process = await open({ concurrency: 1 });
    const { queue, store } = process;
    const runs: string[] = [];
    const later = deferred();
    queue.register(
      'a',
      runner(async (id) => {
        // When the one team has had forty turns, another one comes.
        if (runs.push(id) === 43) {
          for (let index = 0; index < 3; index++) await queue.add(store, job(`late ${index}`, 'late'));
          later.resolve();
        }
      }),
    );
    for (let index = 0; index < 100; index++) await queue.add(store, job(`big ${index}`, 'big'));
    for (let index = 0; index < 3; index++) await queue.add(store, job(`small ${index}`, 'small'));
    await queue.start();
    await empty(process);
    const of = (team: string): string[] => runs.filter((id) => id.startsWith(team));
    for (const team of ['big', 'small', 'late']) {
      expect(of(team), team).to.deep.equal(of(team).map((_, index) => `${team} ${index}`));
    }
    expect(of('big')).to.have.lengthOf(100);
    expect(runs.indexOf('small 2'), 'every other turn, from the start').to.be.lessThan(7);
    expect(runs.indexOf('late 2'), 'every other turn, from now on').to.be.within(43, 50);
  });

  it('has a bounded number of jobs for each team', async () => {
    const { queue, store } = await open({ teamExecutions: 2 });
    for (const id of ['1', '2']) {
      await queue.checkRoom('full');
      await queue.add(store, job(id, 'full'));
    }
    const error = await failure(queue.checkRoom('full'));
    expect(error).to.be.instanceOf(QueueFullError);
    expect(error).to.have.property('retryAfter', 5);
    await queue.checkRoom('another');
  });

  it('gives back what runs when it stops, which is not an attempt', async () => {
    const [first, second] = await Promise.all([open({ concurrency: 2 }), open()]);
    const running = new Set<string>();
    first.queue.register(
      'a',
      runner(
        (id, signal) =>
          new Promise((_resolve, reject) => {
            running.add(id);
            signal.addEventListener('abort', () => reject(signal.reason));
          }),
      ),
    );
    for (const id of ['1', '2', '3']) await first.queue.add(first.store, job(id));
    await first.queue.start();
    await until(() => running.size === 2);
    await first.queue.stop();
    expect((await jobs(first)).map(({ workerId, attempts }) => [workerId, attempts])).to.deep.equal(Array(3).fill([null, 0]));
    expect(await rowsOf(first.store, 'select * from workers', [])).to.deep.equal([]);
    second.queue.register(
      'a',
      runner(async (id) => note(id)),
    );
    await second.queue.start();
    await empty(second);
    expect(await notes(second)).to.deep.equal(['1', '2', '3']);
    expect(PlatformStopped.name).to.equal('PlatformStopped');
  });

  it('attempts a job three times whose own process ends, and ten times one whose worker does', async () => {
    const process = await open();
    let attempts = 0;
    process.queue.register(
      'a',
      runner(
        async () => {
          attempts++;
          throw new JobInterrupted('Its process was killed.');
        },
        async (id, message) => note(`${id}: ${message}`),
      ),
    );
    await process.queue.add(process.store, job('interrupted'));
    await process.queue.add(process.store, job('fatal'));
    await execute(process.store, { text: `update "workerJobs" set attempts = 10 where "subjectId" = 'fatal'`, parameters: [] });
    await process.queue.start();
    await empty(process);
    expect(attempts).to.equal(3);
    expect(await notes(process)).to.deep.equal([
      'fatal: It was interrupted 10 times and is not attempted again.',
      'interrupted: Its process was killed. It was attempted 3 times.',
    ]);
  });

  it('fails a job whose end cannot be written', async () => {
    const process = await open();
    await execute(process.store, insertion('settings', { key: 'taken', value: '' }));
    process.queue.register(
      'a',
      runner(
        async () => note('taken'),
        async (id, message) => note(`${id}: ${message.split(' ', 2).join(' ')}`),
      ),
    );
    await process.queue.add(process.store, job('bad'));
    await process.queue.start();
    await empty(process);
    expect(await notes(process)).to.deep.equal(['bad: duplicate key', 'taken']);
  });

  it('runs the jobs of one record one after the other, wherever', async () => {
    const [first, second] = await Promise.all([open(), open()]);
    const events: string[] = [];
    const released = deferred();
    first.queue.register(
      'a',
      runner(async () => {
        events.push('begin');
        await released.promise;
        await delay(50);
        events.push('end');
      }),
    );
    await first.queue.add(first.store, job('same'));
    await first.queue.start();
    await until(() => events.length === 1);
    second.queue.register(
      'a',
      runner(async () => void events.push('again')),
    );
    await first.queue.add(first.store, job('same'));
    await second.queue.start();
    await delay(200);
    released.resolve();
    await empty(first);
    expect(events.slice(0, 2)).to.deep.equal(['begin', 'end']);
    expect(events.length).to.be.greaterThan(2);
  });

  it('goes on when the database restarts: what runs is written, and what is added is run', async () => {
    const failures: string[] = [];
    const process = await open({ onFailure: (what, error) => failures.push(`${what}: ${(error as Error).message}`) });
    const written: unknown[] = [];
    const { trace, error: writeError } = console;
    console.trace = console.error = (...args: unknown[]) => void written.push(args);
    const [begun, released] = [deferred(), deferred()];
    const runs: string[] = [];
    process.queue.register(
      'a',
      runner(async (id) => {
        runs.push(id);
        if (id === 'across') {
          begun.resolve();
          await released.promise;
        }
        return note(id);
      }),
    );
    await process.queue.add(process.store, job('across'));
    await process.queue.start();
    await begun.promise;
    try {
      const restarting = used.server.restart(500);
      released.resolve();
      await restarting;
      await process.queue.add(process.store, job('after'));
      await empty(process);
    } finally {
      Object.assign(console, { trace, error: writeError });
    }
    expect(await notes(process)).to.deep.equal(['across', 'after']);
    expect(runs).to.deep.equal(['across', 'after']);
    expect(written, 'on standard error').to.deep.equal([]);
    expect(failures).not.to.have.length(0);
    for (const each of failures) expect(each, 'one line').to.match(/^graphile-worker: [^\n]+$/);
  });
});
