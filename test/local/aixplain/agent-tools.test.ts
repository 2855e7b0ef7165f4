import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { deferred } from '../support/deferred.js';
import { type Json, usePlatform } from '../support/platform.js';

const finder = {
  id: 'finder',
  name: 'Web search',
  actions: [
    {
      name: 'search',
      description: 'Finds pages',
      inputs: [
        { name: 'Query text', required: true },
        { code: 'n', datatype: 'integer', defaultValue: [3] },
      ],
    },
    { name: 'count', inputs: [{ name: 'of', required: true }] },
  ],
};
const seed = {
  assets: {
    'v2/models': [
      { id: 'm-1', name: 'Chat', path: 'acme/chat/acme', function: { id: 'text-generation' } },
      { id: 'tr', name: 'Translator', function: { id: 'translation' }, params: [{ name: 'text', dataType: 'text', required: true }] },
    ],
    'v2/tools': [finder],
  },
};

/** What a language model is told to say, one turn after the other. */
const call = (name: string, given: unknown, id = 'c1') => ({
  tool_calls: [{ id, type: 'function', function: { name, arguments: JSON.stringify(given) } }],
});

describe('Agents of the local platform and their tools', () => {
  const local = usePlatform({ seed });
  const post = async (path: string, body: object): Promise<Json> => (await local.client.post(path, body)).body;
  const result = (url: string): Promise<Json> => local.client.until(url, ({ completed }) => completed);

  async function agent(about: object = {}): Promise<Json> {
    return await post('/v2/agents', { name: 'Desk', instructions: 'Be brief.', model: { id: 'm-1' }, ...about });
  }
  const ask = async (id: string, query: string, more: object = {}): Promise<Json> =>
    await result((await post(`/v2/agents/${id}/run`, { id, query: { input: query }, ...more })).data);

  /** Has the model `m-1` say these, and notes what it was given. */
  function script(...turns: unknown[]): Json[] {
    const given: Json[] = [];
    local.platform.block('m-1', ({ inputs }) => {
      given.push(structuredClone(inputs));
      return turns[given.length - 1] ?? 'nothing more';
    });
    return given;
  }

  it('call an action, see what it gives, and answer', async () => {
    const calls: Json[] = [];
    local.platform.block('finder', ({ inputs }) => {
      calls.push(inputs);
      return [{ title: 'Rain' }];
    });
    const { id } = await agent({ tools: [{ id: 'finder', type: 'tool', actions: ['search'] }] });
    const given = script(call('Web_search', { query_text: 'rain' }), 'It rains.');
    const done = await ask(id, 'Does it rain?');
    expect(done).to.include({ status: 'SUCCESS' }).and.to.have.nested.property('data.output', 'It rains.');
    expect(calls).to.deep.equal([{ action: 'search', data: { n: 3, query_text: 'rain' } }]);
    expect(given[0].text).to.equal('Does it rain?');
    expect(given[0].tools).to.deep.equal([
      {
        type: 'function',
        function: {
          name: 'Web_search',
          description: 'Finds pages',
          parameters: { type: 'object', properties: { query_text: { type: 'string' }, n: { type: 'integer' } }, required: ['query_text'] },
        },
      },
    ]);
    expect(given[1].messages.slice(0, 2)).to.deep.equal([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Does it rain?' },
    ]);
    expect(given[1].messages.at(-1)).to.deep.equal({ role: 'tool', tool_call_id: 'c1', content: [{ title: 'Rain' }] });
    expect(done.data.steps.map(({ unit, action, output, error }: Json) => [unit.type, unit.name, action, output, error])).to.deep.equal([
      ['llm', 'Chat', 'Web_search', [{ name: 'Web_search', arguments: { query_text: 'rain' } }], null],
      ['tool', 'Web search', 'search', [{ title: 'Rain' }], null],
      ['llm', 'Chat', null, 'It rains.', null],
    ]);
    expect(done.data.executionStats).to.deep.include({ api_calls: 3, assets_used: ['Desk', 'Chat', 'Web search'] });
    expect(done.data.steps[0].agent).to.deep.equal({ id, name: 'Desk', is_system_agent: false });
  });

  it('give the tools what the agent and the run set, which the model may change', async () => {
    const calls: Json[] = [];
    local.platform.block('finder', ({ inputs }) => void calls.push(inputs.data));
    const stored = [{ code: 'search', name: 'search', inputs: { n: { name: 'n', value: 5 }, query_text: { value: [] } } }];
    const { id } = await agent({ tools: [{ id: 'finder', type: 'tool', parameters: stored }] });
    const turns = () => [call('Web_search_search', { query_text: 'a' }), call('Web_search_search', { query_text: 'b', n: 1 }), 'done'];
    script(...turns());
    await ask(id, 'go');
    script(...turns());
    await ask(id, 'go', { tools: [{ id: 'finder', parameters: [{ name: 'n', value: 9 }] }] });
    expect(calls).to.deep.equal([
      { n: 5, query_text: 'a' },
      { n: 1, query_text: 'b' },
      { n: 9, query_text: 'a' },
      { n: 1, query_text: 'b' },
    ]);
  });

  it('use models and other agents as tools', async () => {
    const leaf = await agent({ name: 'Finder', model: undefined, description: 'Finds facts' });
    const { id } = await agent({ name: 'Team', agents: [{ id: leaf.id, inspectors: [] }], tools: [{ id: 'tr', type: 'model' }] });
    script(call('Translator', { text: 'Hello world' }), call('Finder', { query: 'facts' }), 'both');
    const done = await ask(id, 'go');
    expect(done.data.output).to.equal('both');
    const shown = done.data.steps.filter(({ unit }: Json) => unit.name !== 'Chat');
    expect(shown.map((step: Json) => [step.agent.name, step.unit.name, step.output])).to.deep.equal([
      ['Team', 'Translator', 'Hola mundo'],
      ['Finder', 'Echo', 'facts'],
      ['Team', 'Finder', 'facts'],
    ]);
    const circle = await post('/v2/agents', { name: 'Circle', model: { id: 'm-1' } });
    await local.client.put(`/v2/agents/${circle.id}`, { agents: [{ id: circle.id }] });
    script(call('Circle', { query: 'again' }), 'gave up');
    const round = await ask(circle.id, 'go');
    expect([round.data.output, round.data.steps[1].error]).to.deep.equal(['gave up', "The agent 'Circle' is already at work on this."]);
  });

  it('tell the model what went wrong with a tool, and say so in the result', async () => {
    local.platform.block('finder', () => {
      throw new Error('no network');
    });
    const { id } = await agent({
      tools: [
        { id: 'finder', type: 'tool' },
        { id: 'gone', type: 'tool', name: 'Gone' },
      ],
    });
    const given = script(call('Web_search_count', { of: 1 }), call('Gone', {}), call('Nothing', {}), 'sorry');
    const done = await ask(id, 'go');
    expect(done.data.output).to.equal('sorry');
    expect(done.data.diagnosticErrorCodes).to.deep.equal(['TOOL_FAILED']);
    expect(done.data.steps.map(({ error }: Json) => error).filter(Boolean)).to.deep.equal([
      'no network',
      "The tool 'gone' is not on this platform: seed it, or register platform.block('gone', handler).",
      "There is no tool 'Nothing'. There are: Web_search_search, Web_search_count, Gone.",
    ]);
    expect(given[1].messages.at(-1).content).to.equal('Error: no network');
  });

  it('end when their budget does', async () => {
    local.platform.block('finder', () => 'more');
    const { id } = await agent({ tools: [{ id: 'finder' }], budget: { maxIterations: 2 } });
    script(...Array.from({ length: 20 }, () => ({ ...call('Web_search_count', { of: 1 }), usedCredits: 0.4 })));
    const failed = await ask(id, 'go');
    expect(failed).to.deep.include({ status: 'FAILED', diagnosticErrorCodes: ['MAX_ITERATIONS_REACHED'] });
    expect(failed.errorMessage).to.contain('2 turns').and.contain('budget.maxIterations');
    script(...Array.from({ length: 20 }, () => ({ ...call('Web_search_count', { of: 1 }), usedCredits: 0.4 })));
    const costly = await ask(id, 'go', { executionParams: { budget: { maxIterations: 20, maxCost: 1 } } });
    expect(costly.diagnosticErrorCodes).to.deep.equal(['MAX_COST_REACHED']);
    local.platform.block('m-1', () => new Promise(() => {}));
    const slow = await ask(id, 'go', { executionParams: { maxTime: 300, budget: { maxDurationSeconds: 0.02 } } });
    expect(slow.errorMessage).to.equal('It did not finish within 0.02 seconds.');
  });

  it('are seen at each step', async () => {
    const searching = deferred();
    local.platform.block('finder', async () => {
      await searching.promise;
      return 'found';
    });
    const { id } = await agent({ tools: [{ id: 'finder' }] });
    script(call('Web_search_count', { of: 1 }), 'done');
    const { data } = await post(`/v2/agents/${id}/run`, { query: 'go' });
    const seen = await local.client.until(data, (body) => body.data?.steps?.length > 0);
    expect(seen).to.include({ status: 'IN_PROGRESS', completed: false });
    expect(seen.data.steps.map(({ unit }: Json) => unit.type)).to.deep.equal(['llm']);
    searching.resolve();
    expect((await result(data)).data.steps).to.have.length(3);
  });

  it('calculate without any language model: the built-in one calls a tool by its name', async () => {
    const { id } = await agent({ model: { id: 'echo' }, tools: [{ id: 'calculator', type: 'tool' }] });
    const done = await ask(id, 'Calculator: 6 * (3 + 4)');
    expect(done.data.output).to.equal(42);
    expect(done.data.steps.map(({ unit, action }: Json) => [unit.name, action])).to.deep.equal([
      ['Echo', 'Calculator'],
      ['Calculator', 'calculate'],
      ['Echo', null],
    ]);
    expect((await ask(id, 'calculator: round(sqrt(2) * 1e2, 1)')).data.output).to.equal(141.4);
    expect((await ask(id, 'calculate: {"expression": "2 - 5"}')).data.output).to.equal(-3);
    expect((await ask(id, 'What is this: 6 * 7?')).data.output).to.equal('What is this: 6 * 7?');
    for (const [expression, words] of [
      ['price * 2', 'does not know price'],
      ["replace('a', 'a', 'aa')", 'does not know replace'],
      ['1 / 0', 'has no result'],
      ['2 +', 'is invalid'],
    ]) {
      expect((await ask(id, `calculator: ${expression}`)).data.output, expression)
        .to.contain('Error: ')
        .and.contain(words);
    }
  });

  it('fail clearly when nothing can speak for their model', async () => {
    const { id } = await agent({ model: { id: 'nowhere' } });
    const failed = await ask(id, 'hi');
    expect(failed.status).to.equal('FAILED');
    expect(failed.errorMessage).to.equal(
      "The agent 'Desk' works with the model 'nowhere', which is not on this platform: seed it, register platform.block('nowhere', handler), or start the platform with the option llm.",
    );
    local.platform.block('nowhere', ({ inputs }) => `${inputs.temperature as number}: ${inputs.text as string}`);
    const parameters = [{ name: 'temperature', value: 0.2 }];
    await local.client.put(`/v2/agents/${id}`, { model: { id: 'nowhere', parameters } });
    expect((await ask(id, 'hi')).data.output).to.equal('0.2: hi');
    const run = { modelParameters: { llm: [{ name: 'temperature', value: 0.9 }] } };
    expect((await ask(id, 'hi', run)).data.output).to.equal('0.9: hi');
  });
});

