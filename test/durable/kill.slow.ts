import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { processClock } from '../../src/durable/clock.js';
import { openSqlite } from '../../src/durable/sqlite/open.js';
import { LocalPlatform } from '../../src/local/index.js';
import { callsIn, checkAll, echoVersion, JobProcess, optionsOf } from './support/killing.js';

/** How many runs: `COUNT=20000` for the whole. */
const count = Number(process.env.COUNT ?? 200);
const kills = 10;

describe('durable runs of a process that is killed ten times', function () {
  this.timeout(3_600_000);

  it(`are all handled, ${count} of them, and written once`, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'remote-record-durable-'));
    const platform = await LocalPlatform.start();
    let job: JobProcess | undefined;
    try {
      const dataDir = join(folder, 'waits');
      const log = join(folder, 'log');
      const store = await openSqlite(dataDir, processClock);
      await store.statement('create table effects (key text)');
      const begin = async (): Promise<JobProcess> =>
        new JobProcess({
          store: { dataDir, lease: 1 },
          options: optionsOf(platform),
          versionId,
          log,
          starts: [0, count],
          follows: true,
          concurrency: 100,
          insert: 'insert into effects values (?)',
        });
      const versionId = await echoVersion(platform);
      for (let kill = 1; kill <= kills; kill++) {
        job = await begin();
        // Early kills hit the starts, later ones the ends.
        const enough = async (): Promise<boolean> =>
          kill < 4
            ? (await store.list({ limit: count })).length >= (count * kill) / 4
            : (await callsIn(log)).ended!.length >= (count * (kill - 3)) / 8;
        while (!job.isOver && !(await enough())) await sleep(20);
        await job.kill();
      }
      job = await begin();
      await job.ended();
      expect(job.messages.filter((message) => typeof message === 'string')).to.deep.equal(['ready', 'started', 'idle']);
      const written = (await store.statement('select key from effects')).map(({ key }) => String(key));
      const found = await checkAll(platform, { count, log, written });
      expect((await store.counts()).counts).to.deep.equal([{ handler: 'report', state: 'ended', count }]);
      await store.close();
      const { size } = await stat(join(dataDir, 'durable.db'));
      console.log(`      ${found.unknown} unknown, ${found.repeated} handled again, ${Math.round(size / count)} bytes a run`);
    } finally {
      await job?.kill();
      await platform.close();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
