import { join } from 'node:path';
import { expect } from 'chai';
import { Kysely, Migrator, SqliteDialect, sql } from 'kysely';
import Libsql from 'libsql';
import { first } from '../../../src/local/store/migrations/first.js';
import type { Tables } from '../../../src/local/store/schema.js';
import { inMemory, openSqlite } from '../../../src/local/store/sqlite/database.js';
import { execute, executeAll, rowOf, rowsOf, type Statement } from '../../../src/local/store/statements.js';
import type { Store } from '../../../src/local/store/store.js';
import { failure } from '../../support/failure.js';
import { useFolder } from '../../support/folder.js';
import { deferred } from '../support/deferred.js';

describe('The database of the local platform', () => {
  let store: Store;
  beforeEach(async () => {
    store = await openSqlite(inMemory);
  });
  afterEach(() => store.destroy());

  const put = (key: string, value: unknown) =>
    store
      .insertInto('settings')
      .values({ key, value: value as string })
      .execute();
  const get = async (key: string) => (await store.selectFrom('settings').select('value').where('key', '=', key).executeTakeFirst())?.value;

  it('keeps text of every kind, and refuses what the driver would cut or die of', async () => {
    for (const text of ['', 'Ü', '😀', "it's", '\n\t', '%_\\']) {
      await put(text, text);
      expect(await get(text)).to.equal(text);
    }
    await put('flag', true);
    expect(Number(await get('flag'))).to.equal(1);
    expect(await failure(put('nul', 'a\0b'))).to.be.instanceOf(TypeError);
  });

  it('undoes a transaction that fails', async () => {
    const failing = store.transaction().execute(async (trx) => {
      await trx.insertInto('settings').values({ key: 'a', value: 'b' }).execute();
      throw new Error('no');
    });
    expect((await failure(failing)).message).to.equal('no');
    expect(await get('a')).to.equal(undefined);
  });

  it('runs all of several statements or none, in a transaction of theirs or in one that is open', async () => {
    const insert = (key: string): Statement => ({ text: 'insert into settings values (?, ?)', parameters: [key, 'x'] });
    const [a, b] = [insert('a'), insert('b')];
    expect((await failure(executeAll(store, [a, a]))).message).to.contain('UNIQUE');
    expect(await get('a')).to.equal(undefined);
    await executeAll(store, [a]);
    const failing = store.transaction().execute(async (trx) => {
      await executeAll(trx, [b]);
      await executeAll(trx, [a]);
    });
    expect((await failure(failing)).message).to.contain('UNIQUE');
    expect([await get('a'), await get('b')]).to.deep.equal(['x', undefined]);
  });

  it('gives rows by their columns, the columns of now', async () => {
    const read = 'select * from settings';
    await execute(store, { text: 'insert into settings values (?, ?)', parameters: ['a', 'x'] });
    expect(await rowOf(store, read, [])).to.deep.equal({ key: 'a', value: 'x' });
    await execute(store, { text: 'alter table settings add column more real default 0.1', parameters: [] });
    const row = { key: 'a', value: 'x', more: 0.1 };
    expect(await rowOf(store, read, [])).to.deep.equal(row);
    expect(await rowsOf(store, read, [])).to.deep.equal([row]);
    expect(await store.selectFrom('settings').selectAll().execute()).to.deep.equal([row]);
    const changed = await rowOf(store, "update settings set value = 'y' returning value as first, key as first", []);
    expect(changed).to.deep.equal({ first: 'a' });
    expect(await rowOf(store, 'select 1 as one where 1 = 2', [])).to.equal(undefined);
  });

  it('gives the rows that are asked for, whatever the same statement gave before', async () => {
    const read = 'select value from settings where key = ?';
    for (const key of ['a', 'b']) await execute(store, { text: 'insert into settings values (?, ?)', parameters: [key, key] });
    for (const key of ['a', 'b', 'none', 'b', 'a']) {
      const expected = key === 'none' ? [] : [{ value: key }];
      expect(await rowsOf(store, read, [key])).to.deep.equal(expected);
      expect(await rowOf(store, read, [key === 'a' ? 'b' : 'a'])).to.deep.equal({ value: key === 'a' ? 'b' : 'a' });
      expect(await rowOf(store, read, [key])).to.deep.equal(expected[0]);
    }
    const rename = 'update settings set key = ? where key = ? returning key';
    for (const ask of [rowOf, rowsOf]) {
      expect((await failure(ask(store, rename, ['b', 'a']))).message).to.contain('UNIQUE');
      expect([await ask(store, rename, ['c', 'a'])].flat()).to.deep.equal([{ key: 'c' }]);
      expect([await ask(store, rename, ['a', 'c'])].flat()).to.deep.equal([{ key: 'a' }]);
    }
  });

  it('keeps statements out of a transaction that is open, and lets those of the transaction in', async () => {
    const value = "select value from settings where key = 'a'";
    let read: Promise<{ value: string } | undefined> | undefined;
    await store.transaction().execute(async (trx) => {
      await execute(trx, { text: "insert into settings values ('a', 'unfinished')", parameters: [] });
      read = rowOf(store, value, []);
      await Promise.resolve();
      await execute(trx, { text: "update settings set value = 'done'", parameters: [] });
      expect(await rowOf(trx, value, [])).to.deep.equal({ value: 'done' });
    });
    expect(await read).to.deep.equal({ value: 'done' });
  });

  it('lets nothing refer to what is not there', async () => {
    const row = {
      pipelineConfigurationVersionId: 'v',
      pipelineId: 'unknown',
      teamId: 't',
      configuration: '{}',
      version: 1,
      status: 'draft',
    };
    const inserting = store
      .insertInto('pipelineConfigurationVersions')
      .values({ ...row, createdAt: '', updatedAt: '' })
      .execute();
    expect((await failure(inserting)).message).to.contain('FOREIGN KEY');
  });

  it('reads every documented order of a list by an index, without sorting', async () => {
    const plan = async (table: string, order: string, key: string, scope: readonly string[]): Promise<string> => {
      const narrow = sql.join(
        scope.map((column) => sql`${sql.ref(column)} = 'x'`),
        sql` and `,
      );
      const query = sql<{
        detail: string;
      }>`explain query plan select * from ${sql.table(table)} where ${narrow} order by ${sql.ref(order)} desc, ${sql.ref(key)} desc limit 10`;
      return (await query.execute(store)).rows.map(({ detail }) => detail).join('; ');
    };
    const byTeam = ['teamId'];
    for (const [table, key, orders, scope = byTeam] of [
      ['datasets', 'datasetId', ['createdAt', 'updatedAt', 'name']],
      ['datasetSchemaVersions', 'datasetSchemaVersionId', ['createdAt', 'updatedAt', 'versionNo']],
      ['datasetDataVersions', 'datasetDataVersionId', ['createdAt', 'updatedAt', 'versionNo']],
      ['files', 'fileId', ['createdAt', 'updatedAt', 'fileName', 'fileSize']],
      ['pipelines', 'pipelineId', ['createdAt', 'updatedAt', 'name']],
      ['pipelineExecutions', 'pipelineExecutionId', ['createdAt', 'updatedAt', 'startedAt']],
      ['pipelineConfigurationVersions', 'pipelineConfigurationVersionId', ['createdAt', 'updatedAt', 'version']],
      ['agents', 'agentId', ['createdAt', 'updatedAt', 'name']],
      ['agentConfigurationVersions', 'agentConfigurationVersionId', ['createdAt']],
      ['agentExecutions', 'agentExecutionId', ['createdAt']],
      ['auditLogs', 'auditLogId', ['createdAt', 'eventType', 'resourceType', 'action']],
      ['apiTokens', 'tokenId', ['createdAt', 'name']],
      ['teamUsers', 'teamUserId', ['name', 'role', 'createdAt', 'updatedAt']],
      ['assets', 'assetId', ['createdAt', 'updatedAt', 'name'], ['teamId', 'collection']],
    ] as const) {
      for (const order of orders) {
        expect(await plan(table, order, key, scope), `${table} by ${order}`).to.match(/^SEARCH .* USING INDEX [^;]*$/);
      }
    }
  });

  it('reads lists of assets by an index too, with filters, and without the parts of assets', async () => {
    for (const order of ['createdAt', 'updatedAt', 'name']) {
      const query = sql<{ detail: string }>`explain query plan select * from assets
        where "teamId" = 'x' and collection = 'models' and "parentId" is null
        and exists (select facet from "assetFacets" where "assetFacets"."assetId" = assets."assetId" and facet = 'functions' and value in ('a', 'b'))
        order by ${sql.ref(order)} desc, "assetId" desc limit 10`;
      const steps = (await query.execute(store)).rows.map(({ detail }) => detail);
      expect(steps[0], order).to.match(/^SEARCH assets USING INDEX/);
      expect(steps.join('; '), order).to.not.contain('TEMP B-TREE').and.not.contain('SCAN');
    }
  });
});

