import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import pg from 'pg';
import { PostgresCoordinator } from '../../../src/local/coordination/postgres.js';
import { DatabaseUnavailable } from '../../../src/local/store/postgres/errors.js';
import { failure } from '../../support/failure.js';
import { createDatabase } from '../../support/services/postgres.js';
import { startProxy } from '../../support/services/proxy.js';

let count = 0;

describe('The coordinator of servers of one PostgreSQL database', () => {
  let databaseUrl: string;
  let admin: pg.Client;
  const coordinators: PostgresCoordinator[] = [];
  beforeEach(async () => {
    databaseUrl = await createDatabase(process.env.POSTGRES_URL ?? '', `coordination_${process.pid}_${count++}`);
    admin = new pg.Client({ connectionString: databaseUrl });
    await admin.connect();
  });
  afterEach(async () => {
    for (const coordinator of coordinators.splice(0)) await coordinator.close();
    await admin.end();
  });

  async function open(name: string): Promise<PostgresCoordinator> {
    const url = `${databaseUrl}?application_name=${name}`;
    const coordinator = await PostgresCoordinator.open(url);
    coordinators.push(coordinator);
    return coordinator;
  }

  const pids = async (name: string): Promise<number[]> =>
    (await admin.query('select pid from pg_stat_activity where application_name = $1 order by pid', [name])).rows.map(({ pid }) => pid);

  async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
    while (!(await condition())) await delay(10);
  }

  /** Breaks the connection of a coordinator. */
  async function breakConnection(name: string): Promise<number> {
    const [pid = 0] = await pids(name);
    await admin.query('select pg_terminate_backend($1)', [pid]);
    await until(async () => !(await pids(name)).includes(pid));
    return pid;
  }

  it('tells the others of what it was told while it had no connection, or one that was lost with the notice', async () => {
    const proxy = await startProxy(databaseUrl);
    const [one, other] = [await PostgresCoordinator.open(proxy.url), await open('other')];
    coordinators.push(one);
    let told = 0;
    other.subscribe('api-keys', () => told++);
    try {
      proxy.silence();
      one.publish('api-keys');
      proxy.break();
      await until(() => told >= 1);
      await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'remote-record coordination'`);
      one.publish('api-keys');
      await until(() => told >= 2);
    } finally {
      await one.close();
      proxy.close();
    }
  });

  it('has one connection, however its last one ended and however soon it is needed again', async () => {
    const one = await open('one');
    for (let round = 0; round < 3; round++) {
      const pid = await breakConnection('one');
      for (let attempt = 0; attempt < 20; attempt++) {
        one.publish('triggers');
        await delay(5);
      }
      await until(async () => (await pids('one')).length > 0 && !(await pids('one')).includes(pid));
      expect(await pids('one')).to.have.length(1);
    }
    await one.close();
    await until(async () => (await pids('one')).length === 0);
  });

  it('takes its locks again on a new connection, and releases them there', async () => {
    const [one, other] = [await open('one'), await open('other')];
    const release = await one.acquire('work');
    const pid = await breakConnection('one');
    await until(async () => {
      const { rows } = await admin.query(
        `select 1 from pg_locks join pg_stat_activity using (pid) where locktype = 'advisory' and application_name = 'one'`,
      );
      return rows.length > 0;
    });
    expect(await pids('one')).not.to.include(pid);
    expect(await other.tryAcquire('work')).to.equal(undefined);
    expect(await one.tryAcquire('work')).to.equal(undefined);
    await release();
    const taken = await other.tryAcquire('work');
    expect(taken).to.be.a('function');
    await taken?.();
  });

  it('gives others time to take their locks again after the database was away', async () => {
    const [one, other] = [await open('one'), await open('other')];
    await one.acquire('work');
    await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name in ('one', 'other')`);
    // Its connection breaks, or is lost already.
    await until(async () => {
      const taken = await other.tryAcquire('work').catch((error: unknown) => error);
      if (taken === undefined) return true;
      expect(taken).to.be.instanceOf(DatabaseUnavailable);
      return false;
    });
  });

  it('leaves nothing of itself when it cannot be opened', async () => {
    await admin.query(`create role nobody_${process.pid} login password 'x' connection limit 0`);
    const url = new URL(databaseUrl);
    [url.username, url.password] = [`nobody_${process.pid}`, 'x'];
    expect(await failure(PostgresCoordinator.open(url.href))).to.be.instanceOf(DatabaseUnavailable);
    await admin.query(`alter role nobody_${process.pid} connection limit 10`);
    await delay(800);
    const { rows } = await admin.query('select 1 from pg_stat_activity where usename = $1', [`nobody_${process.pid}`]);
    expect(rows).to.deep.equal([]);
    await admin.query(`drop role nobody_${process.pid}`);
  });
});
