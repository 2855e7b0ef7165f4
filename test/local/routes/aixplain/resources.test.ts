import { expect } from 'chai';
import { type Json, usePlatform } from '../../support/platform.js';

describe("Resources of aiXplain's wire on the local platform", () => {
  const local = usePlatform();
  const create = async (path: string, body: object): Promise<Json> => (await local.client.post(path, { id: null, ...body })).body;

  it('echo everything that was sent, with an id', async () => {
    const sent = { id: null, name: 'Helper', description: null, path: null, tools: [{ type: 'model', id: 'x' }], deep: { own: [1, null] } };
    const { status, body } = await local.client.post('/v2/agents', sent);
    expect(status).to.equal(201);
    expect(body.id).to.be.a('string').with.length(21);
    expect(body).to.deep.include({ ...sent, id: body.id });
    expect((await local.client.get(`/v2/agents/${body.id}`)).body).to.deep.equal(body);
    const first = (await local.client.get(`/sdk/agents/${body.id}?host=any`)).body;
    expect(first, 'the first generation reads tools and model elsewhere').to.deep.equal({ ...body, assets: body.tools, llmId: null });
  });

  it('are replaced key by key by a PUT, which answers what it made', async () => {
    const { id } = await create('/v2/agents', { name: 'Helper', description: 'kept' });
    const { status, body } = await local.client.put(`/v2/agents/${id}`, { id, name: 'Renamed', extra: true });
    expect([status, body.name, body.description, body.extra, body.id]).to.deep.equal([200, 'Renamed', 'kept', true, id]);
    expect((await local.client.get(`/v2/agents/${id}`)).body).to.deep.equal(body);
    expect((await local.client.put('/v2/agents/unknown', { name: 'x' })).status).to.equal(404);
  });

  it('are gone after a DELETE, which answers 200', async () => {
    const { id } = await create('/sdk/pipelines', { name: 'Echo' });
    expect((await local.client.delete(`/sdk/pipelines/${id}`)).status).to.equal(200);
    expect((await local.client.get(`/sdk/pipelines/${id}`)).status).to.equal(404);
    expect((await local.client.delete(`/sdk/pipelines/${id}`)).status).to.equal(404);
  });

  it('are found in their own collection only, but for what is also a model', async () => {
    const { id } = await create('/v2/agents', { name: 'Helper' });
    expect((await local.client.get(`/v2/skills/${id}`)).status).to.equal(404);
    const utility = await create('/sdk/utilities', { name: 'Adder' });
    expect((await local.client.get(`/sdk/models/${utility.id}`)).body.name).to.equal('Adder');
  });

  it('come page by page', async () => {
    for (const name of ['b', 'a', 'C', 'other']) await create('/v2/models', { name, status: name === 'a' ? 'draft' : 'onboarded' });
    const page = async (body: object) => (await local.client.post('/v2/models/paginate', body)).body;
    const names = async (body: object) => (await page(body)).results.map((model: Json) => model.name);
    expect(await page({ pageNumber: 1, pageSize: 3 })).to.include({ total: 4, pageTotal: 2, pageNumber: 1 });
    expect(await names({ pageNumber: 1, pageSize: 3 })).to.deep.equal(['other']);
    expect(await names({})).to.deep.equal(['b', 'a', 'C', 'other']);
    expect(await names({ q: 'OTH' })).to.deep.equal(['other']);
    expect(await names({ status: ['draft'] })).to.deep.equal(['a']);
    for (const sort of [
      { sortBy: 'name', sortOrder: 'desc' },
      { sortBy: 'SortBy.NAME', sortOrder: 'SortOrder.DESC' },
      { sortBy: 'NAME', sortOrder: -1 },
    ]) {
      expect(await names(sort)).to.deep.equal(['other', 'b', 'a', 'C']);
    }
    expect(
      await names({ sortBy: 'SortBy.CREATED_AT', sortOrder: 'SortOrder.ASC', ownership: 'OwnershipType.TEAM', sort: [{}] }),
    ).to.have.length(4);
    const wrong = await local.client.post('/v2/models/paginate', { pageNumber: -1, pageSize: 'x' });
    expect([wrong.status, wrong.body.statusCode]).to.deep.equal([400, 400]);
    expect(wrong.body.details.map(({ field }: Json) => field)).to.deep.equal(['pageNumber', 'pageSize']);
  });

  it('come under items too where they are pipelines, and in the older form of a list', async () => {
    await create('/sdk/pipelines', { name: 'One', status: 'draft' });
    await create('/sdk/pipelines', { name: 'Two', status: 'onboarded' });
    const { body } = await local.client.post('/sdk/pipelines/paginate', { pageNumber: 0, pageSize: 20, draftsOnly: true });
    expect(body.items).to.deep.equal(body.results);
    expect(body.items.map((item: Json) => item.name)).to.deep.equal(['One']);
    expect((await local.client.get('/sdk/pipelines/?pageNumber=0')).body.items).to.have.length(2);
    expect((await local.client.get('/sdk/pipelines?pageNumber=1')).body.items).to.deep.equal([]);
    await create('/sdk/api-keys', { name: 'key' });
    expect((await local.client.get('/sdk/api-keys')).body.map((item: Json) => item.name)).to.deep.equal(['key']);
  });

  it('may have ids like paths, in one segment', async () => {
    for (const id of ['a%2Fb', 'no%20such%2Fpipe', '%C3%BC%2F%F0%9F%98%80']) {
      const { status, body } = await local.client.get(`/v2/models/${id}`);
      expect([status, body.message]).to.deep.equal([404, `Model not found: there is none with the id '${decodeURIComponent(id)}'.`]);
    }
  });

  it('are duplicated as drafts', async () => {
    const { id } = await create('/v2/agents', { name: 'Helper', status: 'onboarded', tools: [1] });
    const copy = (await local.client.post(`/v2/agents/${id}/duplicate`, { cloneSubagents: false })).body;
    expect(copy).to.deep.include({ name: 'Helper (copy)', status: 'draft', tools: [1] });
    expect(copy.id).to.not.equal(id);
    expect((await local.client.post(`/v2/agents/${id}/duplicate`, { cloneSubagents: true, name: 'Mine' })).body.name).to.equal('Mine');
  });

  it('give an overview of corpora and datasets', async () => {
    const overview = { name: 'Speech', data: [{ id: 'd1', name: 'audio', dataType: 'audio' }], status: 'onboarded', segmentsCount: 3 };
    for (const collection of ['corpora', 'datasets']) {
      const { id } = await create(`/sdk/${collection}`, overview);
      expect((await local.client.get(`/sdk/${collection}/${id}/overview`)).body).to.deep.include({ ...overview, id });
    }
  });

  it('need a name where they are pipelines, and text for a name', async () => {
    for (const name of ['', '  ', null, undefined]) {
      const { status, body } = await local.client.post('/sdk/pipelines', { name, status: 'draft', architecture: { nodes: [], links: [] } });
      expect([status, body.details[0].field], String(name)).to.deep.equal([400, 'name']);
    }
    expect((await local.client.post('/v2/agents', { name: 5 })).body.details[0].field).to.equal('name');
    const { id } = await create('/sdk/pipelines', { name: 'Echo' });
    expect((await local.client.put(`/sdk/pipelines/${id}`, { name: '' })).status).to.equal(400);
    expect((await local.client.put(`/sdk/pipelines/${id}`, { description: 'new' })).body).to.include({ name: 'Echo', description: 'new' });
  });

  it('belong to the team of the key that made them', async () => {
    const second = (await local.client.post('/teams', { name: 'Second' })).body.teamId;
    const { token } = (await local.client.post('/api-tokens', { teamId: second, name: 'other' })).body;
    const other = { authorization: `Token ${token as string}` };
    const { id } = await create('/v2/agents', { name: 'Helper' });
    expect((await local.client.get(`/v2/agents/${id}`, other)).status).to.equal(404);
    expect((await local.client.post('/v2/agents/paginate', {}, other)).body.total).to.equal(0);
    const theirs = (await local.client.post('/v2/agents', { name: 'Theirs' }, other)).body;
    expect((await local.client.get(`/v2/agents/${theirs.id}`)).body.name).to.equal('Theirs');
    const { data } = (await local.client.post(`/v2/agents/${id}/run`, { query: 'x' })).body;
    expect((await local.client.get(data, other)).status).to.equal(404);
  });
});