describe('The database of the local platform in a folder', () => {
  const folder = useFolder();

  it('is opened again after it was closed, and keeps what it had', async () => {
    const path = join(folder.path, 'platform.db');
    for (const expected of [0, 1, 2]) {
      const store = await openSqlite(path);
      const rows = await store.selectFrom('settings').selectAll().execute();
      expect(rows).to.have.length(expected);
      await store
        .insertInto('settings')
        .values({ key: String(expected), value: 'x' })
        .execute();
      await store.destroy();
    }
  });

  it('undoes what is open when it is closed, refuses what comes later, and can be opened again at once', async () => {
    const path = join(folder.path, 'platform.db');
    const store = await openSqlite(path);
    const insert = (key: string) => ({ text: 'insert into settings values (?, ?)', parameters: [key, ''] });
    const [begun, closed] = [deferred(), deferred()];
    const open = store.transaction().execute(async (trx) => {
      await execute(trx, insert('open'));
      begun.resolve();
      await closed.promise;
      await execute(trx, insert('too late'));
    });
    await begun.promise;
    const waiting = [execute(store, insert('waiting')), store.selectFrom('settings').selectAll().execute()];
    const refused = Promise.all([open, ...waiting].map((each) => failure(each)));
    await store.destroy();
    await store.destroy();
    closed.resolve();
    for (const { message } of [...(await refused), await failure(execute(store, insert('after')))]) {
      expect(message).to.equal('The database is closed.');
    }
    const again = await openSqlite(path);
    expect(await again.selectFrom('settings').selectAll().execute()).to.deep.equal([]);
    await again.destroy();
  });

  it('of an older version gets what came since, and keeps what it had', async () => {
    const path = join(folder.path, 'platform.db');
    const database = new Libsql(path);
    database.exec('pragma synchronous = off');
    const old = new Kysely<Tables>({ dialect: new SqliteDialect({ database }) });
    const provider = { getMigrations: async () => ({ '0001-first': first }) };
    expect((await new Migrator({ db: old, provider }).migrateToLatest()).error).to.equal(undefined);
    await old.insertInto('settings').values({ key: 'kept', value: 'x' }).execute();
    await sql`insert into teams values ('t', 'Team', null, '', '')`.execute(old);
    const stamps = { createdAt: '', updatedAt: '' };
    const file = {
      teamId: 't',
      fileName: 'a',
      fileNameLower: 'a',
      fileSize: 5,
      mimeType: 'a/b',
      uploadedBy: null,
      metadata: '{}',
      ...stamps,
    };
    for (const [fileId, fileDigest, uploadStatus] of [
      ['pending', 'a'.repeat(64), 'pending'],
      ['other', 'md5', 'pending'],
      ['done', 'b'.repeat(64), 'completed'],
    ] as const) {
      const row = { ...file, fileId, fileDigest, fileHash: fileDigest, uploadStatus, objectKey: `files/${fileId}` };
      await old.insertInto('files').values(row).execute();
    }
    const body = JSON.stringify({ id: 'm', name: 'Tr', function: { id: 'translation' }, createdAt: null, updatedAt: null });
    await sql`insert into assets values ('m', 't', 'models', 'Tr', 'tr', 'draft', ${body}, '2024', '2025')`.execute(old);
    await old.destroy();

    const schema = async (store: Store): Promise<string[]> => {
      const found = sql<{ name: string; sql: string | null }>`select name, sql from sqlite_master order by name`;
      return (await found.execute(store)).rows.map(({ name, sql }) => `${name} ${sql?.replaceAll('\n', ' ')}`);
    };
    const migrations = (store: Store) => sql<{ name: string }>`select name from kysely_migration order by name`.execute(store);
    const [store, newest] = [await openSqlite(path), await openSqlite(inMemory)];
    expect(await schema(store)).to.deep.equal(await schema(newest));
    expect((await migrations(store)).rows).to.deep.equal((await migrations(newest)).rows);
    expect(await store.selectFrom('settings').select('key').execute()).to.deep.equal([{ key: 'kept' }]);
    expect(await store.selectFrom('uploads').select(['key', 'size', 'sha256']).orderBy('key').execute()).to.deep.equal([
      { key: 'files/other', size: 5, sha256: null },
      { key: 'files/pending', size: 5, sha256: 'a'.repeat(64) },
    ]);
    const asset = await store.selectFrom('assets').selectAll().executeTakeFirstOrThrow();
    expect(asset).to.include({ assetId: 'm', parentId: null, createdAt: '2024', updatedAt: '2025' });
    expect(JSON.parse(asset.body), 'the times are columns').to.deep.equal({ id: 'm', name: 'Tr', function: { id: 'translation' } });
    const facets = await store.selectFrom('assetFacets').select('value').where('facet', '=', 'functions').execute();
    expect(facets, 'it is found by what it is').to.deep.equal([{ value: 'translation' }]);
    await store.destroy();
    await newest.destroy();
  });

  it('is as it was when making its tables fails halfway, and can be opened once nothing is in the way', async () => {
    const path = join(folder.path, 'platform.db');
    const database = new Libsql(path);
    database.exec('create table pipelines (inTheWay text)');
    expect((await failure(openSqlite(path))).message).to.contain('pipelines');
    database.exec('drop table pipelines');
    database.close();
    await (await openSqlite(path)).destroy();
  });

  it('is not opened by a version that does not know what it has become', async () => {
    const path = join(folder.path, 'platform.db');
    const store = await openSqlite(path);
    await sql`insert into kysely_migration (name, timestamp) values ('9999-of-the-future', '')`.execute(store);
    await store.destroy();
    expect((await failure(openSqlite(path))).message).to.contain('newer version of remote-record');
  });
});
