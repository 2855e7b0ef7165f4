import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { processClock } from '../../src/durable/clock.js';
import { openSqlite } from '../../src/durable/sqlite/open.js';
import type { SqliteStore } from '../../src/durable/sqlite/store.js';
import { itKeepsRuns } from './support/contract.js';
import { run } from './support/rows.js';

describe('the store of durable runs in SQLite', () => {
  let store: SqliteStore;
  itKeepsRuns(
    async () => {
      store = await openSqlite(':memory:', processClock);
      return store;
    },
    (sql) => store.statement(sql),
  );

  describe('in a folder', () => {
    let folder: string;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'remote-record-durable-'));
    });
    afterEach(() => rm(folder, { recursive: true, force: true }));

    it('waits for the transaction of another connection without blocking the process', async () => {
      const [one, two] = [await openSqlite(folder, processClock), await openSqlite(folder, processClock)];
      for (const [store, name] of [
        [one, 'one'],
        [two, 'two'],
      ] as const)
        await store.join(name, name);
      await one.add(run('r', { id: 'r' }), 'one');
      const transaction = one.transaction({ id: 'r', owner: 'one', epoch: 1 });
      await transaction.execute('create table mine (n integer)', []);
      let isAdded = false;
      const added = two.add(run('s', { id: 's' }), 'two').finally(() => {
        isAdded = true;
      });
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
      expect(isAdded).to.equal(false);
      await transaction.commitEnd();
      expect(await added).to.include({ id: 's' });
      await Promise.all([one.close(), two.close()]);
    });

    it('refuses what is not its database', async () => {
      await writeFile(join(folder, 'durable.db'), 'no database at all, and long enough to be read as one');
      const error = (await openSqlite(folder, processClock).catch((thrown: unknown) => thrown)) as Error;
      expect(error.name).to.equal('ConfigurationError');
      expect(error.message).to.contain('cannot be opened');
    });

    it('refuses runs of another version', async () => {
      const store = await openSqlite(folder, processClock);
      await store.statement("update durable_settings set value = '2'");
      await store.close();
      const error = (await openSqlite(folder, processClock).catch((thrown: unknown) => thrown)) as Error;
      expect(error.message).to.contain('another version');
    });
  });
});
