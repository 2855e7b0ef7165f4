import { expect } from 'chai';
import nock from 'nock';
import { Message } from '../../../src/aixplain/index.js';
import { FileUploadError, ResourceError, ValidationError } from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { withoutNetwork } from '../../support/widgets.js';
import { backend, body, connect, fetching, fieldsOf } from '../support/platform.js';
import { takesUpload } from '../support/uploads.js';

const stored = {
  id: 's1',
  userId: 'u1',
  agentId: 'a1',
  name: 'T',
  status: 'active',
  runStatus: 'idle',
  messageCount: 0,
  executionConfig: null,
};
const message = {
  id: 'g1',
  sessionId: 's1',
  agentId: 'a1',
  role: 'user',
  content: 'hi',
  sequence: 1,
  requestId: 'e1',
  reaction: null,
  attachments: null,
};
const messages = '/v1/sessions/s1/messages';
const final = { status: 'SUCCESS', completed: true, data: { output: 'hello' } };
const quick = { waitTime: 0 };

const loaded = fetching('Session', '/v1/sessions/s1', stored);

/** The platform takes a message and answers its run. */
function hears(sent: object): void {
  nock(backend).post(messages, body(sent)).reply(201, message);
  nock(backend).get('/sdk/agents/e1/result').reply(200, final);
}

describe('a session', () => {
  withoutNetwork();

  it('is created for an agent, and changed', async () => {
    const aix = connect();
    nock(backend).post('/v1/sessions', { agentId: 'a1', name: 'T', status: 'active' }).reply(201, stored);
    const session = new aix.Session({ agent: new aix.Agent({ id: 'a1' }), name: 'T' });
    await session.save();
    expect([session.id, session.agentId, session.runStatus, session.isModified]).to.deep.equal(['s1', 'a1', 'idle', false]);
    nock(backend).put('/v1/sessions/s1', { agentId: 'a1', name: 'Old', status: 'archived' }).reply(200, 'null');
    await session.save({ name: 'Old', status: 'archived' });
    nock(backend).delete('/v1/sessions/s1').reply(200, {});
    await session.delete();
    expect([session.isDeleted, new aix.Session({ agent: 'a2' }).agentId]).to.deep.equal([true, 'a2']);
    expect(() => new aix.Session({ agent: new aix.Agent({ name: 'n' }) })).to.throw(ValidationError, 'saved');
    expect(() => new aix.Session({ tools: [] } as never)).to.throw(ValidationError, 'tools');
  });

  it('is found by its agent and more, in the query', async () => {
    const { Session: Sessions, Agent: Agents } = connect();
    const query = {
      agentId: 'a1',
      status: 'active',
      userId: 'u1',
      createdAfter: '2026-01-01T00:00:00.000Z',
      memoryEnabled: true,
      pageNumber: 2,
      pageSize: 5,
    };
    nock(backend).get('/v1/sessions').query(query).reply(200, [stored, stored]);
    const found = await Sessions.search({
      agent: new Agents({ id: 'a1' }),
      status: 'active',
      userId: 'u1',
      createdAfter: new Date('2026-01-01'),
      memoryEnabled: true,
      pageNumber: 2,
      pageSize: 5,
    });
    expect([found.total, found.pageTotal, found.hasNext]).to.deep.equal([2, 1, false]);
    nock(backend).get('/v1/sessions').query({ agentId: 'a2', pageNumber: 0, pageSize: 20 }).reply(200, []);
    expect((await Sessions.search({ agent: 'a2' })).length).to.equal(0);
    nock(backend)
      .get('/v1/sessions')
      .query(true)
      .reply(200, { results: [stored, 'odd'], total: 7, pageTotal: 4 });
    const page = await Sessions.search();
    expect([page.total, page.pageTotal, page.results.map(({ id }) => id), page.invalid.length]).to.deep.equal([7, 4, ['s1'], 1]);
    nock(backend).get('/v1/sessions').query(true).reply(200, { odd: [] });
    expect((await failure(Sessions.search(), ResourceError)).message).to.contain('no list at "results" (it has odd)');
    nock(backend).get('/v1/sessions').query(true).reply(403, {});
    expect((await failure(Sessions.search())).status).to.equal(403);
  });

  it('sends of its execution config what is set, false included, with the budget in its parameters', async () => {
    const sent = async (executionConfig: object) => {
      let given: Record<string, unknown> = {};
      nock(backend)
        .post('/v1/sessions', (each: Record<string, unknown>) => {
          given = each;
          return true;
        })
        .reply(201, stored);
      await connect().Session.create({ agentId: 'a1', executionConfig });
      return given.executionConfig;
    };
    expect(await sent({})).to.deep.equal({});
    expect(await sent({ runResponseGeneration: false, criteria: undefined, evolve: { toEvolve: true } })).to.deep.equal({
      runResponseGeneration: false,
      evolve: '{"toEvolve":true}',
    });
    expect(
      await sent({ executionParams: { max_tokens: 5, context_overflow_strategy: 'truncate', budget: { maxCost: 1 } }, identifier: 'u' }),
    ).to.deep.equal({
      executionParams: { maxTokens: 5, contextOverflowStrategy: 'truncate', budget: { maxCost: 1 } },
      identifier: 'u',
    });
    expect(await sent({ budget: { maxCost: 2 }, executionParams: { maxIterations: 3 } })).to.deep.equal({
      executionParams: { budget: { maxCost: 2, maxIterations: 3 } },
    });
    expect(await sent({ executionParams: { maxIterations: 3, budget: { maxIterations: 9 } } })).to.deep.equal({
      executionParams: { budget: { maxIterations: 9 } },
    });
    const old = await loaded({ executionConfig: { criteria: 'c', executionParams: { maxIterations: 3, maxTokens: 5 } } });
    expect([old.executionConfig, old.isModified]).to.deep.equal([
      { criteria: 'c', executionParams: { maxTokens: 5, budget: { maxIterations: 3 } } },
      false,
    ]);
    const odd = new (connect().Session)({ agentId: 'a1', executionConfig: 'x' as never });
    expect(await failure(odd.save())).to.be.instanceOf(ValidationError);
  });
});

