import { expect } from 'chai';
import { Durable } from '../../src/durable/index.js';
import type { DurableStore } from '../../src/durable/store.js';
import { type Process, Task, World } from './support/world.js';

describe('closing durable runs', () => {
  let world: World;
  let process: Process;
  beforeEach(async () => {
    world = await World.make();
    world.losses = 0;
    process = world.begin();
  });
  afterEach(() => world.close());

  /** Awaits what needs time to pass, and resolves to the seconds that have passed. */
  async function secondsOf(work: Promise<unknown>): Promise<number> {
    const since = world.clock.now();
    let end: number | undefined;
    const done = work.finally(() => {
      end = world.clock.now();
    });
    while (end === undefined) await world.clock.until(() => end !== undefined, 3_600_000);
    await done;
    return (end - since) / 1000;
  }

  const start = (handler: string): Promise<number> => {
    const task = new (process.connection.bind(Task))({ id: 't1' });
    return secondsOf(process.durable.run(task, { key: 'a', ms: 0, fails: false }, { handler, key: 'a' }));
  };

  /** Has a handler write, and then do something, in the process that is closed; another process has the same handler. */
  async function closes(after: (signal: AbortSignal) => Promise<void>): Promise<{ seconds: number; handled: number[] }> {
    const handled: number[] = [];
    let hasWritten = false;
    process.durable.on('slow', async ({ transaction, signal }) => {
      await transaction.execute("insert into effects values ('first')");
      hasWritten = true;
      await after(signal);
    });
    await start('slow');
    await world.clock.until(() => hasWritten, 10_000);
    const seconds = await secondsOf(process.durable.close({ timeout: 2 }));
    expect(await world.sql('select * from effects')).to.deep.equal([]);
    expect(await world.store.list({ limit: 1 })).to.have.nested.property('[0].state', 'running');
    const other = world.begin();
    other.durable.on('slow', async ({ transaction, attempt }) => {
      handled.push(attempt);
      await transaction.execute("insert into effects values ('second')");
    });
    await world.clock.until(async () => (await world.store.pending()) === 0, 10_000);
    expect(await world.sql('select key from effects')).to.deep.equal([{ key: 'second' }]);
    return { seconds, handled };
  }

  it('undoes what a handler that hangs has written, and gives its run back within the timeout', async () => {
    const { seconds, handled } = await closes(() => new Promise(() => undefined));
    expect(seconds).to.be.within(1.8, 2);
    expect(handled).to.deep.equal([1]);
  });

  it('writes no end of a handler that resolves after what it wrote was undone', async () => {
    const { handled } = await closes((signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())));
    expect(handled).to.deep.equal([1]);
  });

  it('leaves a handler no transaction that begins after its signal has aborted', async () => {
    const errors: unknown[] = [];
    process.durable.on('late', async ({ transaction, signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      await transaction.execute("insert into effects values ('late')").catch((error: unknown) => errors.push(error));
      throw signal.reason;
    });
    await start('late');
    await world.clock.until(() => false, 2000);
    await secondsOf(process.durable.close({ timeout: 1 }));
    await world.clock.until(() => errors.length > 0, 1000);
    expect(errors).to.have.nested.property('[0].name', 'ValidationError');
    expect(await world.sql('select * from effects')).to.deep.equal([]);
  });

  it('ends within the timeout, and tells, when the store does not respond', async () => {
    const reports: unknown[] = [];
    const store = new Proxy(world.store as DurableStore, {
      get: (target, name: keyof DurableStore) => {
        if (name === 'leave') return () => new Promise(() => undefined);
        return (target[name] as (...values: unknown[]) => unknown).bind(target);
      },
    });
    const durable = new Durable(store, { dataDir: 'x', onError: (error) => reports.push(error) }, world.clock);
    await durable.start({ connections: [process.connection], classes: [Task] });
    expect(await secondsOf(durable.close({ timeout: 5 }))).to.be.at.most(5);
    expect(reports.map(String)).to.have.nested.property('[0]').that.contains('has not responded in time');
    expect(await secondsOf(durable.close())).to.equal(0);
  });

  it('is awaited by every caller', async () => {
    let isHandled = false;
    process.durable.on('slow', async () => {
      await new Promise<void>((resolve) => void world.clock.timer(800, resolve));
      isHandled = true;
    });
    await start('slow');
    await world.clock.until(() => false, 1000);
    const [, atSecond] = [process.durable.close(), process.durable.close().then(() => isHandled)];
    await secondsOf(atSecond);
    expect(await atSecond).to.equal(true);
  });
});
