import { expect } from 'chai';
import nock from 'nock';
import { NotFoundError, OperationFailedError } from '../../src/index.js';
import { failure } from '../support/failure.js';
import { withoutNetwork } from '../support/widgets.js';
import { backend, connect, Demo } from './support/platform.js';

describe('an aiXplain resource', () => {
  withoutNetwork();

  it('is created with POST and a null id, and takes over what the platform says', async () => {
    const aix = connect();
    nock(backend, { reqheaders: { 'x-api-key': 'team-key-of-the-tests' } })
      .post('/demo', { id: null, name: 'n', description: null, path: null, instructions: 'i' })
      .reply(201, { id: '7', assetInfo: { instanceId: 'a/n/7' }, extra: 1 });
    const demo = await aix.bind(Demo).create({ name: 'n', instructions: 'i' });
    expect([demo.id, demo.name, demo.instructions, demo.path]).to.deep.equal(['7', 'n', 'i', 'a/n/7']);
    expect(demo.isModified).to.equal(false);
  });

  it('is replaced whole with PUT, unknown keys included', async () => {
    const Demos = connect().bind(Demo);
    nock(backend).get('/demo/7').reply(200, { id: '7', name: 'n', instructions: 'i', teamId: 5 });
    nock(backend)
      .put('/demo/7', { id: '7', name: 'm', description: null, path: null, instructions: 'i', teamId: 5 })
      .reply(200, { id: '7', updatedAt: '2026-01-01T00:00:00Z' });
    const demo = await Demos.get('7');
    await demo.save({ name: 'm' });
    expect(demo.isModified).to.equal(false);
    expect(demo.updatedAt).to.deep.equal(new Date('2026-01-01T00:00:00Z'));
  });

  it('is searched with POST from page 0, wire values as they are', async () => {
    const Demos = connect().bind(Demo);
    const ask = { q: 'x', ownership: ['TEAM', 'PRIVATE'], sortBy: 'NAME', sortOrder: 'ASC' };
    nock(backend)
      .post('/demo/paginate', { pageNumber: 0, pageSize: 2, ...ask })
      .reply(200, { results: [{ id: '1' }, { id: '2' }], total: 3, pageTotal: 2 });
    nock(backend)
      .post('/demo/paginate', { pageNumber: 1, pageSize: 2, ...ask })
      .reply(200, { results: [{ id: '3' }], total: 3, pageTotal: 1 });
    const found = await Demos.search({
      query: 'x',
      ownership: ['TEAM', 'PRIVATE'],
      sortBy: 'NAME',
      sortOrder: 'ASC',
      pageSize: 2,
      vendor: null,
    }).toArray();
    expect(found.map(({ id }) => id)).to.deep.equal(['1', '2', '3']);
  });

  it('is run and polled until the end, and keeps the id of the run', async () => {
    const demo = new (connect().bind(Demo))({ id: 'a b' });
    nock(backend)
      .post('/demo/a%20b/run', { text: 'hi', none: null })
      .matchHeader('x-user-id', 'u')
      .matchHeader('x-session-id', 's')
      .reply(201, { requestId: 'r1', data: `${backend}/sdk/agents/r1/result` });
    nock(backend).get('/sdk/agents/r1/result').reply(200, { status: 'IN_PROGRESS', completed: false });
    nock(backend)
      .get('/sdk/agents/r1/result')
      .reply(200, { status: 'SUCCESS', completed: true, data: { executionStats: { runtime: 3, credits: 0.5 } } });
    const polls: number[] = [];
    demo.on('poll', ({ attempt }) => polls.push(attempt));
    const result = await demo.run({ text: 'hi', none: null }, { identifier: 'u', sessionId: 's', waitTime: 0 });
    expect(polls).to.deep.equal([1, 2]);
    expect([result.requestId, result.executionId, result.runTime, result.usedCredits]).to.deep.equal(['r1', 'r1', 3, 0.5]);
  });

  it('fails a run in the platform’s own words', async () => {
    const demo = new (connect().bind(Demo))({ id: '1' });
    nock(backend)
      .post('/demo/1/run')
      .reply(200, { status: 'FAILED', completed: true, data: { error: 'no such voice' } });
    const error = await failure(demo.run());
    expect(error).to.be.instanceOf(OperationFailedError);
    expect(error.message).to.equal('Operation failed: no such voice');
    expect(error.reason).to.equal('no such voice');
  });

  it('is deleted without a body', async () => {
    const demo = new (connect().bind(Demo))({ id: '1' });
    nock(backend).delete('/demo/1', '').reply(204);
    const { status, completed, deletedId } = await demo.delete();
    expect([status, completed, deletedId, demo.id, demo.isDeleted]).to.deep.equal(['SUCCESS', true, '1', null, true]);
  });

  it('is fetched with its host in the query', async () => {
    nock(backend).get('/demo/openai%2Fwhisper').query({ host: 'aws', x: '1' }).reply(200, { id: 'openai/whisper' });
    const demo = await connect()
      .bind(Demo)
      .get('openai/whisper', { host: 'aws', query: { x: 1 } });
    expect(demo.isModified).to.equal(false);
  });

  it('tells what the platform said when there is none', async () => {
    nock(backend).get('/demo/1').reply(404, { statusCode: 404, message: 'no demo 1', error: 'Not Found' });
    const error = await failure(connect().bind(Demo).get('1'));
    expect(error).to.be.instanceOf(NotFoundError);
    expect([error.status, error.code, error.retryable]).to.deep.equal([404, 'AX-RES-1000', false]);
    expect(error.message).to.contain('no demo 1');
  });
});
