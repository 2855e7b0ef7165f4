import { expect } from 'chai';
import { inMemory, openSqlite } from '../../../src/local/store/sqlite/database.js';
import { KeptRows } from '../../../src/local/store/sqlite/kept-rows.js';
import { execute, executeAll, insertion, keptRowsOf } from '../../../src/local/store/statements.js';
import type { Store } from '../../../src/local/store/store.js';
import { failure } from '../../support/failure.js';

describe('Kept rows', () => {
  it('are read once for each version of their table', () => {
    const kept = new KeptRows();
    let reads = 0;
    const read = () => [{ reads: ++reads }];
    const versions = [1, 1, 2, 2].map((version) => kept.of('a', version, read)[0]?.reads);
    expect(versions).to.deep.equal([1, 1, 2, 2]);
    expect(kept.of('b', 2, read)).to.deep.equal([{ reads: 3 }]);
  });

  it('are not kept when they are long, and make room for later ones', () => {
    const kept = new KeptRows();
    let reads = 0;
    const rowsOf = (length: number) => () => {
      reads++;
      return [{ text: 'x'.repeat(length) }];
    };
    for (let time = 0; time < 2; time++) kept.of('long', 1, rowsOf(70_000));
    expect(reads).to.equal(2);
    for (let at = 0; at < 100; at++) kept.of(`short ${at}`, 1, rowsOf(60_000));
    kept.of('short 99', 1, rowsOf(60_000));
    expect(reads, 'the latest is kept').to.equal(102);
    kept.of('short 0', 1, rowsOf(60_000));
    expect(reads, 'the oldest is not').to.equal(103);
  });

  it('take the room of one version, however often their table is written to', () => {
    const kept = new KeptRows();
    let reads = 0;
    kept.of('other', 1, () => [{ reads: ++reads }]);
    for (let version = 0; version < 100; version++) kept.of('a', version, () => [{ text: 'x'.repeat(60_000) }]);
    kept.of('other', 1, () => [{ reads: ++reads }]);
    expect(reads).to.equal(1);
  });
});

describe('The rows of a query that are kept by the database', () => {
  let store: Store;
  const at = '2026-01-01T00:00:00.000Z';
  const team = (teamId: string) => insertion('teams', { teamId, name: teamId, createdByTokenId: null, createdAt: at, updatedAt: at });
  beforeEach(async () => {
    store = await openSqlite(inMemory);
    await executeAll(store, [team('a'), team('b')]);
  });
  afterEach(() => store.destroy());

  const named = async (teamId: string, from: Store = store): Promise<unknown> => {
    const rows = await keptRowsOf<{ name: string }>(from, 'teams', 'select name from teams where "teamId" = ?', [teamId]);
    return rows[0]?.name;
  };
  const rename = (to: string) => ({ text: 'update teams set name = ? where "teamId" = ?', parameters: [to, 'a'] });

  it('are those of now, whatever was written', async () => {
    expect([await named('a'), await named('b'), await named('c')]).to.deep.equal(['a', 'b', undefined]);
    await execute(store, rename('A'));
    expect([await named('a'), await named('b')]).to.deep.equal(['A', 'b']);
    await store.updateTable('teams').set({ name: 'AA' }).where('teamId', '=', 'a').execute();
    expect(await named('a')).to.equal('AA');
    const undone = store.transaction().execute(async (trx) => {
      await execute(trx, rename('B'));
      expect(await named('a', trx)).to.equal('B');
      throw new Error('no');
    });
    expect((await failure(undone)).message).to.equal('no');
    expect(await named('a')).to.equal('AA');
    await store.deleteFrom('teams').where('teamId', '=', 'a').execute();
    expect(await named('a')).to.equal(undefined);
  });
});