describe('Agents of the local platform with the language model of an endpoint', () => {
  const asked: Json[] = [];
  const turns: object[] = [];
  const endpoint = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    asked.push(JSON.parse(text));
    const message = turns.shift() ?? { content: 'done' };
    const body = { choices: [{ message, finish_reason: 'stop' }], usage: { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 } };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  const llm = { baseUrl: '', models: { small: 'tiny' } };
  before(async () => {
    await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
    llm.baseUrl = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/v1`;
  });
  after(() => new Promise((resolve) => endpoint.close(resolve)));
  const local = usePlatform({ llm });
  const post = async (path: string, body: object): Promise<Json> => (await local.client.post(path, body)).body;

  it('run the tools that it calls', async () => {
    const { id } = await post('/v2/agents', { name: 'Desk', model: { id: 'any' }, tools: [{ id: 'calculator' }] });
    turns.push({ content: null, ...call('Calculator', { expression: '6 * 7' }, 'x') }, { content: 'It is 42.' });
    const { data } = await post(`/v2/agents/${id}/run`, { query: 'How much?' });
    const done = await local.client.until(data, ({ completed }) => completed);
    expect(done.data.output).to.equal('It is 42.');
    expect(asked[0]).to.deep.include({ model: 'tiny' });
    expect(asked[0].tools[0].function.name).to.equal('Calculator');
    expect(asked[1].messages.slice(-2)).to.deep.equal([
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'x', type: 'function', function: { name: 'Calculator', arguments: '{"expression":"6 * 7"}' } }],
      },
      { role: 'tool', tool_call_id: 'x', content: '42' },
    ]);
    expect(done.data.steps[0]).to.include({ input_tokens: 5, output_tokens: 7, total_tokens: 12 });
  });

  it('give models its usage and its message', async () => {
    const model = await post('/v2/models', { name: 'Chat', function: { id: 'text-generation' }, connectionType: ['synchronous'] });
    turns.push({ content: null, ...call('f', { a: 1 }) });
    const run = await post(`/api/v2/execute/${model.id}`, { text: 'hi', tools: [{ type: 'function', function: { name: 'f' } }] });
    expect(run).to.deep.include({ data: '', usage: { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 } });
    expect(run.details[0].message.tool_calls[0].function.name).to.equal('f');
    const { text } = await local.client.post(`/api/v2/execute/${model.id}`, { text: 'hi', options: { stream: true } });
    expect(text).to.equal('data: {"data":"done"}\n\ndata: [DONE]\n\n');
  });
});
