import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { type Json, usePlatform } from '../../support/platform.js';

describe("Agents of aiXplain's wire on the local platform", () => {
  const local = usePlatform();
  const create = async (path: string, body: object): Promise<Json> => (await local.client.post(path, body)).body;
  const result = (url: string): Promise<Json> => local.client.until(url, ({ completed }) => completed);
  const run = async (path: string, body: object): Promise<Json> => await result((await create(`${path}/run`, body)).data);

  it('answer with their output, steps and costs, alone and as a team', async () => {
    for (const collection of ['v2/agents', 'sdk/agents', 'sdk/agent-communities']) {
      const { id } = await create(`/${collection}`, { name: `Desk of ${collection}` });
      const started = await create(`/${collection}/${id}/run`, { query: 'hi' });
      expect(started.data, collection).to.match(/\/sdk\/agents\/[^/]+\/result$/);
      const done = await result(started.data);
      expect(done, collection).to.include({
        status: 'SUCCESS',
        completed: true,
        requestId: started.requestId,
        sessionId: null,
        usedCredits: 0,
      });
      expect(done.data, collection).to.deep.include({ input: 'hi', output: 'hi', critiques: '', diagnosticErrorCodes: [] });
      expect(done.data.session_id, 'as the first generation makes them').to.match(new RegExp(`^${id}_`));
      expect(done.data.steps[0]).to.deep.include({
        agent: { id, name: `Desk of ${collection}`, is_system_agent: false },
        output: 'hi',
        api_calls: 1,
      });
      local.platform.block('agents', ({ config }) => `I am ${config.name as string}`);
      expect((await run(`/${collection}/${id}`, { query: 'hi' })).data.output, 'the handler of all agents').to.equal(
        `I am Desk of ${collection}`,
      );
      local.platform.block('agents', ({ inputs }) => inputs.query);
      expect(done.data.executionStats).to.include({ request_id: started.requestId, api_calls: 1, runtime: done.runTime });
    }
  });

  it('are seen at work', async () => {
    const { id } = await create('/v2/agents', { name: 'Desk' });
    let finish = (): void => {};
    const waiting = new Promise<void>((resolve) => {
      finish = resolve;
    });
    local.platform.block(id, async () => {
      await waiting;
      return 'done';
    });
    const { data } = await create(`/v2/agents/${id}/run`, { query: 'hi' });
    expect((await local.client.get(data)).body).to.deep.include({ status: 'IN_PROGRESS', completed: false, data: { steps: [] } });
    finish();
    expect((await result(data)).data.output).to.equal('done');
  });

  it('fail when they may not say that much', async () => {
    const { id } = await create('/v2/agents', { name: 'Desk' });
    const failed = await run(`/v2/agents/${id}`, { query: { input: 'hi' }, executionParams: { maxTokens: 1 } });
    expect(failed).to.deep.include({ status: 'FAILED', completed: true, errorMessage: 'token limit reached', data: null });
    expect(failed.diagnosticErrorCodes).to.deep.equal(['MAX_TOKENS_REACHED']);
    expect((await run(`/v2/agents/${id}`, { query: 'hi', executionParams: { maxTokens: 2048 } })).status).to.equal('SUCCESS');
  });

  it('are asked something', async () => {
    const { id } = await create('/v2/agents', { name: 'Desk' });
    for (const body of [{}, { query: null }, { query: ' ' }, { query: { input: '' } }]) {
      const { status, body: refused } = await local.client.post(`/v2/agents/${id}/run`, body);
      expect([status, refused.message], JSON.stringify(body)).to.deep.equal([
        400,
        'The query is empty: send `query` as text, or as an object with `input`.',
      ]);
    }
    for (const body of [{ query: { city: 'Rome' } }, { attachments: [{ url: 'https://example.com/a.png' }] }]) {
      expect((await run(`/v2/agents/${id}`, body)).status, JSON.stringify(body)).to.equal('SUCCESS');
    }
  });

  it('may have their steps and costs from their handler', async () => {
    const { id } = await create('/v2/agents', { name: 'Desk' });
    local.platform.block(id, () => ({ output: { answer: 42 }, steps: [{ id: 'mine', output: 'x' }], usedCredits: 0.5 }));
    const done = await run(`/v2/agents/${id}`, { query: 'hi' });
    expect(done.usedCredits).to.equal(0.5);
    expect(done.data).to.deep.include({ output: { answer: 42 }, steps: [{ id: 'mine', output: 'x' }] });
    expect(done.data.executionStats.credits).to.equal(0.5);
    local.platform.block(id, () => ({ output: 1, other: 2 }));
    expect((await run(`/v2/agents/${id}`, { query: 'hi' })).data.output).to.deep.equal({ output: 1, other: 2 });
  });

  it('name their model in the form of each generation', async () => {
    const first = await create('/sdk/agents', { name: 'First', llmId: 'm-1', tools: [{ id: 't' }] });
    expect(first).to.deep.include({ llmId: 'm-1', assets: [{ id: 't' }], model: { id: 'm-1' } });
    expect((await local.client.get(`/v2/agents/${first.id}`)).body).to.deep.include({ model: { id: 'm-1' }, tools: [{ id: 't' }] });
    const second = await create('/v2/agents', { name: 'Second', model: { id: 'm-2', parameters: [] } });
    expect(second).to.not.have.any.keys('llmId', 'assets');
    expect((await local.client.get(`/sdk/agents/${second.id}`)).body).to.include({ llmId: 'm-2' });
    const looks = await create('/v2/agents', { name: 'v2', path: 'looks/like/v2/sdk', llmId: 'm-3' });
    expect((await local.client.get('/sdk/agents/looks%2Flike%2Fv2%2Fsdk')).body).to.include({ id: looks.id, llmId: 'm-3' });
    expect((await local.client.get('/sdk/agents/by-name/v2')).body)
      .to.include({ id: looks.id, llmId: 'm-3' })
      .and.have.property('assets');
  });
});

