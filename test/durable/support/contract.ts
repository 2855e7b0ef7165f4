import { expect } from 'chai';
import { type Claim, type DurableStore, type NewRun, notAMember, type StartedRun } from '../../../src/durable/store.js';
import { run, started } from './rows.js';

/** What every store does. @param statement Executes a statement outside any run. */
export function itKeepsRuns(open: () => Promise<DurableStore>, statement: (sql: string) => Promise<Record<string, unknown>[]>): void {
  let store: DurableStore;
  before(async () => {
    store = await open();
    await statement('create table effects (key text)');
  });
  beforeEach(async () => {
    for (const table of ['durable_runs', 'durable_processes', 'durable_paused', 'effects']) await statement(`delete from ${table}`);
    await store.join('one', 'one');
    await store.join('two', 'two');
  });
  after(() => store.close());

  const claim = async (owner: string, limit = 10): Promise<Claim[]> => {
    const found = await store.claim(owner, await store.queues(), limit);
    if (found === notAMember) throw new Error(notAMember);
    return found.claims;
  };
  /** Adds a run that has been started. */
  const begun = async (key: string | null, more: Partial<NewRun> = {}, how: Partial<StartedRun> = {}): Promise<string> => {
    const added = await store.add(run(key, more), 'one');
    if (added === notAMember) throw new Error(notAMember);
    expect(await store.started(added.id, started(how))).to.equal(true);
    return added.id;
  };

  it('has one run of a key', async () => {
    const [first, second] = await Promise.all([store.add(run('a'), 'one'), store.add(run('a'), 'two')]);
    expect(first).to.deep.equal(second);
    expect(await store.list({ limit: 10 })).to.have.length(1);
    await store.add(run(null), 'one');
    await store.add(run(null), 'one');
    expect(await store.pending()).to.equal(3);
    expect(await store.pending(2)).to.equal(2);
  });

  it('adds a run once, however often that is tried', async () => {
    const given = run('a');
    const first = await store.add(given, 'one');
    expect(await store.add(given, 'one')).to.deep.equal(first);
    expect(first).to.include({ id: given.id, epoch: 1 });
  });

  it('adds what was started already in one step, once for a key', async () => {
    const given = run('a', { timeoutMs: 10_000 });
    const first = await store.addStarted(given, started({ className: 'Other', remoteId: 'remote', delayMs: 60_000 }));
    expect(first).to.include({ id: given.id });
    expect(await store.addStarted(given, started())).to.include({ id: given.id });
    expect(await store.addStarted(run('a'), started())).to.include({ id: given.id });
    expect(await store.find(given.id)).to.include({ state: 'running', token: 'token', className: 'Other', data: '{"n":1}' });
    expect(((await store.claim('one', await store.queues(), 1)) as { nextMs: number }).nextMs).to.be.within(1, 10_000);
    expect(await store.poke('remote')).to.equal(1);
    const [one] = await claim('one');
    expect(one).to.include({ id: given.id, polls: 0, attempts: 0 });
    expect(one!.remainingMs).to.be.within(1, 10_000);
    await store.addStarted(run(null), started({ token: null, result: '{}' }));
    expect((await claim('two')).map(({ token, result }) => [token, result])).to.deep.equal([[null, '{}']]);
  });

  it('takes what was started for a run whose outcome is unknown, after its handler was told only from who adopts it', async () => {
    const added = (await store.add(run('a', { timeoutMs: 10_000 }), 'one')) as { id: string };
    await store.leave('one');
    const [told] = await claim('two');
    const transaction = store.transaction(told!, 'nobody knows');
    await transaction.execute("insert into effects values ('told')", []);
    expect(await transaction.commitEnd()).to.equal(true);
    expect(await store.find(added.id)).to.include({ state: 'ended', error: 'nobody knows' });
    expect(await store.started(added.id, started())).to.equal(false);
    expect(await store.adopt(added.id, started())).to.equal(true);
    expect(await store.find(added.id)).to.include({ state: 'running', token: 'token', error: null, endedAt: null });
    const [again] = await claim('two');
    expect(again).to.include({ id: added.id, remainingMs: null, attempts: 0 });
    expect(await store.adopt(added.id, started())).to.equal(false);
    await store.end(again!, 'ended', null);
    expect(await store.adopt(added.id, started())).to.equal(false);
    expect(await store.adopt('nothing', started())).to.equal(false);
  });

  it('takes what was started for a run that was listed as unknown, from whoever comes', async () => {
    for (const how of ['started', 'adopt'] as const) {
      const added = (await store.add(run(how), 'two')) as { id: string; epoch: number };
      await store.end({ ...added, owner: 'two' }, 'failed', 'nobody knows');
      expect(await store[how](added.id, started())).to.equal(true);
      expect(await store.find(added.id)).to.include({ state: 'running', error: null });
    }
  });

  it('does not adopt a run that ended at once', async () => {
    const id = await begun('a', {}, { token: null, result: '{}' });
    const [one] = await claim('one');
    await store.end(one!, 'ended', null);
    expect(await store.adopt(id, started())).to.equal(false);
  });

  it('takes nothing from those who are not members', async () => {
    expect(await store.add(run('a'), 'three')).to.equal(notAMember);
    await begun('b');
    expect(await store.claim('three', await store.queues(), 1)).to.equal(notAMember);
    expect(await store.beat('three')).to.equal(null);
  });

  it('gives a due run to one process, those of a higher priority and those that wait the longest first', async () => {
    const low = await begun('low');
    const high = await begun('high', { priority: 9 });
    const [one, two] = await Promise.all([claim('one', 1), claim('two', 1)]);
    expect(new Set([...one, ...two].map(({ id }) => id)).size).to.equal(2);
    for (const each of [...one, ...two]) await store.release(each, { delayMs: 0, polls: 1, attempts: 0 });
    expect((await claim('one', 1)).map(({ id }) => id)).to.deep.equal([high]);
    expect((await claim('two')).map(({ id, polls }) => [id, polls])).to.deep.equal([[low, 1]]);
    expect(await claim('two')).to.deep.equal([]);
  });

  it('does not give what is not due, and says when it will be', async () => {
    await begun('a', {}, { delayMs: 60_000 });
    const found = await store.claim('one', await store.queues(), 1);
    expect(found).to.have.deep.property('claims', []);
    expect((found as { nextMs: number }).nextMs).to.be.within(50_000, 65_000);
    await begun('b', { timeoutMs: 10_000 }, { delayMs: 60_000 });
    expect(((await store.claim('one', await store.queues(), 1)) as { nextMs: number }).nextMs).to.be.within(1, 10_000);
  });

  it('heeds nobody whose claim was lost', async () => {
    const id = await begun('a');
    const [mine] = await claim('one');
    const beats = (await store.beat('two'))!.get('one')!;
    expect(await store.reap('one', beats + 1)).to.equal(false);
    expect(await store.reap('one', beats)).to.equal(true);
    const [theirs] = await claim('two');
    expect(theirs).to.include({ id, attempts: 0, deaths: 1 });
    expect(await store.release(mine!, { delayMs: 0, polls: 1, attempts: 0 })).to.equal(false);
    expect(await store.retryLater(mine!, { delayMs: 0, error: 'no' })).to.equal(false);
    expect(await store.end(mine!, 'ended', null)).to.equal(false);
    expect(await store.forget(mine!)).to.equal(false);
    const late = await store
      .transaction(mine!)
      .execute('select 1 as n', [])
      .catch((error: unknown) => error);
    expect(late).to.have.property('name', 'ClaimLostError');
    expect(await store.end(theirs!, 'ended', null)).to.equal(true);
  });

  it('counts the death of a process as an attempt of the run that it was handling', async () => {
    await begun('a');
    await begun('b');
    const [handled] = await claim('one', 1);
    await claim('one');
    expect(await store.handling(handled!)).to.equal(true);
    await store.reap('one', 0);
    const claims = await claim('two');
    const counts = (id: string) => claims.filter((each) => each.id === id).map(({ attempts, deaths }) => [attempts, deaths]);
    expect(counts(handled!.id)).to.deep.equal([[1, 1]]);
    expect(claims.map(({ attempts }) => attempts).sort()).to.deep.equal([0, 1]);
    expect(await store.handling(handled!)).to.equal(false);
    for (const each of claims) await store.release(each, { delayMs: 0, polls: 1, attempts: each.attempts });
    await store.reap('two', 0);
    await store.join('three', 'three');
    expect((await claim('three')).map(({ attempts, deaths }) => [attempts, deaths]).sort()).to.deep.equal([
      [0, 0],
      [1, 0],
    ]);
  });

  it('writes the end with what the handler writes, or neither', async () => {
    await begun('a');
    const [first] = await claim('one');
    const undone = store.transaction(first!);
    await undone.execute("insert into effects values ('undone')", []);
    expect(undone.isOpen).to.equal(true);
    await undone.rollback();
    expect(await statement('select * from effects')).to.deep.equal([]);
    const done = store.transaction(first!);
    await done.execute("insert into effects values ('done')", []);
    expect(await done.commitEnd()).to.equal(true);
    expect(await statement('select key from effects')).to.deep.equal([{ key: 'done' }]);
    expect((await store.find(first!.id))?.state).to.equal('ended');
    for (const sql of ['commit', ' ROLLBACK', 'begin']) {
      const error = await store
        .transaction(first!)
        .execute(sql, [])
        .catch((thrown: unknown) => thrown);
      expect(error).to.have.property('name', 'ValidationError');
    }
  });

  it('lists, puts back and removes failed runs', async () => {
    const id = await begun('a');
    const [one] = await claim('one');
    expect(await store.retry(id)).to.equal(false);
    expect(await store.drop(id)).to.equal(false);
    await store.end(one!, 'failed', 'why');
    const failed = await store.list({ states: ['failed'], handler: 'report', limit: 10 });
    expect(failed.map(({ key, error, state }) => ({ key, error, state }))).to.deep.equal([{ key: 'a', error: 'why', state: 'failed' }]);
    expect(await store.list({ states: ['failed', 'running'], handler: 'other', limit: 10 })).to.deep.equal([]);
    expect(await store.retry(id)).to.equal(true);
    const [again] = await claim('two');
    expect(again).to.include({ state: 'running', token: 'token', attempts: 0 });
    await store.cancel(id);
    await store.end(again!, 'failed', 'cancelled');
    await store.retry(id);
    const [fresh] = await claim('one');
    expect(fresh).to.include({ id, isCancelled: false });
    await store.retryLater(fresh!, { delayMs: 0, error: 'once' });
    const [last] = await claim('two');
    await store.end(last!, 'failed', 'why');
    expect(await store.drop(id)).to.equal(true);
    expect(await store.find(id)).to.equal(null);
  });

  it('has nothing claimed of what is paused', async () => {
    await begun('a');
    await store.pause('report');
    await store.pause('report');
    expect(await claim('one')).to.deep.equal([]);
    expect((await store.counts()).paused).to.deep.equal(['report']);
    await store.resume('report');
    await store.pause('*');
    expect(await claim('one')).to.deep.equal([]);
    await store.resume('*');
    expect(await claim('one')).to.have.length(1);
  });

  it('makes due what is poked or cancelled, also while it is claimed', async () => {
    const id = await begun('a', {}, { delayMs: 60_000, remoteId: 'remote' });
    expect(await store.poke('remote')).to.equal(1);
    const [one] = await claim('one');
    expect(await store.poke(id)).to.equal(1);
    expect(await store.cancel(id)).to.equal(true);
    await store.release(one!, { delayMs: 60_000, polls: 1, attempts: 0 });
    expect((await claim('two')).map(({ isCancelled }) => isCancelled)).to.deep.equal([true]);
    expect(await store.poke('nothing')).to.equal(0);
  });

  it('gives back what a process had that leaves', async () => {
    await begun('a');
    expect(await claim('one')).to.have.length(1);
    await store.leave('one');
    expect((await claim('two')).map(({ attempts }) => attempts)).to.deep.equal([0]);
  });

  it('counts, and deletes what ended long enough ago', async () => {
    await begun('a');
    await begun('b', { handler: 'other' });
    const [one] = await claim('one', 1);
    await store.end(one!, 'ended', null);
    const { counts, oldestMs, processes } = await store.counts();
    expect(counts).to.have.deep.members([
      { handler: one!.key === 'a' ? 'report' : 'other', state: 'ended', count: 1 },
      { handler: one!.key === 'a' ? 'other' : 'report', state: 'running', count: 1 },
    ]);
    expect(oldestMs).to.be.within(0, 60_000);
    expect(processes).to.equal(2);
    expect(await store.prune(60_000, 10)).to.equal(0);
    expect(await store.prune(0, 10)).to.equal(1);
    expect(await store.pending()).to.equal(1);
  });
}
