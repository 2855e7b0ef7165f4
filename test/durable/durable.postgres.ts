import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import pg from 'pg';
import { openPostgres } from '../../src/durable/postgres/open.js';
import { LocalPlatform } from '../../src/local/index.js';
import { Moderately } from '../../src/moderately/index.js';
import { type PostgresServer, startPostgres } from '../support/services/postgres.js';
import { itKeepsRuns } from './support/contract.js';
import type { Job } from './support/job.js';
import { callsIn, checkAll, echoVersion, JobProcess, optionsOf } from './support/killing.js';
import { run, started } from './support/rows.js';

/** How many runs: `COUNT=20000` for the whole. */
const count = Number(process.env.COUNT ?? 300);

describe('durable runs in PostgreSQL', function () {
  this.timeout(3_600_000);
  let server: PostgresServer;
  let databases = 0;
  before(async () => {
    server = await startPostgres();
  });
  after(() => server.stop());
  const database = () => server.createDatabase(`durable${++databases}`);

  describe('the store', () => {
    let pool: pg.Pool;
    after(() => pool.end());
    itKeepsRuns(
      async () => {
        const url = await database();
        pool = new pg.Pool({ connectionString: url });
        return openPostgres(url, () => undefined);
      },
      async (sql) => (await pool.query(sql)).rows,
    );
  });

  describe('a store', () => {
    it('adds a run whose key is removed at the same moment', async () => {
      const url = await database();
      const store = await openPostgres(url, () => undefined);
      const other = new pg.Pool({ connectionString: url });
      await store.join('one', 'one');
      await store.add(run('k', { id: 'old' }), 'one');
      // It is removed after each attempt to insert, before it is looked for, as often as there are any.
      await other.query(
        `create function drop_old() returns trigger language plpgsql as $$ begin delete from durable_runs where id = 'old'; return null; end $$`,
      );
      await other.query('create trigger t after insert on durable_runs for each statement execute function drop_old()');
      expect(await store.add(run('k', { id: 'new' }), 'one')).to.include({ id: 'new', state: 'starting' });
      await other.query("update durable_runs set id = 'old'");
      expect(await store.addStarted(run('k', { id: 'newer' }), started())).to.include({ id: 'newer' });
      await other.end();
      await store.close();
    });

    it('reports connections that break, and goes on', async () => {
      const url = await database();
      const reports: unknown[] = [];
      const store = await openPostgres(url, (error) => reports.push(error));
      const other = new pg.Pool({ connectionString: url });
      await store.join('one', 'one');
      await store.beat('one');
      const added = (await store.add(run(null, { id: 'r' }), 'one')) as { epoch: number };
      const transaction = store.transaction({ id: 'r', owner: 'one', epoch: added.epoch });
      await transaction.execute('select 1', []);
      await other.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      );
      while (reports.length === 0) await sleep(10);
      expect(await transaction.execute('select 1', []).catch((error: unknown) => error)).to.be.instanceOf(Error);
      await transaction.rollback().catch(() => undefined);
      expect(await store.beat('one').catch(() => store.beat('one'))).to.be.instanceOf(Map);
      expect(await store.find('r')).to.include({ state: 'starting' });
      await other.end();
      await store.close();
    });

    it('undoes a transaction whose statement is in progress, and is closed at once', async () => {
      const url = await database();
      const store = await openPostgres(url, () => undefined);
      const other = new pg.Pool({ connectionString: url });
      await other.query('create table effects (key text)');
      await store.join('one', 'one');
      const added = (await store.add(run(null, { id: 'r' }), 'one')) as { epoch: number };
      const transaction = store.transaction({ id: 'r', owner: 'one', epoch: added.epoch });
      await transaction.execute("insert into effects values ('a')", []);
      const hanging = transaction.execute('select pg_sleep(3600)', []).catch((error: unknown) => error);
      await transaction.rollback();
      expect(await hanging).to.be.instanceOf(Error);
      await store.leave('one');
      await store.close();
      const sessions = 'select count(*)::integer as n from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()';
      while ((await other.query<{ n: number }>(sessions)).rows[0]!.n > 0) await sleep(10);
      expect((await other.query('select * from effects')).rows).to.deep.equal([]);
      await other.end();
    });

    it('uses the connection of a handler that has thrown again', async () => {
      const url = await database();
      const store = await openPostgres(url, () => undefined);
      await store.join('one', 'one');
      const added = (await store.add(run(null, { id: 'r' }), 'one')) as { epoch: number };
      const pids = new Set<unknown>();
      for (let turn = 0; turn < 3; turn++) {
        const transaction = store.transaction({ id: 'r', owner: 'one', epoch: added.epoch });
        const [row] = await transaction.execute('select pg_backend_pid() as pid', []);
        pids.add(row!.pid);
        await transaction.rollback();
      }
      expect(pids.size).to.equal(1);
      await store.close();
    });
  });

  describe('several processes', () => {
    let folder: string;
    let platform: LocalPlatform;
    let running: JobProcess[];
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'remote-record-durable-'));
      platform = await LocalPlatform.start();
      running = [];
    });
    afterEach(async () => {
      for (const process of running) await process.kill();
      await platform.close();
      await rm(folder, { recursive: true, force: true });
    });

    const until = async (holds: () => Promise<boolean>): Promise<void> => {
      while (!(await holds())) await sleep(100);
    };

    const numberOf = async (pool: pg.Pool, sql: string): Promise<number> =>
      pool.query<{ n: number }>(sql).then(
        ({ rows }) => rows[0]!.n,
        () => 0, // while the database is restarted, or has no tables yet
      );

    /** Waits until all runs have been started, have ended at the platform, and are due, while nobody may claim them. */
    async function allDue(pool: pg.Pool, starters: readonly JobProcess[]): Promise<void> {
      for (const starter of starters) await starter.ended();
      await pool.query("insert into durable_paused values ('*')");
      const due = "select count(*)::integer as n from durable_runs where state = 'running' and due_at <= extract(epoch from now()) * 1000";
      await until(async () => (await numberOf(pool, due)) === count);
      const mai = new Moderately({ ...optionsOf(platform), fetch: platform.fetch });
      await until(async () => (await mai.PipelineExecution.search({ status: 'completed', pageSize: 1 })).total === count);
      await mai.close();
    }

    /** Has so many processes start runs, and as many follow them: while these are started, or after that. Resolves to the number of their lists. */
    async function play(machines: number, { kills }: { kills: boolean }): Promise<number> {
      const databaseUrl = await database();
      const log = join(folder, `log-${machines}`);
      const pool = new pg.Pool({ connectionString: databaseUrl });
      pool.on('error', () => undefined);
      await pool.query('create table effects (key text)');
      const job: Job = {
        store: { databaseUrl, lease: kills ? 2 : 30 },
        options: optionsOf(platform),
        versionId: await echoVersion(platform),
        log,
        follows: false,
        concurrency: 500,
        insert: 'insert into effects values ($1)',
      };
      const begin = (more: Partial<Job>): JobProcess => {
        const process = new JobProcess({ ...job, ...more });
        running.push(process);
        return process;
      };
      const parts = Array.from({ length: machines }, (_, index): [number, number] => [
        Math.floor((index * count) / machines),
        Math.floor(((index + 1) * count) / machines),
      ]);
      const starters = parts.map((starts) => begin({ starts }));
      if (!kills) await allDue(pool, starters);
      const followers = parts.map(() => begin({ follows: true, stays: true }));
      if (!kills) {
        await until(async () => (await numberOf(pool, 'select count(*)::integer as n from durable_processes')) === machines);
        await pool.query('delete from durable_paused');
      }
      const since = performance.now();
      let kill = 0;
      let startedAfter: number | undefined;
      const seconds = (): number => Math.round((performance.now() - since) / 1000);
      const handled = (): Promise<number> => numberOf(pool, "select count(*)::integer as n from durable_runs where state = 'ended'");
      for (let turn = 0; starters.some(({ messages }) => !messages.includes('started')) || (await handled()) < count; turn++) {
        await sleep(1000);
        if (starters.every(({ messages }) => messages.includes('started'))) startedAfter ??= seconds();
        if (!kills) continue;
        const which = Math.floor(turn / 4) % machines;
        if (turn === 6) await server.restart(500);
        // One of each every four seconds: those that start runs and those that follow them in turn.
        if (turn % 2 !== 1) continue;
        const isStarter = turn % 4 === 1 && !starters[which]!.messages.includes('started');
        const killed = isStarter ? starters[which]! : followers[which]!;
        if (!killed.hasWorked(2)) continue;
        await killed.kill();
        kill++;
        // As a job does that keeps how far it has come; what it was at is started again.
        if (isStarter) parts[which]![0] = killed.next ?? parts[which]![0];
        if (isStarter) starters[which] = begin({ starts: parts[which]! });
        else followers[which] = begin({ follows: true, stays: true });
      }
      for (const { child } of followers) child.kill('SIGKILL');
      const lists = (await callsIn(log)).list!.length;
      const written = (await pool.query<{ key: string }>('select key from effects')).rows.map(({ key }) => key);
      const found = await checkAll(platform, { count, log, written });
      console.log(
        `        ${machines} machines: ${seconds()} s, the starts ${startedAfter ?? 0} s, ${kill} killed, ${lists} lists, ` +
          `${found.unknown} unknown, ${found.repeated} handled again`,
      );
      await pool.end();
      if (!kills) expect(found, 'nobody was killed').to.deep.equal({ unknown: 0, repeated: 0 });
      return lists;
    }

    it(`handle ${count} runs while they are killed and the database is restarted`, () => play(3, { kills: true }));

    it('ask for hardly more lists than one', async () => {
      const alone = await play(1, { kills: false });
      await platform.reset();
      expect(await play(3, { kills: false })).to.be.at.most(Math.ceil(alone * 1.3));
    });
  });
});
