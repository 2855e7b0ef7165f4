import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { LocalPlatform } from '../../../src/local/index.js';
import { inMemory, openSqlite } from '../../../src/local/store/sqlite/database.js';
import { execute, rowsOf } from '../../../src/local/store/statements.js';
import { exportPlatform, importPlatform, type TransferOptions } from '../../../src/local/transfer/index.js';
import { tableNames } from '../../../src/local/transfer/tables.js';
import { Client, type Json, throughBlock } from '../support/platform.js';

/** What a platform has that a client can see. */
interface Made {
  fileId: string;
  datasetId: string;
  sessionId: string;
  waiting: string;
  done: string;
}

/** Fills a platform with records of each kind, and an execution that has not ended. */
async function fill(platform: LocalPlatform): Promise<Made> {
  const client = new Client(platform);
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  platform.block('string_template', async ({ inputs, signal }) => {
    if (inputs.data !== 'wait') return inputs.data;
    signal.addEventListener('abort', () => release());
    await held;
    return inputs.data;
  });
  const { fileId } = await client.uploadFile('same.txt', 'content');
  await client.uploadFile('same again.txt', 'content');
  await client.uploadFile('empty.txt', '');
  await client.uploadFile('large.txt', 'x'.repeat(300_000));
  const { datasetId } = await client.dataset('Rivers', 'name\nElbe\n', [{ name: 'name', type: 'string', nullable: true }]);
  const { versionId } = await client.pipeline('Wait', throughBlock('string_template', { template: '' }));
  const done = await client.execute(versionId, { given: 'be done' });
  await client.finished(done);
  const waiting = await client.execute(versionId, { given: 'wait' });
  for (let at = 0; at < 60; at++) await client.post('/datasets', { teamId: platform.teamId, name: `Set ${at}` });
  const agent = (await client.post('/v2/agents', { name: 'Agent', instructions: 'x' })).body;
  const session = (await client.post('/v1/sessions', { agentId: agent.id, name: 'Session' })).body;
  await client.post(`/v1/sessions/${session.id}/messages`, { role: 'user', content: 'Hello, Zoë \u{1f600}' });
  return { fileId, datasetId, sessionId: session.id, waiting, done };
}