describe("Models of aiXplain's wire on the local platform", () => {
  const local = usePlatform();
  const create = async (path: string, body: object): Promise<Json> => (await local.client.post(path, body)).body;
  const result = (url: string): Promise<Json> => local.client.until(url, ({ completed }) => completed);

  it('say what they used when they generate text', async () => {
    const { id } = await create('/v2/models', { name: 'Chat', path: 'acme/chat/acme', function: { id: 'text-generation' } });
    const started = await create(`/api/v2/execute/${id}`, { text: 'abcdefgh' });
    expect(started.data).to.match(/\/api\/v1\/data\/[^/]+$/);
    const done = await result(started.data);
    expect(done.usage).to.deep.equal({ prompt_tokens: 3, completion_tokens: 3, total_tokens: 6 });
    expect(done.asset).to.deep.equal({ assetId: id, id: 'acme/chat/acme' });
    expect(done.details[0]).to.deep.include({
      finish_reason: 'stop',
      message: { role: 'assistant', content: 'abcdefgh', tool_calls: null },
    });
    expect((await local.client.get(started.data.replace('/v1/', '/v2/'))).body).to.deep.equal(done);
    local.platform.block(id, () => ({ data: 'x', usage: { total_tokens: 99 }, details: [], usedCredits: 2 }));
    const own = await result((await create(`/api/v2/execute/acme%2Fchat%2Facme`, { text: 'hi' })).data);
    expect(own).to.deep.include({ data: 'x', usage: { total_tokens: 99 }, details: [], usedCredits: 2 });
  });

  it('answer at once where they are only synchronous', async () => {
    const { id } = await create('/v2/models', { name: 'Now', connectionType: ['synchronous'] });
    const { status, body } = await local.client.post(`/api/v2/execute/${id}`, { text: 'hi' });
    expect(status).to.equal(200);
    expect(body).to.include({ status: 'SUCCESS', completed: true, data: 'hi' });
    local.platform.block(id, () => {
      throw new Error('no way');
    });
    expect(await create(`/api/v2/execute/${id}`, { text: 'hi' })).to.include({ status: 'FAILED', completed: true, errorMessage: 'no way' });
    expect((await create(`/api/v1/execute/${id}`, { data: 'hi' })).status, 'the first generation polls').to.equal('IN_PROGRESS');
    const both = await create('/v2/models', { name: 'Later', connectionType: ['synchronous', 'asynchronous'] });
    expect((await create(`/api/v2/execute/${both.id}`, { text: 'hi' })).status).to.equal('IN_PROGRESS');
  });

  it('check what they are given', async () => {
    const param = (name: string, required: boolean, dataType: string, dataSubType?: string) => ({ name, required, dataType, dataSubType });
    const { id } = await create('/v2/models', {
      name: 'Strict',
      params: [
        param('text', true, 'text'),
        param('temperature', false, 'text', 'number'),
        param('max_tokens', false, 'number'),
        param('flags', false, 'array'),
        param('extra', false, 'text', 'json'),
        param('other', false, 'hologram'),
      ],
    });
    for (const [body, message] of [
      [{}, "Required parameter 'text' is missing"],
      [{ text: null, data: null }, "Required parameter 'text' is missing"],
      [{ text: 5 }, "Parameter 'text' has invalid type. Expected text, got number"],
      [
        { data: 'x', max_tokens: '9', flags: {} },
        "Parameter 'max_tokens' has invalid type. Expected number, got string; Parameter 'flags' has invalid type. Expected array, got object",
      ],
      [{ text: 'x', temperature: true }, "Parameter 'temperature' has invalid type. Expected text, got boolean"],
    ] as [object, string][]) {
      const { status, body: refused } = await local.client.post(`/api/v2/execute/${id}`, body);
      expect([status, refused.message]).to.deep.equal([400, `Parameter validation failed: ${message}`]);
    }
    for (const body of [{ data: 'x' }, { text: 'x', temperature: 0.5, max_tokens: 9, flags: [], extra: { a: 1 }, other: 1, unlisted: 2 }]) {
      expect((await local.client.post(`/api/v2/execute/${id}`, body)).status, JSON.stringify(body)).to.equal(201);
    }
  });

  it('take a list of messages as text where they are language models only', async () => {
    const params = [{ name: 'text', required: true, dataType: 'text' }];
    const text = [{ role: 'user', content: 'hi' }];
    for (const [name, kind, status] of [
      ['Chat', 'text-generation', 201],
      ['Translator', 'translation', 400],
    ] as const) {
      const { id } = await create('/v2/models', { name, params, function: { id: kind } });
      expect((await local.client.post(`/api/v2/execute/${id}`, { text })).status).to.equal(status);
    }
  });
});

