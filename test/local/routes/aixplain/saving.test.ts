import { expect } from 'chai';
import { type Json, usePlatform } from '../../support/platform.js';

describe("What the server owns of aiXplain's records on the local platform", () => {
  let now = Date.parse('2024-05-01T10:00:00.000Z');
  const local = usePlatform({ clock: () => now });
  const collections = [
    'v2/agents',
    'v2/models',
    'v2/tools',
    'sdk/utilities',
    'sdk/skill',
    'sdk/agent-communities',
    'sdk/corpora',
    'v1/sessions',
  ];

  for (const path of [...collections, 'sdk/pipelines', 'sdk/api-keys']) {
    it(`is never taken from a body: ${path}`, async () => {
      const forged = { id: 'mine', createdAt: null, updatedAt: '1999-01-01T00:00:00.000Z' };
      const { body: made } = await local.client.post(`/${path}`, { name: 'x', ...forged });
      expect(made.id).to.be.a('string').with.length(21);
      const at = new Date(now).toISOString();
      expect(made).to.include({ createdAt: at, updatedAt: at });
      now += 60_000;
      const { body: put } = await local.client.put(`/${path}/${made.id}`, {
        ...made,
        ...forged,
        name: 'y',
        createdAt: '1999-01-01T00:00:00.000Z',
      });
      expect(put).to.include({ id: made.id, name: 'y', createdAt: made.createdAt, updatedAt: new Date(now).toISOString() });
      expect(put.createdAt).to.not.equal(put.updatedAt);
      expect((await local.client.get(`/${path}/${made.id}`)).body).to.deep.equal(put);
    });
  }

  it('advances with every save, also within a millisecond', async () => {
    let { body } = await local.client.post('/v2/agents', { name: 'x' });
    for (let time = 0; time < 3; time++) {
      const { body: next } = await local.client.put(`/v2/agents/${body.id}`, body);
      expect(Date.parse(next.updatedAt)).to.be.greaterThan(Date.parse(body.updatedAt));
      expect(next.createdAt).to.equal(body.createdAt);
      body = next;
    }
  });

  it('are the counts of a session, the origin of a copy and the state of a trigger', async () => {
    const session = (await local.client.post('/v1/sessions', { agentId: 'a', messageCount: 7, userId: 'me', runStatus: 'completed' })).body;
    expect(session).to.include({
      messageCount: 0,
      userId: local.platform.userId,
      runStatus: 'idle',
      lastMessageAt: null,
      status: 'active',
    });
    const changed = (await local.client.put(`/v1/sessions/${session.id}`, { name: 'Mine', messageCount: 7, userId: 'me' })).body;
    expect(changed).to.include({ name: 'Mine', messageCount: 0, userId: local.platform.userId });
    const agent = (await local.client.post('/v2/agents', { name: 'A', teamId: 5, clonedFromId: 'x' })).body;
    expect(agent.teamId).to.be.a('number').and.not.equal(5);
    expect(agent).to.not.have.property('clonedFromId');
  });
});

