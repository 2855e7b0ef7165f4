import { expect } from 'chai';
import { beginInitialization, loadPlatformSettings, newPlatformSettings, savePlatformSettings } from '../../../src/local/store/settings.js';
import { inMemory, openSqlite } from '../../../src/local/store/sqlite/database.js';
import { execute } from '../../../src/local/store/statements.js';
import type { Store } from '../../../src/local/store/store.js';
import { failure } from '../../support/failure.js';

describe('The settings of a platform', () => {
  let store: Store;
  let ids = 0;
  const settings = () => newPlatformSettings({ newId: () => `id ${ids++}` });
  beforeEach(async () => {
    store = await openSqlite(inMemory);
  });
  afterEach(() => store.destroy());

  it('are there when the first records are written', async () => {
    expect(await loadPlatformSettings(store)).to.equal('new');
    const own = settings();
    const begun = await beginInitialization(store, [], true);
    expect(await loadPlatformSettings(store)).to.equal('unfinished');
    await savePlatformSettings(store, own, begun);
    expect(await loadPlatformSettings(store)).to.deep.equal(own);
  });

  it('are those of the last who began to write the first records', async () => {
    const [first, second] = [await beginInitialization(store, []), await beginInitialization(store, [])];
    expect((await failure(savePlatformSettings(store, settings(), first))).message).to.contain('Another server has begun');
    expect(await loadPlatformSettings(store)).to.equal('unfinished');
    const own = settings();
    await savePlatformSettings(store, own, second);
    expect((await failure(savePlatformSettings(store, settings(), first))).message).to.contain('Another server has begun');
    expect(await loadPlatformSettings(store)).to.deep.equal(own);
  });

  it('are deleted with the jobs of a queue that has tables of its own', async () => {
    await execute(store, { text: 'create table "ownJobs" (id text)', parameters: [] });
    await execute(store, { text: `insert into "ownJobs" values ('a')`, parameters: [] });
    await beginInitialization(store, [{ text: 'delete from "ownJobs"', parameters: [] }]);
    expect(await execute(store, { text: 'delete from "ownJobs"', parameters: [] })).to.equal(0);
  });
});
