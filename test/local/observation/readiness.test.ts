import { expect } from 'chai';
import type { BlobStore } from '../../../src/local/blobs/blob-store.js';
import { LocalPlatform } from '../../../src/local/index.js';
import { Readiness } from '../../../src/local/observation/readiness.js';
import { inMemory, openSqlite } from '../../../src/local/store/sqlite/database.js';
import { execute } from '../../../src/local/store/statements.js';
import type { Store } from '../../../src/local/store/store.js';

const blobs = (check: () => Promise<void>): BlobStore => ({ check }) as unknown as BlobStore;

async function stateOf(readiness: Readiness): Promise<[number, unknown]> {
  const response = await readiness.respond();
  return [response.status, await response.json()];
}

describe('Readiness', () => {
  let store: Store;
  const told: [string, string][] = [];
  const failed = (what: string, error: unknown): void => void told.push([what, (error as Error).message]);
  beforeEach(async () => {
    told.length = 0;
    store = await openSqlite(inMemory);
  });
  afterEach(() => store.destroy());

  it('is 200 when the database and the storage answer', async () => {
    const readiness = new Readiness({ store, blobs: blobs(async () => {}) }, failed);
    expect(await stateOf(readiness)).to.deep.equal([200, { status: 'ready', database: 'ok', storage: 'ok' }]);
    expect(told).to.deep.equal([]);
  });

  it('is 503 without a reason when the storage fails, and tells why where it is logged', async () => {
    const readiness = new Readiness({ store, blobs: blobs(() => Promise.reject(new Error('secret bucket'))) }, failed);
    expect(await stateOf(readiness)).to.deep.equal([503, { status: 'unready', database: 'ok', storage: 'failed' }]);
    expect(told).to.deep.equal([['The storage is not ready', 'secret bucket']]);
  });

  it('is 503 when the database lacks a migration, and not when it has one more', async () => {
    const readiness = new Readiness({ store, blobs: blobs(async () => {}) }, failed);
    await execute(store, { text: `insert into kysely_migration (name, timestamp) values ('zz-newer', '')`, parameters: [] });
    expect((await stateOf(readiness))[0]).to.equal(200);
    await execute(store, { text: `delete from kysely_migration where name = 'server-requests'`, parameters: [] });
    expect(await stateOf(readiness)).to.deep.equal([503, { status: 'unready', database: 'failed', storage: 'ok' }]);
    expect(told[0]?.[1]).to.contain('server-requests');
  });

  it('asks once for those who ask at the same time', async () => {
    let asked = 0;
    const readiness = new Readiness({ store, blobs: blobs(async () => void asked++) }, failed);
    const answers = await Promise.all([stateOf(readiness), stateOf(readiness), stateOf(readiness)]);
    expect(answers.map(([status]) => status)).to.deep.equal([200, 200, 200]);
    expect(asked).to.equal(1);
    await stateOf(readiness);
    expect(asked).to.equal(2);
  });
});

describe('LocalPlatform', () => {
  it('says without a key that it is ready, until it drains, and serves on', async () => {
    const platform = await LocalPlatform.start({ port: false });
    try {
      const get = (path: string, init?: RequestInit): Promise<Response> => platform.fetch(`${platform.url}${path}`, init);
      expect((await get('/ready')).status).to.equal(200);
      expect(await (await get('/ready', { method: 'HEAD' })).text()).to.equal('');
      expect((await get('/ready', { method: 'POST' })).status).to.equal(401);
      platform.drain();
      const drained = await get('/ready');
      expect([drained.status, await drained.json()]).to.deep.equal([503, { status: 'draining' }]);
      expect((await get('/health')).status).to.equal(200);
      expect((await get('/teams', { headers: { authorization: `Bearer ${platform.apiKey}` } })).status).to.equal(200);
    } finally {
      await platform.close();
    }
  });

  it('starts with the key that it is given', async () => {
    const apiKey = 'a-key-of-my-own-0123456789';
    const platform = await LocalPlatform.start({ port: false, apiKey });
    try {
      expect(platform.apiKey).to.equal(apiKey);
      const headers = { authorization: `Bearer ${apiKey}` };
      expect((await platform.fetch(`${platform.url}/teams`, { headers })).status).to.equal(200);
      await platform.reset();
      expect((await platform.fetch(`${platform.url}/teams`, { headers })).status).to.equal(200);
    } finally {
      await platform.close();
    }
  });
});
