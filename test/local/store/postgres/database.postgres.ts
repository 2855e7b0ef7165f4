import { expect } from 'chai';
import pg from 'pg';
import { LocalPlatform } from '../../../../src/local/index.js';
import { openPostgres } from '../../../../src/local/store/postgres/database.js';
import { DatabaseUnavailable } from '../../../../src/local/store/postgres/errors.js';
import { countRows, execute, executeAll, insertion, rowOf, rowsOf } from '../../../../src/local/store/statements.js';
import type { Store } from '../../../../src/local/store/store.js';
import { failure } from '../../../support/failure.js';
import { useFolder } from '../../../support/folder.js';
import { createDatabase } from '../../../support/services/postgres.js';
import { startProxy } from '../../../support/services/proxy.js';

let count = 0;
const newDatabase = (): Promise<string> => createDatabase(process.env.POSTGRES_URL ?? '', `database_${process.pid}_${count++}`);

async function run(databaseUrl: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

const setting = (key: string, value: unknown) => insertion('settings', { key, value });

describe('A PostgreSQL database', () => {
  const opened: Store[] = [];
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.destroy();
  });

  async function open(databaseUrl?: string): Promise<Store> {
    const { store } = await openPostgres(databaseUrl ?? (await newDatabase()));
    opened.push(store);
    return store;
  }

  it('compares and orders text by its bytes, as SQLite does', async () => {
    const store = await open();
    for (const key of ['b', 'a', 'B', 'ä', 'Z', '_']) await execute(store, setting(key, ''));
    const rows = await rowsOf<{ key: string }>(store, 'select "key" from settings order by "key"', []);
    expect(rows.map(({ key }) => key)).to.deep.equal(['B', 'Z', '_', 'a', 'b', 'ä']);
    expect(await rowOf(store, `select "key" from settings where "key" = ?`, ['A'])).to.equal(undefined);
  });

  it('takes ? for parameters, but not in a text', async () => {
    const store = await open();
    const row = await rowOf(store, `select '?''?' as text, cast(? as text) as first, cast(? as bigint) as second`, ['a', 2]);
    expect(row).to.deep.equal({ text: `?'?`, first: 'a', second: 2 });
  });

  it('has numbers, and 0 and 1 for booleans', async () => {
    const store = await open();
    expect(
      await rowOf(store, 'select cast(? as bigint) as yes, (select count(*) from settings) as none, sum(1) as one, 2.5::float8 as real', [
        true,
      ]),
    ).to.deep.equal({
      yes: 1,
      none: 0,
      one: 1,
      real: 2.5,
    });
  });

  it('refuses text with a NUL character, and more parameters than it has', async () => {
    const store = await open();
    expect(await failure(execute(store, setting('a', 'a\0b')))).to.be.instanceOf(TypeError);
    const many = Array.from({ length: 70_000 }, String);
    const error = await failure(rowsOf(store, `select 1 from settings where "key" in (${many.map(() => '?').join()})`, many));
    expect(error.message).to.contain('too many SQL variables');
  });

  it('undoes a transaction that fails, and statements that go together', async () => {
    const store = await open();
    await failure(
      store.transaction().execute(async (trx) => {
        await execute(trx, setting('a', '1'));
        throw new Error('no');
      }),
    );
    await failure(executeAll(store, [setting('b', '1'), setting('b', '2')]));
    expect(await countRows(store, 'settings', 'true', [])).to.equal(0);
  });

  it('runs transactions as if there were no others', async () => {
    const store = await open();
    await execute(store, setting('sum', '0'));
    const add = () =>
      store.transaction().execute(async (trx) => {
        const { value } = await trx.selectFrom('settings').selectAll().where('key', '=', 'sum').executeTakeFirstOrThrow();
        await execute(trx, { text: 'update settings set value = ? where "key" = ?', parameters: [String(Number(value) + 1), 'sum'] });
      });
    await Promise.all(Array.from({ length: 12 }, add));
    expect(await rowOf(store, `select value from settings where "key" = 'sum'`, [])).to.deep.equal({ value: '12' });
  });

  it('counts the rows of a team as they come and go', async () => {
    const store = await open();
    const at = '2026-01-01T00:00:00.000Z';
    for (const teamId of ['t', 'u']) {
      await execute(store, insertion('teams', { teamId, name: teamId, createdByTokenId: null, createdAt: at, updatedAt: at }));
    }
    const pipeline = (id: number, teamId = 't') =>
      insertion('pipelines', { pipelineId: `p${id}`, teamId, name: `p${id}`, nameLower: `p${id}`, createdAt: at, updatedAt: at });
    const counted = (teamId: string) => countRows(store, 'pipelines', '"teamId" = ?', [teamId]);
    expect(await counted('t')).to.equal(0);
    for (let id = 0; id < 120; id++) await execute(store, pipeline(id));
    await execute(store, pipeline(120, 'u'));
    await execute(store, { text: `delete from pipelines where "pipelineId" in ('p1', 'p2')`, parameters: [] });
    await failure(executeAll(store, [pipeline(200), pipeline(0)]));
    // The second one reads what the first one put together.
    for (let reading = 0; reading < 3; reading++) expect([await counted('t'), await counted('u')]).to.deep.equal([118, 1]);
    await execute(store, { text: `delete from teams where "teamId" = 't'`, parameters: [] });
    expect(await counted('t')).to.equal(0);
  });

  it('has indexes of text of any length', async () => {
    const store = await open();
    const at = '2026-01-01T00:00:00.000Z';
    await execute(store, insertion('teams', { teamId: 't', name: 't', createdByTokenId: null, createdAt: at, updatedAt: at }));
    const random = Array.from({ length: 5000 }, (_, index) => String.fromCodePoint(0x4e00 + ((index * 7919) % 20_000))).join('');
    const asset = {
      assetId: 'a',
      teamId: 't',
      collection: 'models',
      name: random,
      nameLower: random,
      body: '{}',
      createdAt: at,
      updatedAt: at,
    };
    await execute(store, insertion('assets', asset));
    await execute(store, insertion('assetFacets', { assetId: 'a', facet: 'description', value: random, number: null }));
    expect(
      await failure(execute(store, insertion('assetFacets', { assetId: 'a', facet: 'description', value: random, number: null }))),
    ).to.have.property('code', '23505');
    expect(await rowOf(store, 'select "assetId" from "assetFacets" where value = ?', [random])).to.deep.equal({ assetId: 'a' });
  });

  it('sends again what was undone because of others', async () => {
    const store = await open();
    for (const key of ['a', 'b']) await execute(store, setting(key, '0'));
    const add = (key: string) => ({
      text: 'update settings set value = cast(cast(value as integer) + 1 as text) where "key" = ?',
      parameters: [key],
    });
    const slow = { text: 'select pg_sleep(0.5)', parameters: [] };
    // Each waits for the other: PostgreSQL ends one of them.
    await Promise.all([executeAll(store, [add('a'), slow, add('b')]), executeAll(store, [add('b'), slow, add('a')])]);
    expect(await rowsOf(store, 'select value from settings order by "key"', [])).to.deep.equal([{ value: '2' }, { value: '2' }]);
  });

  it('is migrated in as much time as it takes', async () => {
    const databaseUrl = await newDatabase();
    await open(databaseUrl);
    await run(
      databaseUrl,
      `delete from kysely_migration where name = 'storage-locations'; alter table objects drop column location; drop table deletions`,
    );
    const other = new pg.Client({ connectionString: databaseUrl });
    await other.connect();
    await other.query('begin');
    await other.query('lock table objects');
    const opening = open(`${databaseUrl}?statement_timeout=100`);
    opening.catch(() => {});
    try {
      // It has waited for longer than a statement may take.
      const waits = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and query_start < clock_timestamp() - interval '300 ms' and datname = current_database()`;
      while ((await run(databaseUrl, waits)).length === 0) {
        await Promise.race([new Promise((resolve) => setTimeout(resolve, 20)), opening]);
      }
    } finally {
      await other.query('commit');
      await other.end();
    }
    expect(await rowOf(await opening, 'select count(*) as count from deletions', [])).to.deep.equal({ count: 0 });
  });

  it('may be one that exists, and is left as it is', async () => {
    const databaseUrl = await newDatabase();
    const first = await open(databaseUrl);
    await execute(first, setting('a', '1'));
    const second = await open(databaseUrl);
    expect(await rowOf(second, 'select value from settings', [])).to.deep.equal({ value: '1' });
  });

  it('is refused when it belongs to another application, or to a newer version', async () => {
    const foreign = await newDatabase();
    await run(foreign, 'create table users (id int)');
    const error = await failure(openPostgres(foreign));
    expect(error.message).to.match(/belongs to another application \(it has the tables users\)/);
    expect(await run(foreign, `select to_regclass('settings') as found`)).to.deep.equal([{ found: null }]);
    const newer = await newDatabase();
    await open(newer);
    await run(newer, `insert into kysely_migration (name, timestamp) values ('9999-later', '')`);
    expect((await failure(openPostgres(newer))).message).to.match(/created by a newer version of remote-record \(9999-later\)/);
  });

  it('is opened beside tables of others that have other names', async () => {
    const databaseUrl = await newDatabase();
    await run(databaseUrl, 'create table "somethingElse" (id int)');
    await open(databaseUrl);
  });

  it('says what is wrong with its URL, without the password', async () => {
    const url = new URL(await newDatabase());
    const messages: string[] = [];
    for (const [name, value] of [
      ['password', 'wrongsecret'],
      ['pathname', '/absent'],
      ['port', '1'],
    ] as const) {
      const other = new URL(url);
      other[name] = value;
      messages.push((await failure(openPostgres(other.href))).message);
    }
    expect(messages[0]).to.contain('the password is wrong').and.not.contain('wrongsecret');
    expect(messages[1]).to.contain('the database does not exist: create it first');
    expect(messages[2]).to.contain('it does not answer');
    for (const message of messages) expect(message).to.contain('Nothing was changed').and.not.contain(':secret');
  }).timeout(60_000);

  it('ends a statement that takes too long, and says so', async () => {
    const databaseUrl = await newDatabase();
    const store = await open(`${databaseUrl}?statement_timeout=100`);
    const error = await failure(rowsOf(store, 'select pg_sleep(20)', []));
    expect(error).to.be.instanceOf(DatabaseUnavailable);
    expect(error.message).to.contain('took too long');
  });
});

describe('A PostgreSQL server that cannot be reached any more, and says nothing', () => {
  it('is given up after a time, and its connections are replaced', async () => {
    const proxy = await startProxy(await newDatabase());
    const { store } = await openPostgres(`${proxy.url}?query_timeout=300`);
    try {
      await execute(store, setting('a', '1'));
      proxy.silence();
      expect(await failure(execute(store, setting('b', '1')))).to.be.instanceOf(DatabaseUnavailable);
      await execute(store, setting('c', '1'));
      // One that reads is sent again by itself.
      proxy.silence();
      expect(await rowsOf(store, 'select "key" from settings order by "key"', [])).to.deep.equal([{ key: 'a' }, { key: 'c' }]);
      proxy.silence();
    } finally {
      await store.destroy();
      proxy.close();
    }
  }).timeout(30_000);
});

describe('A platform whose PostgreSQL connections break', () => {
  const folder = useFolder();

  it('answers reads as before, and takes up its locks and notices again', async () => {
    const databaseUrl = await newDatabase();
    const platform = await LocalPlatform.start({ port: false, databaseUrl, dataDir: folder.path });
    try {
      const headers = { authorization: `Bearer ${platform.apiKey}`, 'content-type': 'application/json' };
      const list = async () => (await platform.fetch(`${platform.url}/pipelines`, { headers })).status;
      expect(await list()).to.equal(200);
      for (let round = 0; round < 3; round++) {
        await run(
          databaseUrl,
          'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
        );
        expect(await list()).to.equal(200);
        const created = await platform.fetch(`${platform.url}/pipelines`, {
          method: 'POST',
          headers: { ...headers, 'idempotency-key': `key-${round}` },
          body: JSON.stringify({ name: `p${round}`, teamId: platform.teamId }),
        });
        // The lock is on a connection that may just have been lost: then it is to be tried again.
        expect(created.status).to.be.oneOf([201, 503]);
        if (created.status === 503) expect(created.headers.get('retry-after')).to.equal('1');
      }
    } finally {
      await platform.close();
    }
  });
});
