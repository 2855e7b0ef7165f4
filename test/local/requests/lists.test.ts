import { expect } from 'chai';
import { usePlatform } from '../support/platform.js';

describe('Lists of the local platform', () => {
  // All records have the same times, so that only their ids tell their order.
  const local = usePlatform({ clock: () => Date.UTC(2026, 0, 10) });
  const ids: string[] = [];

  beforeEach(async () => {
    ids.length = 0;
    for (const name of ['Airports', 'routes', 'Ärzte', '100%', 'a_b', 'axb']) {
      ids.push((await local.client.post('/datasets', { teamId: local.platform.teamId, name })).body.datasetId);
    }
  });

  const names = async (query: string): Promise<string[]> =>
    (await local.client.get(`/datasets?${query}`)).body.items.map(({ name }: { name: string }) => name);

  it('take ids comma-joined, repeated, with brackets and with blanks', async () => {
    const [one, two, three] = ids;
    const wanted = ['Airports', 'routes', 'Ärzte'];
    for (const query of [
      `datasetIds=${one},${two},${three}`,
      `datasetIds=${one}%2C${two}%2C${three}`,
      `datasetIds=${one}&datasetIds=${two}&datasetIds=${three}`,
      `datasetIds[]=${one}&datasetIds[]=${two}&datasetIds[]=${three}`,
      `datasetIds=${one}+,%20${two}&datasetIds=,${three},`,
    ]) {
      expect(await names(query), query).to.deep.equal(wanted);
    }
  });

  it('come in the order they were made, or in the one that is asked for', async () => {
    expect(await names('')).to.deep.equal(['Airports', 'routes', 'Ärzte', '100%', 'a_b', 'axb']);
    expect(await names('orderBy=createdAt&orderDirection=desc')).to.deep.equal(['axb', 'a_b', '100%', 'Ärzte', 'routes', 'Airports']);
    expect(await names('orderBy=name')).to.deep.equal(['100%', 'Airports', 'a_b', 'axb', 'routes', 'Ärzte']);
  });

  it('find part of a name, whatever its case, and take wildcards as they are', async () => {
    expect(await names('nameLike=AIR')).to.deep.equal(['Airports']);
    expect(await names(`nameLike=${encodeURIComponent('äRZ')}`)).to.deep.equal(['Ärzte']);
    expect(await names('nameLike=%25')).to.deep.equal(['100%']);
    expect(await names('nameLike=a_b')).to.deep.equal(['a_b']);
    expect(await names('name=routes')).to.deep.equal(['routes']);
  });

  it('tell where a page stands, past the end too', async () => {
    const page = async (query: string) => (await local.client.get(`/datasets?${query}`)).body;
    expect((await page('pageSize=4&page=2')).pagination).to.deep.equal({
      page: 2,
      pageSize: 4,
      totalItems: 6,
      totalPages: 2,
      hasNextPage: false,
      hasPreviousPage: true,
    });
    const beyond = await page('pageSize=4&page=9');
    expect(beyond.items).to.deep.equal([]);
    expect(beyond.pagination).to.include({ totalItems: 6, hasNextPage: false, hasPreviousPage: true });
    expect((await page('name=none')).pagination).to.include({ totalItems: 0, totalPages: 0, hasNextPage: false, hasPreviousPage: false });
  });

  it('walk to the end without losing or repeating anything, though all were made at once', async () => {
    const seen: string[] = [];
    for (let page = 1; page <= 3; page++) seen.push(...(await names(`pageSize=2&page=${page}&orderBy=updatedAt`)));
    expect(seen).to.have.length(6);
    expect(new Set(seen).size).to.equal(6);
  });

  it('show the key its own teams only', async () => {
    expect(await names(`teamIds=${local.platform.teamId}`)).to.have.length(6);
    expect(await names('teamIds=another-team')).to.deep.equal([]);
  });

  it('leave out of their items what only a single dataset has', async () => {
    const { items } = (await local.client.get('/datasets')).body;
    expect(items[0]).to.have.all.keys(
      'datasetId',
      'teamId',
      'name',
      'description',
      'createdAt',
      'updatedAt',
      'currentSchemaVersionId',
      'currentDataVersionId',
    );
  });

  it('have every problem of a query in one answer', async () => {
    const { status, body } = await local.client.get('/datasets?page=-1&pageSize=1001&orderBy=size&orderDirection=sideways');
    expect(status).to.equal(400);
    expect(body.details.map(({ field }: { field: string }) => field)).to.deep.equal(['page', 'pageSize', 'orderBy', 'orderDirection']);
  });
});
