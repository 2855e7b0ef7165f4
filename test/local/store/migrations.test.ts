import { expect } from 'chai';
import { migrationProvider } from '../../../src/local/store/migrations/index.js';
import { migrationNames } from '../../../src/local/store/new-database.js';

describe('The migrations', () => {
  it('have names in order: a database that has some of them could not get one that comes before', async () => {
    const names = Object.keys(await migrationProvider.getMigrations());
    expect(names).to.deep.equal([...names].sort());
    expect(migrationNames).to.deep.equal(names);
  });
});
