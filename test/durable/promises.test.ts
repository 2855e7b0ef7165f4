import { expect } from 'chai';
import type { DurableEnd, DurableFailure } from '../../src/durable/index.js';
import { OperationFailedError } from '../../src/index.js';
import { type Input, type Process, SafeTask, Task, World } from './support/world.js';

describe('what durable runs promise', () => {
  let world: World;
  let process: Process;
  beforeEach(async () => {
    world = await World.make();
    world.losses = 0;
    process = world.begin();
  });
  afterEach(() => world.close());

  const input = (key: string, ms = 0, fails = false): Input => ({ key, ms, fails });
  const task = (of = process) => new (of.connection.bind(Task))({ id: 't1' });
  const pass = (ms: number) => world.clock.until(() => false, ms);
  const idle = () => world.clock.until(async () => (await world.store.pending()) === 0, 3_600_000);
  /** Awaits what needs time to pass. */
  async function inTime<T>(work: Promise<T>): Promise<T> {
    let isDone = false;
    const done = work.finally(() => {
      isDone = true;
    });
    done.catch(() => undefined);
    while (!isDone) await world.clock.until(() => isDone, 1000);
    return done;
  }
  /** Starts a run for a handler that notes what it gets. */
  async function noted(handler: string, given: Input, options: object = {}): Promise<string> {
    return (await inTime(process.durable.run(task(), given, { handler, key: given.key, ...options }))).id;
  }

  it('starts nothing for a key that there is', async () => {
    const first = await inTime(process.durable.run(task(), input('a'), { handler: 'plain', key: 'a' }));
    const second = await inTime(process.durable.run(task(), input('a'), { handler: 'plain', key: 'a' }));
    expect(first.isNew).to.equal(true);
    expect(second).to.deep.equal({ id: first.id, isNew: false });
    expect(world.works.size).to.equal(1);
  });

  it('hands the result, the data and the record to the handler', async () => {
    const ends: DurableEnd<Task, unknown>[] = [];
    process.durable.on<Task>('report', (end) => void ends.push(end));
    const id = await noted('report', input('a'), { data: { customer: 7 } });
    await idle();
    expect(ends.map(({ key, data, attempt, result }) => ({ key, data, attempt, output: result.data }))).to.deep.equal([
      { key: 'a', data: { customer: 7 }, attempt: 1, output: 'a' },
    ]);
    expect(ends[0]!.record).to.be.instanceOf(Task);
    expect((await process.durable.get(id))?.state).to.equal('ended');
  });

  it('claims whole lists while more is due than there is room for, but does not keep room empty for long', async () => {
    const open: (() => void)[] = [];
    process.durable.on('slow', () => new Promise<void>((resolve) => void open.push(resolve)));
    const end = (count: number) => {
      for (const resolve of open.splice(0, count)) resolve();
    };
    for (let n = 0; n < 30; n++) await noted('slow', input(`k${n}`));
    const begun = (count: number) => world.clock.until(() => open.length === count, 60_000);
    await begun(10);
    const limits: number[] = [];
    const { store } = world;
    const claim = store.claim.bind(store);
    store.claim = (owner, queues, limit) => {
      limits.push(limit);
      return claim(owner, queues, limit);
    };
    end(3);
    await pass(1000);
    expect([limits, open.length]).to.deep.equal([[], 7]);
    end(2);
    await begun(10);
    expect(limits).to.deep.equal([5]);
    end(2);
    await pass(1000);
    expect(limits).to.deep.equal([5]);
    await begun(10);
    expect(limits).to.deep.equal([5, 2]);
    while ((await world.store.pending()) > 0) {
      end(10);
      await pass(500);
    }
  });

  it('repeats a handler that throws with growing delays, and lists the run when it has thrown too often', async () => {
    const times: number[] = [];
    process.durable.on(
      'report',
      () => {
        times.push(world.clock.now());
        throw new Error('no disk');
      },
      { attempts: 4, delay: 10, maxDelay: 25 },
    );
    const id = await noted('report', input('a'));
    await idle();
    const delays = times.slice(1).map((time, index) => time - times[index]!);
    for (const [index, most] of [10, 20, 25].entries()) expect(delays[index]).to.be.within(most * 500, most * 1000 + 5000);
    expect(times).to.have.length(4);
    const failed = await process.durable.failed();
    expect(failed.map(({ error, attempts, key }) => ({ error, attempts, key }))).to.deep.equal([
      { error: 'Error: no disk', attempts: 3, key: 'a' },
    ]);
    expect(await process.durable.retry(id)).to.equal(true);
    await idle();
    expect(times).to.have.length(8);
    expect(await process.durable.drop(id)).to.equal(true);
    expect(await process.durable.drop(id)).to.equal(false);
    expect((await inTime(process.durable.run(task(), input('a'), { handler: 'plain', key: 'a' }))).isNew).to.equal(true);
  });

  it('lists a run that has ended each process that handled it', async () => {
    let calls = 0;
    const begin = (): void => {
      const one = world.begin();
      const deadly = (): Promise<void> => {
        calls++;
        one.fragile.dieIn(0);
        return one.fragile.outside(async () => undefined);
      };
      one.durable.on('deadly', deadly, { attempts: 3 });
    };
    const id = await noted('deadly', input('a'));
    for (let processes = 0; processes < 6; processes++) {
      begin();
      await pass(10_000);
    }
    // Of the first one it is not known that this run has ended it.
    expect(calls).to.equal(4);
    const failed = (await process.durable.get(id))!;
    expect(failed).to.include({ state: 'failed', attempts: 3 });
    expect(failed.error).to.contain('3 attempts have failed');
  });

  it('blames no run that processes had claimed which ended for another reason', async () => {
    const id = await noted('plain', input('a', 3_600_000));
    await inTime(process.durable.close());
    for (let processes = 0; processes < 40; processes++) {
      const one = world.begin();
      // It dies at its first polls, or before.
      one.fragile.dieIn(5 + (processes % 4));
      await pass(10_000);
    }
    world.begin();
    for (const work of world.works.values()) work.endsAt = world.clock.now();
    await idle();
    expect(world.calls).to.deep.include({ ended: ['a'], failed: [] });
    expect(await process.durable.get(id)).to.include({ state: 'ended' });
  });

  it('does not cancel a run again that is put back after it was cancelled', async () => {
    const failures: unknown[] = [];
    process.durable.on('told', (end) => void world.calls.ended.push(String(end.key)), {
      onFailure: ({ error }) => {
        failures.push(error.name);
        throw error;
      },
      attempts: 1,
    });
    const id = await noted('told', input('a', 20_000));
    await process.durable.cancel(id);
    await idle();
    expect(failures).to.deep.equal(['AbortError']);
    expect(await process.durable.retry(id)).to.equal(true);
    await idle();
    expect([failures.length, world.calls.ended]).to.deep.equal([1, ['a']]);
  });

  it('follows a run after onUnknown was told, when somebody has found its work', async () => {
    world.losses = 1;
    await inTime(process.durable.run(task(), input('a'), { handler: 'plain', key: 'a' }).catch(() => undefined));
    world.losses = 0;
    await idle();
    expect(world.calls).to.deep.include({ unknown: ['a'], ended: [] });
    const [told] = await process.durable.list();
    expect(told).to.include({ state: 'ended', token: null });
    expect(told!.error).to.contain('Nobody knows whether it was started');
    const run = await inTime(task().runAsync({ ...input('a') } as never));
    expect(await process.durable.adopt(told!.id, run)).to.equal(true);
    await idle();
    expect(world.calls).to.deep.include({ unknown: ['a'], ended: ['a'] });
    expect(await process.durable.adopt(told!.id, run)).to.equal(false);
  });

  it('follows work that was started already, once for a key', async () => {
    const run = await inTime(task().runAsync({ ...input('a') } as never));
    const first = await inTime(process.durable.follow(run, { handler: 'plain', key: 'a' }));
    expect(await inTime(process.durable.follow(run, { handler: 'plain', key: 'a' }))).to.deep.equal({ id: first.id, isNew: false });
    expect(first.isNew).to.equal(true);
    await idle();
    expect(world.calls.ended).to.deep.equal(['a']);
  });

  it('notes work to follow with its token, or not at all, wherever the process ends', async () => {
    for (let steps = 0; steps < 6; steps++) {
      const run = await inTime(task().runAsync({ ...input(`s${steps}`) } as never));
      const one = world.begin();
      await pass(1000);
      one.fragile.dieIn(steps);
      void one.durable.follow(one.connection.bind(Task).resume(run.token()!), { handler: 'plain', key: `s${steps}` });
      await pass(3000);
    }
    await idle();
    expect(world.calls.unknown).to.deep.equal([]);
    const runs = await process.durable.list();
    expect(runs.length).to.be.within(1, 6);
    expect(runs.map(({ state, token }) => [state, token !== null])).to.deep.equal(runs.map(() => ['ended', true]));
  });

  it('hands a failure to onFailure, and lists it where there is none', async () => {
    const failures: DurableFailure[] = [];
    process.durable.on('told', () => undefined, { onFailure: (failure) => void failures.push(failure) });
    process.durable.on('listed', () => undefined);
    await noted('told', input('a', 0, true));
    await noted('listed', input('b', 0, true));
    await idle();
    expect(failures[0]!.error).to.be.instanceOf(OperationFailedError);
    const [failed] = await process.durable.failed();
    expect(failed).to.include({ key: 'b', error: 'Operation failed: it failed' });
  });

  it('ends a wait at its deadline', async () => {
    const failures: DurableFailure[] = [];
    process.durable.on('told', () => undefined, { onFailure: (failure) => void failures.push(failure) });
    await noted('told', input('a', 3_600_000), { timeout: 30 });
    await pass(29_000);
    expect(failures).to.deep.equal([]);
    await pass(3000);
    expect(failures[0]!.error.name).to.equal('OperationTimeoutError');
  });

  it('ends a wait at its deadline also while the platform is not to be reached', async () => {
    const failures: DurableFailure[] = [];
    process.durable.on('told', () => undefined, { onFailure: (failure) => void failures.push(failure) });
    await noted('told', input('a', 3_600_000), { timeout: 30 });
    world.losses = 1;
    await pass(120_000);
    expect(failures.map(({ error }) => error.name)).to.deep.equal(['OperationTimeoutError']);
  });

  it('cancels a run', async () => {
    const failures: DurableFailure[] = [];
    process.durable.on('told', () => undefined, { onFailure: (failure) => void failures.push(failure) });
    const id = await noted('told', input('a', 3_600_000));
    expect(await process.durable.cancel(id)).to.equal(true);
    await pass(2000);
    expect(failures[0]!.error.name).to.equal('AbortError');
    expect(await process.durable.cancel(id)).to.equal(false);
  });

  it('claims nothing of a handler that is paused, in any process', async () => {
    const other = world.begin();
    await other.durable.pause('plain');
    await noted('plain', input('a'));
    await pass(60_000);
    expect(world.calls.ended).to.deep.equal([]);
    expect((await process.durable.stats()).paused).to.deep.equal(['plain']);
    await other.durable.resume('plain');
    await idle();
    expect(world.calls.ended).to.deep.equal(['a']);
    await process.durable.pause();
    await noted('plain', input('b'));
    await pass(60_000);
    expect(world.calls.ended).to.deep.equal(['a']);
    await process.durable.resume();
    await idle();
    expect(world.calls.ended).to.deep.equal(['a', 'b']);
  });

  it('claims what has a higher priority first', async () => {
    const single = world.begin(1);
    await inTime(process.durable.close());
    await single.durable.pause();
    for (const [index, priority] of [0, 9, 5].entries()) {
      await inTime(
        single.durable.run(task(single), input(`p${priority}`), { handler: 'plain', key: `p${priority}`, priority, data: index }),
      );
    }
    await pass(10_000);
    await single.durable.resume();
    await idle();
    expect(world.calls.ended).to.deep.equal(['p9', 'p5', 'p0']);
  });

  it('sends a start whose response was lost again, under its key only', async () => {
    world.losses = 1;
    const safe = new (process.connection.bind(SafeTask))({ id: 't1' });
    const first = await inTime(process.durable.run(safe, input('a'), { handler: 'plain', key: 'a' }));
    expect(first.isNew).to.equal(true);
    const error = await inTime(process.durable.run(task(), input('b'), { handler: 'plain', key: 'b' }).catch((thrown: unknown) => thrown));
    expect(error).to.include({ outcome: 'unknown' });
    world.losses = 0;
    await idle();
    expect([...world.works.values()].map(({ key }) => key)).to.deep.equal(['a', 'b']);
    expect(world.calls).to.deep.include({ ended: ['a'], unknown: ['b'] });
  });

  it('follows work with an unknown outcome when somebody has found it', async () => {
    process.durable.on('told', (end) => void world.calls.ended.push(String(end.key)));
    world.losses = 1;
    await inTime(process.durable.run(task(), input('a'), { handler: 'told', key: 'a' }).catch(() => undefined));
    world.losses = 0;
    await idle();
    const [failed] = await process.durable.failed();
    expect(failed!.error).to.contain('Nobody knows whether it was started');
    const run = await inTime(task().runAsync({ ...input('a') } as never));
    expect(await process.durable.adopt(failed!.id, run)).to.equal(true);
    await idle();
    expect(world.calls.ended).to.deep.equal(['a']);
    expect(await process.durable.adopt(failed!.id, run)).to.equal(false);
  });

  it('does not note a run that was refused', async () => {
    world.refuses = true;
    const error = await inTime(process.durable.run(task(), input('a'), { handler: 'plain', key: 'a' }).catch((thrown: unknown) => thrown));
    expect(error).to.include({ status: 400 });
    expect(await process.durable.list()).to.deep.equal([]);
  });

  it('deletes runs that ended long ago, and their keys', async () => {
    world.begin(1, { keep: 600 });
    await noted('plain', input('a'));
    await idle();
    await pass(500_000);
    expect(await process.durable.list()).to.have.length(1);
    await pass(200_000);
    expect(await process.durable.list()).to.deep.equal([]);
  });

  it('gives back at once what it has when it is closed', async () => {
    const other = world.begin();
    let isFree = false;
    process.durable.on(
      'slow',
      ({ signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    );
    other.durable.on('slow', () => {
      isFree = true;
    });
    await other.durable.pause('slow');
    await noted('slow', input('a'));
    await pass(1000);
    await other.durable.resume('slow');
    await world.clock.until(async () => (await world.store.list({ limit: 1 }))[0]!.state === 'running' && isFree === false, 1000);
    await inTime(process.durable.close({ timeout: 1 }));
    await world.clock.until(() => isFree, 5000);
    expect(isFree).to.equal(true);
  });

  it('undoes what a handler wrote before it threw, and refuses what would end its transaction', async () => {
    const errors: unknown[] = [];
    let calls = 0;
    process.durable.on('report', async ({ transaction }) => {
      await transaction.execute('insert into effects values (?)', [`attempt ${++calls}`]);
      await transaction.execute('commit').catch((error: unknown) => errors.push(error));
      await transaction.client().catch((error: unknown) => errors.push(error));
      await process.durable.run(task(), input('b'), { handler: 'plain' }).catch((error: unknown) => errors.push(error));
      // It would wait for the transaction, which waits for it.
      await process.durable.stats().catch((error: unknown) => errors.push(error));
      expect(await transaction.execute('select count(*) as n from effects')).to.deep.equal([{ n: 1 }]);
      if (calls < 3) throw new Error('not yet');
    });
    await noted('report', input('a'));
    await idle();
    expect(await world.sql('select key from effects')).to.deep.equal([{ key: 'attempt 3' }]);
    expect(errors.slice(0, 4).map((error) => (error as Error).message.split(':')[0])).to.deep.equal([
      'transaction.execute',
      'transaction.client',
      'run',
      'stats',
    ]);
  });

  it('polls at once what is poked, by its id and by that of the platform', async () => {
    await noted('plain', input('a', 100));
    const requests = world.requests;
    expect(await process.durable.poke('w0')).to.equal(1);
    await pass(300);
    expect(world.requests).to.be.greaterThan(requests);
    expect(await process.durable.poke('nothing')).to.equal(0);
    await idle();
  });

  it('counts runs and says how old they are', async () => {
    await noted('plain', input('a', 3_600_000));
    await pass(100_000);
    const stats = await process.durable.stats();
    expect(stats).to.deep.include({ running: 1, ended: 0, failed: 0, starting: 0, processes: 1, paused: [] });
    expect(stats.oldest).to.be.within(100, 101);
    expect(stats.handlers).to.deep.equal({ plain: { running: 1, ended: 0, failed: 0, starting: 0 } });
  });

  it('follows only what it has the connection and the class for', async () => {
    const { Durable } = await import('../../src/durable/index.js');
    const stranger = new Durable(world.store, { dataDir: 'x', nameOf: () => 'another' }, world.clock);
    stranger.on('plain', () => expect.fail('it is not the one to follow this'));
    await stranger.start({ connections: [process.connection], classes: [Task] });
    await process.durable.pause();
    await noted('plain', input('a'));
    await inTime(process.durable.close());
    await pass(60_000);
    await stranger.resume();
    await pass(60_000);
    expect((await stranger.stats()).overdue).to.be.greaterThan(30);
  });

  it('refuses options that make no sense', async () => {
    const { Durable } = await import('../../src/durable/index.js');
    for (const options of [
      {},
      { dataDir: 'a', databaseUrl: 'postgres://b' },
      { dataDir: 'a', lease: 0 },
      { databaseUrl: 'mysql://a' },
      { dataDri: 'a' },
    ]) {
      const error = await Durable.open(options as never).catch((thrown: unknown) => thrown);
      expect(error, JSON.stringify(options)).to.have.property('name', 'ValidationError');
    }
    const attempts: [object, string][] = [
      [{ handler: 'plain', priority: 10 }, 'priority'],
      [{ handler: 'plain', data: 1n }, 'data'],
      [{ handler: 'plain', data: 'x'.repeat(300_000) }, 'data'],
      [{ handler: '' }, 'handler'],
      [{ handler: 'plain', key: 'a\0' }, 'key'],
      [{ handler: 'plain', timeout: -1 }, 'timeout'],
      [{ handler: 'plain', hanlder: 'plain' }, 'hanlder'],
    ];
    for (const [options, word] of attempts) {
      const error = (await process.durable.run(task(), {}, options as never).catch((thrown: unknown) => thrown)) as Error;
      expect(error.name, word).to.equal('ValidationError');
      expect(error.message).to.contain(word);
    }
    expect(() => process.durable.on('plain', () => undefined)).to.throw('there is a handler "plain" already');
  });
});
