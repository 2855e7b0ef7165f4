import { expect } from 'chai';
import nock from 'nock';
import { LLMResult, ModelResult } from '../../../src/aixplain/index.js';
import { OperationFailedError, ValidationError } from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { withoutNetwork } from '../../support/widgets.js';
import { backend, connect, done, fetching, fieldsOf, models } from '../support/platform.js';

const chat = {
  id: 'm1',
  name: 'Chat',
  path: 'acme/chat/acme',
  function: { id: 'TEXT_GENERATION' },
  connectionType: ['synchronous'],
  supportsStreaming: true,
  supportsBYOC: false,
  attributes: { max_context_length: '8192' },
  vendor: { id: 1, code: 'acme' },
  version: { id: 'v1' },
  params: [
    { name: 'text', required: true, dataType: 'text' },
    { name: 'temperature', dataType: 'number', defaultValues: [] },
    { name: 'max_tokens', dataType: 'number', defaultValues: [{ value: 64 }] },
    { name: 'toolChoice', dataType: 'json' },
  ],
};

const run = '/api/v2/execute/m1';

const loaded = fetching('Model', '/v2/models/m1', chat);

describe('a model', () => {
  withoutNetwork();

  it('is fetched by its path, whichever form of it the platform returns', async () => {
    nock(backend)
      .get('/v2/models/acme%2Fchat')
      .reply(200, { ...chat, assetInfo: { instanceId: 'acme/chat/acme', assetPath: 'acme/chat' } });
    expect((await connect().Model.get('acme/chat')).id).to.equal('m1');
    nock(backend).get('/v2/models/other').reply(200, chat);
    expect((await failure(connect().Model.get('other'))).message).to.contain('another record');
  });

  it('knows what it can do', async () => {
    const model = await loaded();
    expect([model.functionId, model.isSyncOnly, model.isAsyncCapable, model.supportsByoc]).to.deep.equal([
      'text-generation',
      true,
      false,
      false,
    ]);
    expect([model.getAttribute('max_context_length'), model.getAttribute('none', 1)]).to.deep.equal(['8192', 1]);
    const both = await loaded({ connectionType: ['synchronous', 'asynchronous'] });
    expect([both.isSyncOnly, both.isAsyncCapable]).to.deep.equal([false, true]);
    const silent = await loaded({ connectionType: null, function: { id: 'Text-Generation' } });
    expect([silent.isSyncOnly, silent.isAsyncCapable, silent.functionId]).to.deep.equal([false, true, 'text-generation']);
  });

  it('knows whether it takes tools and formats, as far as the platform says', async () => {
    const kinds = async (values: object) => {
      const model = await loaded(values);
      return [model.supportsToolCalling, model.supportsStructuredOutput];
    };
    expect(await kinds({})).to.deep.equal([true, false]);
    expect(await kinds({ params: [{ name: 'tools' }, { name: 'response_format' }] })).to.deep.equal([true, true]);
    expect(await kinds({ params: [] })).to.deep.equal([false, false]);
    expect(await kinds({ params: null })).to.deep.equal([null, null]);
    expect(await kinds({ function: null })).to.deep.equal([null, null]);
    expect(await kinds({ function: { id: 'translation' }, params: null })).to.deep.equal([false, false]);
  });

  it('can be neither created, changed nor deleted', async () => {
    const model = await loaded();
    for (const refuse of [() => model.save({ name: 'other' }), () => model.delete(), () => new (connect().Model)({ name: 'n' }).save()])
      await failure(refuse(), ValidationError);
  });
});