describe("Names of aiXplain's records on the local platform", () => {
  const local = usePlatform();
  const create = async (path: string, body: object): Promise<Json> => (await local.client.post(path, body)).body;

  it('are unique among agents and among team agents', async () => {
    for (const [path, message] of [
      ['/v2/agents', 'name_already_exists'],
      ['/sdk/agent-communities', 'err.name_already_exists'],
    ] as const) {
      const first = await create(path, { name: 'A' });
      const second = await local.client.post(path, { name: 'A' });
      expect([second.status, second.body.statusCode, second.body.message], path).to.deep.equal([400, 400, message]);
      const other = await create(path, { name: 'B' });
      expect((await local.client.put(`${path}/${other.id}`, { ...other, name: 'A' })).body.message).to.equal(message);
      expect((await local.client.put(`${path}/${first.id}`, { ...first, description: 'still A' })).status).to.equal(200);
      await local.client.delete(`${path}/${first.id}`);
      expect((await local.client.post(path, { name: 'A' })).status).to.equal(201);
    }
  });

  it('are taken once however many ask at a time', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => local.client.post('/v2/agents', { name: 'A' })));
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([201, 400, 400, 400, 400]);
  });

  it('may repeat among models, pipelines and sessions', async () => {
    for (const path of ['/v2/models', '/sdk/pipelines', '/v1/sessions']) {
      await create(path, { name: 'A' });
      expect((await local.client.post(path, { name: 'A' })).status, path).to.equal(201);
    }
  });

  it('are found for copies, one after the other', async () => {
    const { id } = await create('/v2/agents', { name: 'A', status: 'onboarded', path: 'own/a' });
    const copy = async (of: string, body: object = {}): Promise<Json> => await create(`/v2/agents/${of}/duplicate`, body);
    const first = await copy(id);
    expect(first).to.include({ name: 'A (copy)', status: 'draft', clonedFromId: id });
    expect(first).to.not.have.property('path');
    expect((await copy(id)).name).to.equal('A (copy 2)');
    expect((await copy(first.id)).name).to.equal('A (copy 3)');
    expect((await local.client.post(`/v2/agents/${id}/duplicate`, { name: 'A' })).body.message).to.equal('name_already_exists');
    expect((await local.client.get('/v2/agents')).body).to.have.length(4);
  });

  it('are made for the sub-agents of a copy too, where these are to be copied', async () => {
    const leaf = await create('/v2/agents', { name: 'Leaf' });
    const middle = await create('/v2/agents', { name: 'Middle', agents: [{ id: leaf.id, inspectors: [] }] });
    const top = await create('/v2/agents', { name: 'Top', agents: [{ id: middle.id }, { id: leaf.id }] });
    expect(top.agents.map(({ type }: Json) => type)).to.deep.equal(['AGENT', 'AGENT']);
    await local.client.put(`/v2/agents/${leaf.id}`, { ...leaf, agents: [{ id: top.id }] });
    const shallow = await create(`/v2/agents/${top.id}/duplicate`, { cloneSubagents: false });
    expect(shallow.agents.map(({ id }: Json) => id)).to.deep.equal([middle.id, leaf.id]);
    const deep = await create(`/v2/agents/${top.id}/duplicate`, { cloneSubagents: true });
    const [second, third] = await Promise.all(deep.agents.map(async ({ id }: Json) => (await local.client.get(`/v2/agents/${id}`)).body));
    expect([second.name, third.name]).to.deep.equal(['Middle (copy)', 'Leaf (copy)']);
    expect(second.agents[0].id).to.equal(third.id);
    expect(third.agents[0].id, 'a circle of agents stays one').to.equal(deep.id);
  });

  it('lead to records', async () => {
    for (const [path, name] of [
      ['/sdk/models', 'Tr'],
      ['/sdk/agents', 'A b/c?'],
      ['/sdk/agent-communities', 'Ünï'],
      ['/sdk/pipelines', 'P'],
      ['/v2/agents', 'result'],
      ['/v2/models', 'overview'],
    ] as const) {
      const { id } = await create(path, { name });
      const found = await local.client.get(`${path}/by-name/${encodeURIComponent(name)}`);
      expect([found.status, found.body.id], path).to.deep.equal([200, id]);
      const missing = await local.client.get(`${path}/by-name/nobody`);
      expect(missing.status).to.equal(404);
      expect(missing.body.message).to.contain('not found');
    }
    const { id } = await create('/sdk/utilities', { name: 'Adder' });
    expect((await local.client.get('/sdk/models/by-name/Adder')).body.id, 'a utility is a model').to.equal(id);
  });
});

describe("What is missing from aiXplain's records on the local platform", () => {
  const local = usePlatform();

  it('is said to be not found', async () => {
    for (const [method, path] of [
      ['GET', '/v2/agents/nope'],
      ['PUT', '/v2/agents/nope'],
      ['DELETE', '/v2/agents/nope'],
      ['POST', '/v2/agents/nope/run'],
      ['POST', '/v2/agents/nope/duplicate'],
      ['GET', '/sdk/models/no%20such%2Fmodel'],
      ['GET', '/sdk/runs/e-1'],
      ['GET', '/sdk/agents/e-1/result'],
      ['POST', '/api/v2/execute/nope'],
      ['GET', '/api/v1/data/nope'],
      ['POST', '/assets/pipeline/execution/run/nope'],
      ['GET', '/assets/pipeline/execution/poll/nope'],
      ['GET', '/v1/sessions/nope/messages'],
      ['GET', '/sdk/skill/nope/download'],
      ['GET', '/v2/nothing/x/y/z'],
    ] as const) {
      const { status, body } = await local.client.send(method, path, method === 'GET' ? undefined : {});
      expect(status, path).to.equal(404);
      expect(body, path).to.include({ statusCode: 404, error: 'Not Found' });
      expect(body.message, path).to.contain('not found');
    }
  });
});
