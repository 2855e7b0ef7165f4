import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import pg from 'pg';
import { openPostgres } from '../../src/durable/postgres/open.js';
import { LocalPlatform } from '../../src/local/index.js';
import { type PostgresServer, startPostgres } from '../support/services/postgres.js';
import { itKeepsRuns } from './support/contract.js';
import type { Job } from './support/job.js';
import { callsIn, checkAll, echoVersion, JobProcess, optionsOf } from './support/killing.js';

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

    /** Has so many processes start runs, and as many follow them. Resolves to the number of lists that they asked for. */
    async function play(machines: number, kills: boolean): Promise<number> {
      const databaseUrl = await database();
      const log = join(folder, `log-${machines}`);
      const pool = new pg.Pool({ connectionString: databaseUrl });
      pool.on('error', () => undefined);
      await pool.query('create table effects (key text)');
      const job: Job = {
        store: { databaseUrl, lease: 2 },
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
      const followers = parts.map(() => begin({ follows: true, stays: true }));
      /** How many have ended; not known while the database is restarted. */
      const handled = async (): Promise<number> => {
        const ended = "select count(*)::integer as n from durable_runs where state = 'ended'";
        return await pool.query<{ n: number }>(ended).then(
          ({ rows }) => rows[0]!.n,
          () => 0,
        );
      };
      for (let turn = 0; starters.some(({ messages }) => !messages.includes('started')) || (await handled()) < count; turn++) {
        await sleep(1000);
        const which = turn % machines;
        if (!kills) continue;
        if (turn === 6) await server.restart(500);
        if (turn % 4 !== 3) continue;
        if (!starters[which]!.messages.includes('started')) {
          await starters[which]!.kill();
          starters[which] = begin({ starts: parts[which]! });
        }
        await followers[which]!.kill();
        followers[which] = begin({ follows: true, stays: true });
      }
      for (const { child } of followers) child.kill('SIGKILL');
      const lists = (await callsIn(log)).list!.length;
      const written = (await pool.query<{ key: string }>('select key from effects')).rows.map(({ key }) => key);
      const found = await checkAll(platform, { count, log, written });
      console.log(`        ${machines} machines: ${lists} lists, ${found.unknown} unknown, ${found.repeated} handled again`);
      await pool.end();
      return lists;
    }

    it(`handle ${count} runs while they are killed and the database is restarted`, () => play(3, true));

    it('ask for hardly more lists than one', async () => {
      const alone = await play(1, false);
      await platform.reset();
      expect(await play(3, false)).to.be.at.most(Math.ceil(alone * 1.3));
    });
  });
});