describe('the messages of a session', () => {
  withoutNetwork();

  it('are records, in their order', async () => {
    const session = await loaded();
    nock(backend)
      .get(messages)
      .reply(200, [message, { ...message, id: 'g2', role: 'assistant' }]);
    const all = await session.messages();
    expect(all.map((each) => [each.id, each.role, each.sequence, each instanceof Message])).to.deep.equal([
      ['g1', 'user', 1, true],
      ['g2', 'assistant', 1, true],
    ]);
    nock(backend).get(messages).reply(200, []);
    expect(await session.messages()).to.deep.equal([]);
    nock(backend)
      .get(`${messages}/g%2F1`)
      .reply(200, { ...message, id: 'g/1' });
    expect((await session.message('g/1')).content).to.equal('hi');
  });

  it('are added with attachments, tools and the run they answer', async () => {
    const session = await loaded();
    takesUpload('k', 'text');
    const attachments = [new File(['text'], 'a.txt'), 'https://a.test/v.mp4'];
    nock(backend)
      .post(messages, ({ role, content, requestId, tools, attachments: sent }) => {
        expect([role, content, requestId, tools, sent.map(({ type }: { type: string }) => type)]).to.deep.equal([
          'assistant',
          '',
          'e9',
          [{ id: 't' }],
          ['text', 'video'],
        ]);
        return true;
      })
      .reply(201, message);
    expect((await session.addMessage('assistant', '', { attachments, requestId: 'e9', tools: [{ id: 't' }] })).id).to.equal('g1');
    nock(backend).post(messages, { role: 'user', content: 'hi' }).reply(201, message);
    await session.addMessage('user', 'hi');
  });

  it('are liked, disliked and deleted', async () => {
    const session = await loaded();
    nock(backend)
      .get(`${messages}/g1`)
      .reply(200, { ...message, role: 'assistant' });
    const answer = await session.message('g1');
    nock(backend)
      .post(`${messages}/g1/reaction`, { reaction: 'LIKE' })
      .reply(200, { ...message, reaction: 'LIKE' });
    expect((await answer.react('LIKE')).reaction).to.equal('LIKE');
    nock(backend)
      .post(`${messages}/g1/reaction`, body({ reaction: null }))
      .reply(200, message);
    expect((await session.react('g1', null)).reaction).to.equal(null);
    nock(backend)
      .get(`${messages}/g1`)
      .reply(200, { ...message, role: 'assistant', content: 'later' });
    expect((await answer.refresh()).content).to.equal('later');
    nock(backend).delete(`${messages}/g1`).reply(200, {});
    await answer.delete();
    nock(backend).delete(`${messages}/g2`).reply(204);
    await session.deleteMessage('g2');
    expect(answer.isDeleted).to.equal(true);
  });

  it('need a saved session, and keep the status of what fails', async () => {
    const unsaved = new (connect().Session)({ agentId: 'a1' });
    const uses = [
      () => unsaved.messages(),
      () => unsaved.message('g1'),
      () => unsaved.addMessage('user', 'x'),
      () => unsaved.react('g1', null),
      () => unsaved.deleteMessage('g1'),
      () => unsaved.send('x'),
    ];
    for (const use of uses) expect(await failure((async () => use())())).to.be.instanceOf(ValidationError);
    const session = await loaded();
    nock(backend).get(messages).reply(404, { message: 'Session not found' });
    expect((await failure(session.messages())).status).to.equal(404);
    nock(backend).get(messages).reply(200, { no: 'list' });
    expect((await failure(session.messages())).message).to.contain('expected a list of messages');
    nock(backend).post(messages).reply(201, 'null');
    expect(await failure(session.addMessage('user', 'x'))).to.be.instanceOf(ResourceError);
    nock(backend).post('/sdk/file/upload/temp-url').reply(500, {});
    const upload = await failure(session.addMessage('user', 'x', { attachments: [new File(['t'], 'a.txt')] }), FileUploadError);
    expect(upload.message).to.contain('message of Session(id=s1').and.contain('upload of a.txt');
    expect([upload.step, upload.status]).to.deep.equal(['request-url', 500]);
    const uses2 = [
      () => session.addMessage('user', 'x'),
      () => session.message('g1'),
      () => session.deleteMessage('g1'),
      () => session.react('g1', 'LIKE'),
    ];
    nock(backend).post(messages).reply(403, {});
    nock(backend).get(`${messages}/g1`).reply(403, {});
    nock(backend).delete(`${messages}/g1`).reply(403, {});
    nock(backend).post(`${messages}/g1/reaction`).reply(403, {});
    for (const use of uses2) expect((await failure(use())).status).to.equal(403);
  });
});

