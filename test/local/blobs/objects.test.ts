import { expect } from 'chai';
import type { BlobStore, StagedBytes } from '../../../src/local/blobs/blob-store.js';
import { abandonStaged, deleteLeftBytes, findObject, withStaged } from '../../../src/local/blobs/objects.js';
import { StorageError } from '../../../src/local/blobs/s3/errors.js';
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
    platform = { store, clock: createClock(Date.now), blobs: {} } as unknown as Platform;
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

  it('are to be deleted when they have belonged to no object for long', async () => {
    platform = { ...platform, blobs: { direct: {} } } as unknown as Platform;
    const stage = async (key: string, location: string, createdAt: string): Promise<void> => {
      await store.insertInto('stagings').values({ key, location, createdAt }).execute();
    };
    const [old, young] = ['2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z'];
    await stage('a', 'here', old);
    await withStaged(platform, name, staged, (_store, keep) => keep());
    expect(await store.selectFrom('stagings').selectAll().execute(), 'with their object').to.deep.equal([]);
    await stage('a', 'here', old);
    await stage('a', 'there', old);
    await stage('b', 'left', old);
    await stage('c', 'beginning', young);
    await store.insertInto('deletions').values({ location: 'left' }).execute();
    await abandonStaged(store, new Date(young));
    expect(await store.selectFrom('deletions').selectAll().orderBy('location').execute()).to.deep.equal([
      { location: 'left' },
      { location: 'there' },
    ]);
    expect(await store.selectFrom('stagings').select('location').execute()).to.deep.equal([{ location: 'beginning' }]);
  });

  it('are deleted one by one, in as many portions as it takes, beside some that cannot be', async () => {
    const deleted: string[] = [];
    const names = Array.from({ length: 1100 }, (_, index) => `at ${String(index).padStart(4, '0')}`);
    await store
      .insertInto('deletions')
      .values(names.map((location) => ({ location })))
      .execute();
    let state: number | undefined = 403;
    const blobs = {
      delete: async (location: string) => {
        if (location.endsWith('7')) throw new StorageError('no', 'AccessDenied', state);
        deleted.push(location);
      },
    };
    const parts = { store, blobs: blobs as unknown as BlobStore };
    await deleteLeftBytes(parts);
    expect(deleted).to.deep.equal(names.filter((each) => !each.endsWith('7')));
    expect(await store.selectFrom('deletions').selectAll().execute()).to.have.length(110);
    // Storage that does not respond is asked once, for each portion.
    state = undefined;
    let asked = 0;
    const { delete: remove } = blobs;
    blobs.delete = async (location) => {
      asked++;
      await remove(location);
    };
    await deleteLeftBytes(parts);
    expect(asked).to.equal(1);
  });
});