describe('a run of a model', () => {
  withoutNetwork();

  it('sends its inputs and the parameters above them, but nothing that is null', async () => {
    const model = await loaded();
    model.inputs.temperature = 0.2;
    nock(models)
      .post(run, { text: 'hi', temperature: 0.2, max_tokens: 16, extra: [1] })
      .reply(200, { ...done, data: 'hello' });
    expect((await model.run({ text: 'hi', max_tokens: 16, extra: [1], none: null })).data).to.equal('hello');
  });

  it('keeps the options of the run out of the body, and sends user and session as headers', async () => {
    const model = await loaded();
    nock(models, { reqheaders: { 'x-user-id': 'u', 'x-session-id': 's' } })
      .post(run, { text: 'hi', max_tokens: 64 })
      .reply(200, { ...done, data: '' });
    const options = { identifier: 'u', sessionId: 's', timeout: 5, waitTime: 0, showProgress: false, runRetries: 1 };
    await model.run({ text: 'hi' }, options);
    const error = await failure(model.run({ text: 'hi', timeout: 5, wait_time: 1 }));
    expect(error).to.be.instanceOf(ValidationError);
    expect(fieldsOf(error)).to.deep.equal(['timeout', 'wait_time']);
  });

  it('refuses what other parts of the call say, unless the model has such an input', async () => {
    const model = await loaded();
    const error = await failure(model.run({ text: 'hi', stream: true, identifier: 'u', session_id: 's', runRetryWait: 1 }));
    expect(fieldsOf(error)).to.deep.equal(['runRetryWait', 'identifier', 'session_id', 'stream']);
    expect(error.message).to.contain('stream(params)');
    const own = await loaded({ params: [{ name: 'stream', dataType: 'boolean' }] });
    nock(models).post(run, { stream: true }).reply(200, done);
    await own.run({ stream: true });
  });

  it('lists everything that is wrong with its parameters before it is sent', async () => {
    const model = await loaded();
    const error = await failure(model.run({ temperature: 'hot', max_tokens: [] }));
    expect(error).to.be.instanceOf(ValidationError);
    expect(error.details).to.deep.equal([
      { field: 'text', message: 'is required' },
      { field: 'max_tokens', message: 'must be number, not array' },
      { field: 'temperature', message: 'must be number, not text' },
    ]);
  });

  it('needs no required parameter beside data, but is checked', async () => {
    const model = await loaded();
    nock(models)
      .post(run, { data: [{ role: 'user' }], max_tokens: 64 })
      .reply(200, { ...done, data: 'x' });
    await model.run({ data: [{ role: 'user' }] });
    expect((await failure(model.run({ data: null }))).message).to.contain('text is required');
    expect((await failure(model.run({ data: 'x', temperature: 'hot' }))).message).to.contain('temperature must be number');
  });

  it('of a model that was not loaded is not checked', async () => {
    nock(models)
      .post(run, { anything: 1 })
      .reply(200, { ...done, data: 1 });
    expect((await new (connect().Model)({ id: 'm1' }).run({ anything: 1 })).data).to.equal(1);
  });

  it('is polled where the platform says, and a URL in a final answer is data', async () => {
    const model = await loaded({ connectionType: null });
    nock(models)
      .post(run)
      .reply(201, { status: 'IN_PROGRESS', completed: false, data: `${models}/api/v1/data/d1` });
    nock(models)
      .get('/api/v1/data/d1')
      .reply(200, { ...done, data: 'https://cdn.test/x.png', details: { action: 'pass', text: 't' } });
    const polled = await model.run({ text: 'hi' }, { waitTime: 0 });
    expect([polled.data, polled.details]).to.deep.equal(['https://cdn.test/x.png', { action: 'pass', text: 't' }]);
  });

  it('that fails has the platform’s words', async () => {
    nock(models).post(run).reply(200, { status: 'FAILED', completed: true, error: 'overloaded' });
    const error = await failure((await loaded()).run({ text: 'hi' }));
    expect(error).to.be.instanceOf(OperationFailedError);
    expect(error.reason).to.equal('overloaded');
  });

  it('in the background goes to the first version of the service where the model only answers at once', async () => {
    const model = await loaded();
    nock(models)
      .post('/api/v1/execute/m1', { data: 'hi', language: 'en', max_tokens: 64 })
      .reply(201, { status: 'IN_PROGRESS', completed: false, data: `${models}/api/v1/data/d1` });
    const started = await model.runAsync({ text: 'hi', language: 'en' });
    expect([started.url, started.completed]).to.deep.equal([`${models}/api/v1/data/d1`, false]);
    nock(models)
      .get('/api/v1/data/d1')
      .reply(200, { ...done, data: 'Hola' });
    expect((await started.wait({ waitTime: 0 })).data).to.equal('Hola');
    expect(await failure(model.runAsync({}))).to.be.instanceOf(ValidationError);
    nock(models)
      .post('/api/v1/execute/m1', { data: 'mine', max_tokens: 64 })
      .reply(200, { ...done, data: 'now' });
    expect((await (await model.runAsync({ text: 'hi', data: 'mine' })).wait()).data).to.equal('now');
  });

  it('in the background is an ordinary one elsewhere', async () => {
    const model = await loaded({ connectionType: ['synchronous', 'asynchronous'] });
    nock(models)
      .post(run, { text: 'hi', max_tokens: 64 })
      .reply(200, { ...done, data: 'x' });
    expect((await (await model.runAsync({ text: 'hi' })).wait()).data).to.equal('x');
  });
});

