import { expect } from 'chai';
import type { StagedBytes } from '../../../src/local/blobs/blob-store.js';
import { findObject, withStaged } from '../../../src/local/blobs/objects.js';
import { createClock } from '../../../src/local/clock.js';
import type { Platform } from '../../../src/local/context.js';
import { inMemory, openSqlite } from '../../../src/local/store/sqlite/database.js';
import type { Store } from '../../../src/local/store/store.js';
import { failure } from '../../support/failure.js';

const name = { key: 'a', contentType: 'a/b' };

describe('Staged bytes', () => {
  let store: Store;
  let platform: Platform;
  let discarded: number;
  let staged: StagedBytes;
  beforeEach(async () => {
    store = await openSqlite(inMemory);
    platform = { store, clock: createClock(Date.now) } as unknown as Platform;
    discarded = 0;
    staged = {
      size: 1,
      sha256: 'x',
      keep: async () => 'here',
      discard: async () => {
        discarded++;
      },
    };
  });
  afterEach(() => store.destroy());

  /** A store whose transactions end as a test says. */
  function ending(execute: (work: (store: Store) => Promise<unknown>) => Promise<unknown>): Platform {
    return { ...platform, store: { transaction: () => ({ execute }), selectFrom: store.selectFrom.bind(store) } } as unknown as Platform;
  }

  it('are the bytes of an object once they are kept', async () => {
    const row = await withStaged(platform, name, staged, (_store, keep) => keep());
    expect(await findObject(platform, 'a')).to.deep.equal(row);
    expect([row.location, discarded]).to.deep.equal(['here', 0]);
  });

  it('are deleted when they are not kept, or the transaction fails', async () => {
    await withStaged(platform, name, staged, async () => {});
    expect(discarded).to.equal(1);
    const failing = withStaged(platform, name, staged, async (_store, keep) => {
      await keep();
      throw new Error('no');
    });
    expect((await failure(failing)).message).to.equal('no');
    expect([discarded, await findObject(platform, 'a')]).to.deep.equal([2, undefined]);
  });

  it('are deleted when a transaction that runs again does not keep them', async () => {
    let times = 0;
    const again = ending(async (work) => {
      await store
        .transaction()
        .execute(async (one) => {
          await work(one);
          throw new Error('conflict');
        })
        .catch(() => {});
      return await store.transaction().execute(work);
    });
    await withStaged(again, name, staged, async (_store, keep) => {
      if (times++ === 0) await keep();
    });
    expect(discarded).to.equal(1);
  });

  it('stay when a transaction has been committed, but nobody said so', async () => {
    const lost = ending(async (work) => {
      await store.transaction().execute(work);
      throw new Error('The connection was lost.');
    });
    expect((await failure(withStaged(lost, name, staged, (_store, keep) => keep()))).message).to.contain('lost');
    expect([discarded, (await findObject(platform, 'a'))?.location]).to.deep.equal([0, 'here']);
  });

  it('replace those of an object, which are to be deleted', async () => {
    await withStaged(platform, name, staged, (_store, keep) => keep());
    await withStaged(platform, name, { ...staged, keep: async () => 'there' }, (_store, keep) => keep());
    expect((await findObject(platform, 'a'))?.location).to.equal('there');
    expect(await store.selectFrom('deletions').selectAll().execute()).to.deep.equal([{ location: 'here' }]);
  });
});
