import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import pg from 'pg';
import { LocalPlatform } from '../../../../src/local/index.js';
import { exportPlatform, importPlatform, type TransferOptions } from '../../../../src/local/transfer/index.js';
import { createDatabase } from '../../../support/services/postgres.js';
import { Client, throughBlock } from '../../support/platform.js';

const adminUrl = process.env.POSTGRES_URL ?? '';

describe('Moving a platform from and to PostgreSQL', () => {
  let root: string;
  let count = 0;
  const options: TransferOptions = { signal: new AbortController().signal, onProgress: () => {} };
  const newDatabase = (): Promise<string> => createDatabase(adminUrl, `transfer${process.pid}_${count++}`);
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'remote-record-transfer-postgres-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('takes everything along both ways, with executions that have not ended', async () => {
    const first = { dataDir: join(root, 'first'), databaseUrl: await newDatabase() };
    const platform = await LocalPlatform.start({ port: false, ...first });
    const client = new Client(platform);
    platform.block('string_template', async ({ inputs, signal }) => {
      if (inputs.data === 'wait') await new Promise((resolve) => signal.addEventListener('abort', resolve));
      return inputs.data;
    });
    await client.uploadFile('a.txt', 'content');
    const { datasetId } = await client.dataset('Zürich “quoted” \u{1f600}', 'name\nElbe\n', [
      { name: 'name', type: 'string', nullable: true },
    ]);
    const { versionId } = await client.pipeline('Wait', throughBlock('string_template', { template: '' }));
    await client.finished(await client.execute(versionId, { given: 1.5 }));
    const waiting = await client.execute(versionId, { given: 'wait' });
    const { apiKey } = platform;
    await platform.close();

    const exported = await exportPlatform(first, join(root, 'export'), options);
    expect(exported.tables.jobs.rows).to.equal(1);
    const folder = { dataDir: join(root, 'folder') };
    expect(await importPlatform(join(root, 'export'), folder, options)).to.deep.equal(exported);
    const fromFolder = await exportPlatform(folder, join(root, 'export of folder'), options);
    expect(fromFolder).to.deep.equal(exported);
    const second = { dataDir: join(root, 'second'), databaseUrl: await newDatabase() };
    expect(await importPlatform(join(root, 'export of folder'), second, options)).to.deep.equal(exported);

    const moved = await LocalPlatform.start({ port: false, ...second });
    try {
      expect(moved.apiKey).to.equal(apiKey);
      const there = new Client(moved);
      moved.block('string_template', async ({ inputs }) => inputs.data);
      expect((await there.finished(waiting)).status).to.equal('completed');
      expect((await there.get(`/datasets/${datasetId}`)).body.name).to.equal('Zürich “quoted” \u{1f600}');
      // The numbers of rows that are kept beside the tables are right as well.
      expect((await there.get('/datasets')).body.pagination.totalItems).to.equal(1);
    } finally {
      await moved.close();
    }
  });

  it('reads without standing in the way of servers that write', async () => {
    const place = { dataDir: join(root, 'files'), databaseUrl: await newDatabase() };
    const platform = await LocalPlatform.start({ port: false, ...place });
    const holder = new pg.Client({ connectionString: place.databaseUrl });
    const admin = new pg.Client({ connectionString: place.databaseUrl });
    await Promise.all([holder.connect(), admin.connect()]);
    try {
      // It has read some tables, and waits for one of the last.
      await holder.query('begin');
      await holder.query('lock table "idempotentResponses"');
      const exporting = exportPlatform(place, join(root, 'export'), options);
      exporting.catch(() => {});
      try {
        const waits = `select pid from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
        while ((await admin.query(waits)).rowCount === 0) await Promise.race([delay(20), exporting]);
        expect((await admin.query(`select mode from pg_locks where mode = 'SIReadLock' and pid in (${waits})`)).rows).to.deep.equal([]);
        expect((await new Client(platform).post('/pipelines', { name: 'meanwhile', teamId: platform.teamId })).status).to.equal(201);
      } finally {
        await holder.query('commit');
      }
      expect((await exporting).tables.pipelines.rows).to.equal(0);
    } finally {
      await Promise.all([holder.end(), admin.end()]);
      await platform.close();
    }
  });

  it('refuses a database that has records, and goes on with an import that was broken off', async () => {
    const source = { dataDir: join(root, 'source') };
    await (await LocalPlatform.start({ port: false, dataDir: source.dataDir, databaseUrl: await newDatabase() })).close();
    const taken = { dataDir: join(root, 'taken'), databaseUrl: await newDatabase() };
    await (await LocalPlatform.start({ port: false, ...taken })).close();
    const exported = await exportPlatform(taken, join(root, 'export'), options);
    const error = await importPlatform(join(root, 'export'), { ...taken, dataDir: join(root, 'other') }, options).catch(
      (thrown: Error) => thrown,
    );
    expect((error as Error).message).to.contain('The target is not empty');

    const target = { dataDir: join(root, 'target'), databaseUrl: await newDatabase() };
    let attempts = 0;
    for (;;) {
      const stop = new AbortController();
      let seen = 0;
      const onProgress = (): void => {
        if (++seen === 4 * (attempts + 1)) stop.abort();
      };
      try {
        expect(await importPlatform(join(root, 'export'), target, { signal: stop.signal, onProgress })).to.deep.equal(exported);
        break;
      } catch (thrown) {
        if (!stop.signal.aborted) throw thrown;
        attempts++;
        const start = await LocalPlatform.start({ port: false, ...target }).catch((refused: Error) => refused);
        expect((start as Error).message).to.contain('import into this platform has not ended');
      }
    }
    expect(attempts).to.be.above(0);
  });

  it('exports what one moment had, while a server writes', async () => {
    const place = { dataDir: join(root, 'live'), databaseUrl: await newDatabase() };
    const platform = await LocalPlatform.start({ port: false, ...place });
    const client = new Client(platform);
    try {
      let on = true;
      const writing = (async () => {
        for (let at = 0; on; at++) {
          const { pipelineId } = (await client.post('/pipelines', { teamId: platform.teamId, name: `P${at}` })).body;
          await client.patch(`/pipelines/${pipelineId}`, { description: 'changed' });
        }
      })();
      const exported = await exportPlatform(place, join(root, 'export'), options);
      on = false;
      await writing;
      // Each pipeline has one entry of the audit log for its creation: both tables are of the same moment.
      const copy = { dataDir: join(root, 'copy') };
      expect(await importPlatform(join(root, 'export'), copy, options)).to.deep.equal(exported);
    } finally {
      await platform.close();
    }
  });
});