describe('a search of models', () => {
  withoutNetwork();

  const page = { results: [chat], total: 1, pageTotal: 1 };

  it('sends lists where the platform wants lists, and how to sort', async () => {
    nock(backend)
      .post('/v2/models/paginate', {
        pageNumber: 0,
        pageSize: 20,
        q: 'chat',
        hosts: ['acme'],
        developers: ['dev'],
        path: 'acme/',
        functions: ['translation'],
        suppliers: ['openai', 'acme'],
        status: ['onboarded'],
        sourceLanguages: ['en'],
        targetLanguages: ['fr', 'de'],
        saved: true,
        isFineTunable: false,
        sort: [{ field: 'createdAt', dir: -1 }],
      })
      .reply(200, page);
    const found = await connect().Model.search({
      query: 'chat',
      host: 'acme',
      developer: 'dev',
      path: 'acme/',
      functions: 'translation',
      vendors: ['openai', 'acme'],
      status: 'onboarded',
      sourceLanguages: 'en',
      targetLanguages: ['fr', 'de'],
      saved: true,
      isFinetunable: false,
      sortBy: 'createdAt',
      sortOrder: 'desc',
    });
    expect(found.results[0]?.name).to.equal('Chat');
  });

  it('sorts by name and ascending where only one of the two is said, and takes the words of SortBy', async () => {
    const sorted = async (params: object, sort: object) => {
      nock(backend)
        .post('/v2/models/paginate', { pageNumber: 0, pageSize: 20, sort: [sort] } as nock.DataMatcherMap)
        .reply(200, page);
      await connect().Model.search(params);
    };
    await sorted({}, {});
    await sorted({ sortOrder: 'DESC' }, { field: 'name', dir: -1 });
    await sorted({ sortBy: 'UPDATED_AT' }, { field: 'updatedAt', dir: 1 });
    await sorted({ sortBy: 'normalizedPrice', sortOrder: 'ASC' }, { field: 'normalizedPrice', dir: 1 });
  });

  it('of language models finds only those', async () => {
    nock(backend)
      .post('/v2/models/paginate', { pageNumber: 0, pageSize: 20, functions: ['text-generation'], sort: [{}] })
      .reply(200, page);
    const { LLM } = connect();
    expect((await LLM.search()).results[0]).to.be.instanceOf(LLM);
  });
});

describe('the result of a model', () => {
  const choice = (message: object) => new ModelResult({ ...done, details: [{ index: 0, finish_reason: 'stop', message }] });

  it('has usage, asset, time and credits', () => {
    const result = new LLMResult({
      ...done,
      data: 'hello',
      runTime: 1.2,
      usedCredits: 0.1,
      usage: { prompt_tokens: 3, completion_tokens: '2', total_tokens: 'NaN' },
      asset: { assetId: 'm1' },
    });
    const { data, runTime, usedCredits, usage, asset } = result;
    expect({ data, runTime, usedCredits, usage, asset }).to.deep.equal({
      data: 'hello',
      runTime: 1.2,
      usedCredits: 0.1,
      usage: { promptTokens: 3, completionTokens: 2, totalTokens: null },
      asset: { assetId: 'm1' },
    });
    expect(new ModelResult(done).usage).to.equal(null);
    expect(result.toJSON().usage).to.deep.equal({ prompt_tokens: 3, completion_tokens: '2', total_tokens: 'NaN' });
  });

  it('has the calls of tools, also without content', () => {
    const calls = [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } }];
    const result = choice({ role: 'assistant', content: null, tool_calls: calls });
    expect([result.message?.content, result.toolCalls, result.message?.role]).to.deep.equal([null, calls, 'assistant']);
    expect(choice({ tool_calls: calls[0] }).toolCalls).to.deep.equal(calls);
    expect(new ModelResult(done).toolCalls).to.deep.equal([]);
  });

  it('has the reasoning, wherever the supplier puts it', () => {
    const reasoning = (message: object) => choice(message).message?.reasoningContent;
    expect(reasoning({ reasoning: 'a' })).to.equal('a');
    expect(reasoning({ reasoning_content: 'b', reasoning: 'a' })).to.equal('b');
    expect(reasoning({ reasoning_details: [{ text: 'a' }, { type: 'encrypted', data: 'x' }, { summary: 'b' }] })).to.equal('ab');
    expect(reasoning({ content: 'x' })).to.equal(null);
  });

  it('keeps details of another form', () => {
    expect(new ModelResult({ ...done, details: { action: 'block' } }).details).to.deep.equal({ action: 'block' });
    expect(new ModelResult({ ...done, details: 'odd' }).details).to.equal(null);
  });
});