describe("Agents and models of aiXplain's wire with a language model", () => {
  const asked: Json[] = [];
  const endpoint = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    asked.push(JSON.parse(text));
    const content = `said by ${asked.at(-1).model}`;
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ choices: [{ message: { content } }] }));
  });
  const llm = { baseUrl: '', models: { small: 'tiny', 'gpt-x': 'huge' } };
  before(async () => {
    await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
    llm.baseUrl = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/v1`;
  });
  after(() => new Promise((resolve) => endpoint.close(resolve)));
  const local = usePlatform({ llm });
  const create = async (path: string, body: object): Promise<Json> => (await local.client.post(path, body)).body;
  const result = (url: string): Promise<Json> => local.client.until(url, ({ completed }) => completed);

  it('are answered by it, with what was said before', async () => {
    const agent = await create('/v2/agents', { name: 'Desk', instructions: 'Be brief.', model: { id: 'gpt-x' } });
    const history = [{ role: 'user', content: 'before' }];
    const done = await result((await create(`/v2/agents/${agent.id}/run`, { query: { input: 'hi' }, history })).data);
    expect(done.data.output).to.equal('said by huge');
    expect(asked.at(-1).messages).to.deep.equal([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'before' },
      { role: 'user', content: 'hi' },
    ]);
    const chat = await create('/v2/models', { name: 'Chat', function: { id: 'text-generation' } });
    const { text } = await local.client.post(`/api/v2/execute/${chat.id}`, { text: 'hello', temperature: 1, options: { stream: true } });
    expect(text).to.contain('data: {"data":"said"}').and.contain('[DONE]');
    expect(asked.at(-1)).to.deep.include({ model: 'tiny', temperature: 1, messages: [{ role: 'user', content: 'hello' }] });
    const other = await create('/v2/models', { name: 'Translator', function: { id: 'translation' } });
    expect(
      (await result((await create(`/api/v2/execute/${other.id}`, { text: 'hello' })).data)).data,
      'which it does not stand in for',
    ).to.equal('hola');
    local.platform.block(agent.id, () => 'my own');
    expect((await result((await create(`/v2/agents/${agent.id}/run`, { query: 'hi' })).data)).data.output).to.equal('my own');
  });
});