describe('Moving a platform', () => {
  let root: string;
  let made: Made;
  let apiKey: string;
  const source = (): string => join(root, 'source');
  const options: TransferOptions = { signal: new AbortController().signal, onProgress: () => {} };
  const failure = (work: Promise<unknown>): Promise<Error> =>
    work.then(
      () => expect.fail('it did not fail'),
      (error: Error) => error,
    );

  before(async () => {
    root = mkdtempSync(join(tmpdir(), 'remote-record-transfer-'));
    const platform = await LocalPlatform.start({ port: false, dataDir: source() });
    ({ apiKey } = platform);
    made = await fill(platform);
    await platform.close();
    // Records whose parent has a larger id, and is written with later ones.
    const store = await openSqlite(join(source(), 'platform.db'));
    const children = `with recursive n(i) as (select 1 union all select i + 1 from n where i < 300)
      insert into assets select '-child' || i, "teamId", collection, 'child', 'child', body, "createdAt", "updatedAt", ?
      from (select * from assets limit 1) as one, n`;
    await execute(store, { text: children, parameters: [made.sessionId] });
    await store.destroy();
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  it('takes all records, files, keys and executions that have not ended along', async () => {
    const [folder, target] = [join(root, 'export'), join(root, 'target')];
    const exported = await exportPlatform({ dataDir: source() }, folder, options);
    const imported = await importPlatform(folder, { dataDir: target }, options);
    expect(imported).to.deep.equal(exported);
    expect(exported.tables.datasets.rows).to.equal(61);
    expect(exported.tables.jobs.rows).to.equal(1);
    expect(exported.objects.count).to.be.at.least(5);
    // Again from the target: the same hashes.
    expect((await exportPlatform({ dataDir: target }, join(root, 'again'), options)).tables).to.deep.equal(exported.tables);

    const platform = await LocalPlatform.start({ port: false, dataDir: target });
    try {
      expect(platform.apiKey).to.equal(apiKey);
      const client = new Client(platform);
      platform.block('string_template', async ({ inputs }) => inputs.data);
      const { downloadUrl } = (await client.get(`/files/${made.fileId}/download`)).body;
      expect(await (await platform.fetch(downloadUrl)).text()).to.equal('content');
      expect((await client.get(`/datasets/${made.datasetId}`)).body.name).to.equal('Rivers');
      expect((await client.finished(made.waiting)).status).to.equal('completed');
      expect((await client.get(`/pipeline-executions/${made.done}`)).body.status).to.equal('completed');
      const messages: Json = (await client.get(`/v1/sessions/${made.sessionId}/messages`)).body;
      expect(JSON.stringify(messages)).to.contain('Hello, Zoë \u{1f600}');
      expect((await client.post('/datasets', { teamId: platform.teamId, name: 'New' })).status).to.equal(201);
    } finally {
      await platform.close();
    }
  });

  it('keeps an export from other users of the machine, and equal contents once', () => {
    const folder = join(root, 'export');
    expect(statSync(folder).mode & 0o077).to.equal(0);
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      expect(statSync(join(folder, name)).mode & 0o077, name).to.equal(0);
      expect(name).not.to.match(/\.part$|unfinished/);
    }
    const objects = readdirSync(join(folder, 'objects'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      /[0-9a-f]{64}$/.test(name),
    );
    const rows = readFileSync(join(folder, 'tables', 'objects.jsonl'), 'utf8')
      .trim()
      .split('\n');
    expect(objects.length).to.be.below(rows.length);
  });

  it('goes on after it was broken off anywhere', async () => {
    const [folder, target] = [join(root, 'broken export'), join(root, 'broken target')];
    const whole = await exportPlatform({ dataDir: source() }, join(root, 'whole'), options);
    /** Runs a step again and again, and breaks it off a little later each time. */
    const persist = async <Result>(
      run: (given: typeof options) => Promise<Result>,
      every: number,
    ): Promise<{ result: Result; attempts: number }> => {
      for (let attempts = 1; ; attempts++) {
        const stop = new AbortController();
        let seen = 0;
        const onProgress = (): void => {
          if (++seen === attempts * every) stop.abort();
        };
        try {
          return { result: await run({ signal: stop.signal, onProgress }), attempts };
        } catch (error) {
          if (!stop.signal.aborted) throw error;
        }
      }
    };
    const exporting = await persist((given) => exportPlatform({ dataDir: source() }, folder, given), 12);
    expect(exporting.result).to.deep.equal(whole);
    expect(exporting.attempts).to.be.above(1);
    const importing = await persist((given) => importPlatform(folder, { dataDir: target }, given), 12);
    expect(importing.result).to.deep.equal(whole);
    expect(importing.attempts).to.be.above(1);
    expect((await exportPlatform({ dataDir: target }, join(root, 'broken again'), options)).tables).to.deep.equal(whole.tables);
  });

  it('goes on in the middle of the files', async () => {
    const target = { dataDir: join(root, 'middle') };
    let broken = 0;
    for (;;) {
      const stop = new AbortController();
      let seen = 0;
      const onProgress = ({ step }: { step: string }): void => {
        if (step === 'files' && ++seen === 1 && broken < 3) stop.abort();
      };
      const ended = await importPlatform(join(root, 'whole'), target, { signal: stop.signal, onProgress }).catch((error: unknown) => error);
      if (!stop.signal.aborted) {
        expect(ended).to.have.property('objects');
        break;
      }
      expect(++broken).to.be.below(4);
    }
    expect(broken).to.be.above(0);
  });

  it('does not start a platform into which an import has not ended', async () => {
    const target = join(root, 'half');
    const stop = new AbortController();
    const half = importPlatform(join(root, 'whole'), { dataDir: target }, { signal: stop.signal, onProgress: () => stop.abort() });
    await failure(half);
    expect((await failure(LocalPlatform.start({ port: false, dataDir: target }))).message).to.contain(
      'An import into this platform has not ended',
    );
  });

  it('refuses what is not empty, and changes nothing there', async () => {
    const whole = join(root, 'whole');
    expect((await failure(exportPlatform({ dataDir: source() }, whole, options))).message).to.contain('has a complete export already');
    const other = join(root, 'other');
    mkdirSync(other);
    writeFileSync(join(other, 'mine.txt'), '');
    expect((await failure(exportPlatform({ dataDir: source() }, other, options))).message).to.contain('is not empty');
    expect(readdirSync(other)).to.deep.equal(['mine.txt']);
    expect((await failure(importPlatform(whole, { dataDir: source() }, options))).message).to.contain('The target is not empty');
    expect((await failure(importPlatform(other, { dataDir: join(root, 'new') }, options))).message).to.contain('There is no export in');
    expect(existsSync(join(root, 'new'))).to.equal(false);
    const nowhere = join(root, 'nowhere');
    expect((await failure(exportPlatform({ dataDir: nowhere }, join(root, 'x'), options))).message).to.contain('There is no platform in');
    expect(existsSync(nowhere)).to.equal(false);
  });

  it('refuses the unfinished export and import of another platform', async () => {
    const other = join(root, 'another');
    await (await LocalPlatform.start({ port: false, dataDir: other })).close();
    const stop = new AbortController();
    const broken = join(root, 'of another');
    await failure(exportPlatform({ dataDir: other }, broken, { signal: stop.signal, onProgress: () => stop.abort() }));
    expect((await failure(exportPlatform({ dataDir: source() }, broken, options))).message).to.contain(
      'unfinished export of another platform',
    );
    expect((await failure(importPlatform(broken, { dataDir: join(root, 'new') }, options))).message).to.contain('is not complete');
    await exportPlatform({ dataDir: other }, broken, options);
    expect((await failure(importPlatform(broken, { dataDir: join(root, 'half') }, options))).message).to.contain(
      'import of another export',
    );
  });

  it('notices damage of a file and of a row, and a missing file', async () => {
    const folder = join(root, 'damaged');
    await exportPlatform({ dataDir: source() }, folder, options);
    const [name = ''] = readdirSync(join(folder, 'objects'), { recursive: true, encoding: 'utf8' }).filter((each) =>
      /[0-9a-f]{64}$/.test(each),
    );
    const path = join(folder, 'objects', name);
    const content = readFileSync(path);
    writeFileSync(path, `${content.toString()}!`);
    expect((await failure(importPlatform(folder, { dataDir: join(root, 'd1') }, options))).message).to.contain('is damaged');
    rmSync(path);
    expect((await failure(importPlatform(folder, { dataDir: join(root, 'd2') }, options))).message).to.contain(name);
    writeFileSync(path, content);
    const datasets = join(folder, 'tables', 'datasets.jsonl');
    writeFileSync(datasets, readFileSync(datasets, 'utf8').replace('Rivers', 'Rivets'));
    expect((await failure(importPlatform(folder, { dataDir: join(root, 'd3') }, options))).message).to.match(
      /^datasets has 61 rows with the hash/,
    );
    writeFileSync(datasets, readFileSync(datasets, 'utf8').trimEnd());
    expect((await failure(importPlatform(folder, { dataDir: join(root, 'd4') }, options))).message).to.contain('was cut');
  });

  it('refuses a source file whose content is not what was stored', async () => {
    const copy = join(root, 'copy');
    await importPlatform(join(root, 'whole'), { dataDir: copy }, options);
    const [name = ''] = readdirSync(join(copy, 'files', 'objects'), { recursive: true, encoding: 'utf8' }).filter((each) =>
      statSync(join(copy, 'files', 'objects', each)).isFile(),
    );
    writeFileSync(join(copy, 'files', 'objects', name), 'other content');
    const error = await failure(exportPlatform({ dataDir: copy }, join(root, 'of copy'), options));
    expect(error.message).to.contain(name).and.contain('does not have the content that was stored');
  });

  it('knows every table', async () => {
    const store = await openSqlite(inMemory);
    const rows = await rowsOf<{ name: string }>(store, "select name from sqlite_master where type = 'table'", []);
    const references = await rowsOf<{ child: string; parent: string }>(
      store,
      `select m.name as child, f."table" as parent from sqlite_master m, pragma_foreign_key_list(m.name) f where m.type = 'table'`,
      [],
    );
    await store.destroy();
    expect([...tableNames].sort()).to.deep.equal(
      rows
        .map(({ name }) => name)
        .filter((name) => !name.startsWith('kysely_') && !['deletions', 'stagings'].includes(name))
        .sort(),
    );
    const order: readonly string[] = tableNames;
    for (const { child, parent } of references) {
      if (child !== parent) expect(order.indexOf(parent), `${parent} before ${child}`).to.be.below(order.indexOf(child));
      else expect(child).to.equal('assets');
    }
  });
});
