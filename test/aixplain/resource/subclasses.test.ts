import { expect } from 'chai';
import nock from 'nock';
import { OperationFailedError, ValidationError } from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { withoutNetwork } from '../../support/widgets.js';
import { backend, connect, models } from '../support/platform.js';
import { Agent, ApiKey, Model, Session, Utility } from '../support/resources.js';

describe('agents, as a user writes them', () => {
  withoutNetwork();
  const agent = (values: object = { id: 'a1' }, options: Parameters<typeof connect>[0] = {}) => new (connect(options).bind(Agent))(values);
  const success = { status: 'SUCCESS', completed: true, data: { output: 'hi' } };

  it('are polled by address or by the id of the run', async () => {
    nock(backend).get('/sdk/agents/e1/result').twice().reply(200, success);
    await agent().poll(`${backend}/sdk/agents/e1/result`);
    await agent({ id: 'a1' }, { backendUrl: `${backend}/` }).poll('e1');
    nock(backend).get('/sdk/agents/a%20b/result').reply(200, success);
    expect((await agent().syncPoll('a b')).status).to.equal('SUCCESS');
    expect(await failure((async () => agent().poll(''))())).to.be.instanceOf(ValidationError);
  });

  it('keep the id of the run, which only the start of it names', async () => {
    nock(backend)
      .post('/v2/agents/a1/run', { query: 'q', identifier: 'u' })
      .matchHeader('x-user-id', 'u')
      .reply(200, { requestId: 'r1', data: `${backend}/sdk/agents/e1/result` });
    nock(backend).get('/sdk/agents/e1/result').reply(200, success);
    const result = await agent().run({ query: 'q', identifier: 'u' }, { identifier: 'u' });
    expect([result.requestId, result.executionId, result.data]).to.deep.equal(['r1', 'r1', { output: 'hi' }]);
  });

  it('tell the step they have come to and what it does, where the platform says so', async () => {
    const states: object[] = [
      { data: null },
      { data: { steps: [] } },
      { data: { steps: [{ agent: { name: 'Planner' }, task: 'Find prices', action: 'search' }] } },
      { data: { steps: [{ output: 'x' }, { agent_name: 'Writer', unit: { name: 'GPT' }, action: { a: 1 }, reason: 'It is late' }] } },
      { data: { steps: [{}, {}, { agent: 'Writer', unit: { name: 'GPT' } }] }, progress: '75%' },
      { data: { steps: [{}, {}, {}, { agent: { name: 'Writer' }, task: '' }] } },
      { data: { steps: [{}, {}, {}, {}, {}] } },
      { data: { steps: 'none' }, progress: 0.5 },
    ];
    for (const state of states)
      nock(backend)
        .get('/sdk/agents/e1/result')
        .reply(200, { status: 'IN_PROGRESS', completed: false, ...state });
    nock(backend).get('/sdk/agents/e1/result').reply(200, success);
    const told: unknown[] = [];
    const mine = agent();
    mine.on('poll', ({ progress }) => told.push(progress));
    await mine.syncPoll('e1', { waitTime: 0 });
    expect(told).to.deep.equal([
      { message: 'IN_PROGRESS' },
      { message: 'IN_PROGRESS' },
      { step: 1, message: 'Find prices' },
      { step: 2, message: 'It is late' },
      { fraction: 0.75, step: 3, message: 'GPT' },
      { step: 4, message: 'Writer' },
      { step: 5, message: 'IN_PROGRESS' },
      { fraction: 0.5 },
      { message: 'SUCCESS' },
    ]);
  });

  it('are duplicated by the platform', async () => {
    nock(backend)
      .post('/v2/agents/a1/duplicate', { cloneSubagents: false })
      .reply(201, { id: 'a2', assetInfo: { instanceId: 'me/a2' } });
    const original = agent();
    const copy = await original.duplicate();
    expect([copy.id, copy.path, copy.context, copy.isModified, copy instanceof Agent, original.id]).to.deep.equal([
      'a2',
      'me/a2',
      original.context,
      false,
      true,
      'a1',
    ]);
    nock(backend).post('/v2/agents/a1/duplicate', { cloneSubagents: true, name: 'twin' }).reply(201, { id: 'a3', name: 'twin' });
    expect((await original.duplicate({ name: 'twin', cloneSubagents: true })).name).to.equal('twin');
    expect((await failure(agent({ name: 'n' }).duplicate())).message).to.contain('not been saved');
  });

  it('count other tools as a change, and other settings of a tool not', async () => {
    nock(backend)
      .get('/v2/agents/a1')
      .reply(200, { id: 'a1', status: 'onboarded', tools: [{ id: 't1', type: 'tool', input: { a: 1 } }] });
    const mine = await connect().bind(Agent).get('a1');
    mine.tools[0]!.input = { a: 2 };
    expect(mine.isModified).to.equal(false);
    mine.tools.push({ id: 't2', type: 'tool' });
    expect(mine.changedFields).to.deep.equal(['tools']);
    expect((await failure(mine.run({ query: 'q' }))).message).to.contain('save() it first');
    nock(backend).put('/v2/agents/a1').reply(200, {});
    await mine.save();
    expect(mine.isModified).to.equal(false);
    nock(backend).post('/v2/agents/a1/run').reply(200, success);
    await mine.run({ query: 'q' });
  });
});