describe('talking in a session', () => {
  withoutNetwork();

  it('is one message and its answer', async () => {
    const session = await loaded();
    hears({ role: 'user', content: 'hi' });
    const turn = await session.send('hi', quick);
    expect([turn.data.output, turn.sessionId, turn.requestId, turn.get('userMessage')]).to.deep.equal(['hello', 's1', 'e1', message]);
  });

  it('may be attachments alone, but not nothing', async () => {
    const session = await loaded();
    const attachment = { url: 'https://a.test/a.mp3', name: 'a.mp3', type: 'audio', mimeType: 'audio/mpeg' };
    hears({ role: 'user', content: '', attachments: [attachment] });
    await session.send(undefined, { attachments: ['https://a.test/a.mp3'], ...quick });
    expect(await failure(session.send(''))).to.be.instanceOf(ValidationError);
  });

  it('fails when the platform names no run', async () => {
    const session = await loaded();
    nock(backend)
      .post(messages)
      .reply(201, { ...message, requestId: null });
    const error = await failure(session.send('hi'));
    expect(error.message).to.contain('"requestId"');
    expect(error.outcome).to.equal('unknown');
  });
});

describe('asking an agent in a session', () => {
  withoutNetwork();

  const fetched = fetching('Agent', '/v2/agents/a1', { id: 'a1', name: 'Desk', status: 'onboarded' });

  it('posts one message, whether the session is a record or an id, and runs the hooks of the agent', async () => {
    const agent = await fetched();
    const session = new (connect().Session)({ id: 's1', agentId: 'a1' });
    let polls = 0;
    agent.on('poll', () => polls++);
    hears({ role: 'user', content: 'hi' });
    const turn = await agent.run({ query: 'hi', session }, quick);
    expect([turn.output, turn.sessionId, polls]).to.deep.equal(['hello', 's1', 1]);
    nock(backend).get('/v1/sessions/s1').reply(200, stored);
    hears({ role: 'user', content: 'again' });
    expect((await agent.run({ query: 'again', session: 's1' }, quick)).output).to.equal('hello');
  });

  it('sends attachments with the message, with a query or without one', async () => {
    const agent = await fetched();
    const session = new (connect().Session)({ id: 's1', agentId: 'a1' });
    const attachment = { url: 'https://a.test/a.mp3', name: 'a.mp3', type: 'audio', mimeType: 'audio/mpeg' };
    hears({ role: 'user', content: 'hi', attachments: [attachment] });
    await agent.run({ query: 'hi', session, attachments: [attachment.url] }, quick);
    hears({ role: 'user', content: '', attachments: [attachment] });
    await agent.run({ session, files: [attachment.url] }, quick);
  });

  it('can be started without waiting', async () => {
    const agent = await fetched();
    hears({ role: 'user', content: 'hi' });
    const started = await agent.runAsync({ query: 'hi', session: new (connect().Session)({ id: 's1', agentId: 'a1' }) });
    expect([started.id, started.completed]).to.deep.equal(['e1', false]);
    expect((await started.wait(quick)).output).to.equal('hello');
  });

  it('gives a session without a connection that of the agent', async () => {
    const { Session: Unbound } = await import('../../../src/aixplain/index.js');
    const agent = await fetched();
    const session = new Unbound({ id: 's1', agentId: 'a1' });
    hears({ role: 'user', content: 'hi' });
    await agent.run({ query: 'hi', session }, quick);
    expect(session.context).to.equal(agent.context);
  });

  it('sends the values of the agent’s tools with the message', async () => {
    const agent = await fetched();
    const tool = (agent.context as ReturnType<typeof connect>).Model.fromDict({ id: 'm1', params: [{ name: 'n' }] });
    tool.inputs.n = 1;
    agent.tools = [tool];
    hears({ role: 'user', content: 'hi', tools: [{ id: 'm1', parameters: [{ name: 'n', value: 1 }] }] });
    await agent.run({ query: 'hi', session: new (connect().Session)({ id: 's1', agentId: 'a1' }) }, quick);
  });

  it('saves how it is to be carried out with the session, and says so', async () => {
    const agent = await fetched();
    nock(backend)
      .get('/v1/sessions/s1')
      .reply(200, { ...stored, executionConfig: { criteria: 'old', executionParams: { maxTokens: 5, budget: { maxCost: 1 } } } });
    const session = await connect().Session.get('s1');
    const warnings: string[] = [];
    session.on('warning', ({ message: text }) => warnings.push(text));
    nock(backend)
      .put('/v1/sessions/s1', ({ executionConfig }) => {
        expect(executionConfig).to.deep.equal({
          criteria: 'new',
          executionParams: { maxTokens: 5, budget: { maxCost: 1 } },
          identifier: 'u',
        });
        return true;
      })
      .reply(200, {});
    hears({ role: 'user', content: 'hi' });
    await agent.run({ query: 'hi', session, criteria: 'new' }, { identifier: 'u', ...quick });
    expect(warnings.length).to.equal(1);
    hears({ role: 'user', content: 'hi' });
    await agent.run({ query: 'hi', session, criteria: 'new' }, { identifier: 'u', ...quick });
    hears({ role: 'user', content: 'hi' });
    await agent.run({ query: 'hi', session }, quick);
    expect(warnings.length).to.equal(1);
  });

  it('refuses what a session cannot have, all of it at once', async () => {
    const agent = await fetched();
    const error = await failure(
      agent.run({ session: 's1', tasks: [], prompt: 'p', inspectors: [], history: [], variables: {}, query: { input: 'x' } }),
    );
    expect(error).to.be.instanceOf(ValidationError);
    expect(fieldsOf(error)).to.deep.equal(['tasks', 'prompt', 'inspectors', 'history', 'variables', 'query']);
    expect((await failure(agent.run({ query: 'x', session: 7 as never }))).details).to.have.nested.property('[0].field', 'session');
    expect(await failure(agent.run({ session: 's1' }))).to.be.instanceOf(ValidationError);
  });
});
