import { expect } from 'chai';
import type { PreparedStatement, SyncDatabase } from '../../../src/local/store/sqlite/connection.js';
import { inMemory, openSqlite } from '../../../src/local/store/sqlite/database.js';
import { createStore } from '../../../src/local/store/sqlite/store.js';
import { writtenTable } from '../../../src/local/store/sqlite/table-versions.js';
import { countRows, execute, executeAll, insertion } from '../../../src/local/store/statements.js';
import type { Store } from '../../../src/local/store/store.js';
import { failure } from '../../support/failure.js';

const at = '2026-01-01T00:00:00.000Z';
const team = (teamId: string) => insertion('teams', { teamId, name: teamId, createdByTokenId: null, createdAt: at, updatedAt: at });
const pipeline = (pipelineId: string, teamId: string) => {
  const names = { name: pipelineId, nameLower: pipelineId, description: null };
  return insertion('pipelines', { pipelineId, teamId, ...names, createdAt: at, updatedAt: at });
};

describe('The number of rows of a table', () => {
  let store: Store;
  beforeEach(async () => {
    store = await openSqlite(inMemory);
    await executeAll(store, [team('a'), team('b'), pipeline('1', 'a'), pipeline('2', 'a'), pipeline('3', 'b')]);
  });
  afterEach(() => store.destroy());

  const ofTeam = (teamId: string, from: Store = store): Promise<number> => countRows(from, 'pipelines', '"teamId" = ?', [teamId]);

  it('is that of now, whatever was written', async () => {
    expect([await ofTeam('a'), await ofTeam('b'), await ofTeam('a')]).to.deep.equal([2, 1, 2]);
    await execute(store, pipeline('4', 'a'));
    expect(await ofTeam('a')).to.equal(3);
    await store.updateTable('pipelines').set({ teamId: 'b' }).where('pipelineId', '=', '4').execute();
    expect([await ofTeam('a'), await ofTeam('b')]).to.deep.equal([2, 2]);
    const undone = store.transaction().execute(async (trx) => {
      await execute(trx, pipeline('5', 'a'));
      expect(await ofTeam('a', trx)).to.equal(3);
      throw new Error('no');
    });
    expect((await failure(undone)).message).to.equal('no');
    expect(await ofTeam('a')).to.equal(2);
    await store.deleteFrom('teams').where('teamId', '=', 'a').execute();
    expect([await ofTeam('a'), await ofTeam('b')], 'with what refers to it').to.deep.equal([0, 2]);
  });

  it('is counted once until the table is written to, unless other tables count as well', async () => {
    let version = 1;
    let counted = 0;
    const statement = { first: () => ({ total: ++counted }) } as unknown as PreparedStatement;
    const fake = createStore({ versionOf: () => version, prepare: () => statement } as unknown as SyncDatabase);
    expect([await ofTeam('a', fake), await ofTeam('a', fake), await ofTeam('b', fake)]).to.deep.equal([1, 1, 2]);
    version++;
    expect([await ofTeam('a', fake), await ofTeam('a', fake)]).to.deep.equal([3, 3]);
    const others = () => countRows(fake, 'pipelines', '"teamId" in (select "teamId" from teams)', []);
    expect([await others(), await others()]).to.deep.equal([4, 5]);
  });
});

describe('The table that a statement writes to', () => {
  it('is the one that it names, or any', () => {
    const statements = ['select 1', ' SELECT * from a', 'insert into "a" values (1)', 'update a set b = 1', 'update "a" set b = 1'];
    expect(statements.map(writtenTable)).to.deep.equal([undefined, undefined, 'a', 'a', 'a']);
    const replacing = ['insert or replace into a values (1)', 'replace into a values (1)', 'update or replace a set b = 1'];
    for (const any of ['delete from a', ...replacing, 'with a as (select 1) delete from b', 'drop table a']) {
      expect(writtenTable(any), any).to.equal('*');
    }
  });
});