describe('models, as a user writes them', () => {
  withoutNetwork();

  it('run at the service for models, with the key and through the hooks', async () => {
    const log: string[] = [];
    class Hooked extends Model {
      override beforeRun(): void {
        log.push('before');
      }
      override afterRun(): void {
        log.push('after');
      }
    }
    nock(models, { reqheaders: { 'x-api-key': 'team-key-of-the-tests', 'x-session-id': 's' } })
      .post('/api/v2/execute/openai%2Fgpt', { text: 'x', max: null })
      .reply(200, { status: 'SUCCESS', completed: true, data: 'direct', details: 'none', usage: { prompt_tokens: null }, unforeseen: 1 });
    const result = await new (connect().bind(Hooked))({ id: 'openai/gpt' }).run(
      { text: 'x', max: null },
      { sessionId: 's', runRetries: 1 },
    );
    expect([result.data, result.get('unforeseen'), result.usage]).to.deep.equal(['direct', 1, { prompt_tokens: null }]);
    expect(log).to.deep.equal(['before', 'after']);
  });

  it('are polled where the service says, and fail as errors', async () => {
    nock(models)
      .post('/api/v2/execute/m1')
      .reply(200, { status: 'IN_PROGRESS', data: `${models}/api/v1/data/9` });
    nock(models, { reqheaders: { 'x-api-key': 'team-key-of-the-tests' } })
      .get('/api/v1/data/9')
      .reply(200, { status: 'FAILED', completed: true, supplierError: 'overloaded' });
    const error = await failure(new (connect().bind(Model))({ id: 'm1' }).run({}));
    expect(error).to.be.instanceOf(OperationFailedError);
    expect(error.reason).to.equal('overloaded');
  });

  it('are taken up by a token that has the address at the service, where the connection has that service', async () => {
    nock(models)
      .post('/api/v2/execute/m1')
      .reply(200, { status: 'IN_PROGRESS', data: `${models}/api/v1/data/9` });
    const token = (await new (connect().bind(Model))({ id: 'm1' }).runAsync({})).token();
    expect(JSON.parse(token)).to.deep.equal({ v: 1, class: 'Model', path: `${models}/api/v1/data/9`, deadline: null });
    nock(models, { reqheaders: { 'x-api-key': 'team-key-of-the-tests' } })
      .get('/api/v1/data/9')
      .reply(200, { status: 'SUCCESS', completed: true, data: 7 });
    expect((await connect().bind(Model).resume(token).wait()).data).to.equal(7);
    const elsewhere = connect({ modelUrl: 'https://models.elsewhere.test/run' }).bind(Model);
    expect(() => elsewhere.resume(token)).to.throw(ValidationError, /models\.aixplain\.test, which does not belong .* `origins`/);
    const told = connect({ modelUrl: 'https://models.elsewhere.test/run', origins: [models] }).bind(Model);
    expect(told.resume(token).url).to.equal(`${models}/api/v1/data/9`);
  });

  it('may be utilities, which run like them', async () => {
    nock(models).post('/api/v2/execute/u1', { data: 1 }).reply(200, { status: 'SUCCESS', completed: true, data: 2 });
    expect((await new (connect().bind(Utility))({ id: 'u1' }).run({ data: 1 })).data).to.equal(2);
  });
});

describe('sessions and keys, as a user writes them', () => {
  withoutNetwork();

  it('are created, replaced, fetched and deleted, whatever the responses leave out', async () => {
    const Sessions = connect().bind(Session);
    nock(backend).post('/v1/sessions', { id: null, name: null, description: null, path: null, agentId: 'a1' }).reply(201, { id: 's1' });
    const session = await Sessions.create({ agentId: 'a1' });
    nock(backend).put('/v1/sessions/s1').reply(200, 'null');
    await session.save({ status: 'archived' });
    expect([session.id, session.agentId, session.status, session.isModified]).to.deep.equal(['s1', 'a1', 'archived', false]);
    nock(backend).delete('/v1/sessions/s1').reply(200, {});
    await session.delete();
    expect(await failure(session.save())).to.be.instanceOf(ValidationError);
  });

  it('are listed with filters in the query, as a bare list or in an envelope', async () => {
    const { Session: _none, ...query } = { Session, agentId: 'a1', createdAfter: '2026-01-01', pageNumber: 0, pageSize: 20 };
    nock(backend)
      .get('/v1/sessions')
      .query(query)
      .reply(200, [{ id: 's1' }]);
    const Sessions = connect().bind(Session);
    expect((await Sessions.search({ agentId: 'a1', createdAfter: '2026-01-01' })).pageTotal).to.equal(1);
    nock(backend)
      .get('/v1/sessions')
      .query({ pageNumber: 0, pageSize: 20 })
      .reply(200, { results: [{ id: 's1' }], total: 61, pageTotal: 4 });
    expect((await Sessions.search()).pageTotal).to.equal(4);
    nock(backend).get('/v1/sessions').query(true).reply(500, { message: 'down' });
    expect((await failure(Sessions.search().toArray())).status).to.equal(500);
  });

  it('take over what the response to a change says, and tell a taken name', async () => {
    const Keys = connect().bind(ApiKey);
    nock(backend).get('/sdk/api-keys/k1').reply(200, { id: 'k1', name: 'n', budget: 1 });
    const key = await Keys.get('k1');
    nock(backend).put('/sdk/api-keys/k1').reply(200, { id: 'k1', budget: 5, note: 'capped' });
    await key.save({ budget: 9 });
    expect([key.budget, key.toDict().note]).to.deep.equal([5, 'capped']);
    nock(backend).post('/sdk/api-keys').reply(422, { message: 'name_already_exists' });
    const error = await failure(Keys.create({ name: 'n' }));
    expect([error.name, error.message.includes('name_already_exists')]).to.deep.equal(['UnprocessableEntityError', true]);
    nock(backend).delete('/sdk/api-keys/k1').reply(200, {});
    await key.delete();
    expect(key.isDeleted).to.equal(true);
  });
});
