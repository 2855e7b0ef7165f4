import { expect } from 'chai';
import { type Json, usePlatform } from '../support/platform.js';
import { vendorSeed } from './seed.js';

/** The body with which the vendor's client saves an agent. */
const saved = {
  ...{
    id: null,
    name: 'Desk',
    description: 'd',
    path: null,
    instructions: 'be brief',
    status: 'onboarded',
    teamId: null,
    tools: [] as object[],
  },
  ...{ inspectorId: null, tasks: [], agents: [] as object[], outputFormat: 'text', expectedOutput: null, createdAt: null, updatedAt: null },
  ...{ inspectorTargets: [], maxInspectors: null, inspectors: [], resourceInfo: {}, maxTokens: 2048, contextOverflowStrategy: null },
  model: { id: 'llm-1', parameters: [{ name: 'reasoningEffort', value: 'low' }] } as object,
};

/** The body with which it runs one. */
const runBody = (id: string, input: string, executionParams: object = {}) => ({
  id,
  executionParams: {
    outputFormat: 'text',
    maxTokens: 2048,
    maxTime: 300,
    contextOverflowStrategy: null,
    expectedOutput: null,
    ...executionParams,
  },
  runResponseGeneration: false,
  metaData: { userAgent: 'sdk' },
  query: { input },
});

describe("An agent on aiXplain's wire, as the vendor's client uses it", () => {
  const local = usePlatform({ seed: vendorSeed });
  const send = async (method: string, path: string, body?: object): Promise<Json> => (await local.client.send(method, path, body)).body;
  const result = (url: string): Promise<Json> => local.client.until(url, ({ completed }) => completed);

  it('is saved, read, changed, found, read by the first generation and deleted', async () => {
    const created = await local.client.post('/v2/agents', saved);
    expect(created.status).to.equal(201);
    const agent = created.body;
    expect(agent).to.deep.include({ name: 'Desk', status: 'onboarded', model: saved.model, maxTokens: 2048, resourceInfo: {}, tasks: [] });
    expect(agent.teamId).to.be.a('number');
    expect(Date.parse(agent.createdAt)).to.be.greaterThan(0);
    expect(await send('GET', `/v2/agents/${agent.id}`)).to.deep.include({ model: saved.model, tools: [] });

    const clash = await local.client.post('/v2/agents', saved);
    expect([clash.status, clash.body.message]).to.deep.equal([400, 'name_already_exists']);

    const tool = {
      ...{ id: 'search-1', name: 'Web search', description: '', supplier: 'aixplain', function: 'UTILITIES', type: 'tool', version: null },
      ...{ assetId: 'search-1', actions: ['search'] },
      parameters: [
        {
          code: 'search',
          name: 'search',
          description: 'Search',
          inputs: { num_results: { name: 'Results', value: 2, allowMulti: false, supportsVariables: false } },
        },
      ],
    };
    const budget = { maxCost: 0, maxIterations: 5 };
    const put = await send('PUT', `/v2/agents/${agent.id}`, { ...agent, id: agent.id, description: 'other', tools: [tool], budget });
    expect(put).to.deep.include({
      id: agent.id,
      description: 'other',
      tools: [tool],
      budget,
      teamId: agent.teamId,
      createdAt: agent.createdAt,
    });
    expect(Date.parse(put.updatedAt)).to.be.greaterThan(Date.parse(agent.updatedAt));
    const legacy = await send('GET', `/sdk/agents/${agent.id}`);
    expect(legacy).to.deep.include({ id: agent.id, assets: [tool], llmId: 'llm-1' });

    const page = { pageNumber: 0, pageSize: 20, q: 'OTHER', sortBy: 'SortBy.NAME', sortOrder: 'SortOrder.ASC' };
    expect(await send('POST', '/v2/agents/paginate', page)).to.deep.include({ total: 1, pageTotal: 1, pageNumber: 0, results: [put] });
    expect((await local.client.delete(`/v2/agents/${agent.id}`)).status).to.equal(200);
    const gone = await local.client.get(`/v2/agents/${agent.id}`);
    expect([gone.status, gone.body.message.includes('not found')]).to.deep.equal([404, true]);
  });

  it('runs, with its steps, its costs and its session', async () => {
    const { id } = await send('POST', '/v2/agents', saved);
    const started = await local.client.post(`/v2/agents/${id}/run`, runBody(id, 'hi', { budget: { maxDurationSeconds: 60 } }), {
      headers: { 'x-user-id': 'u-1' },
    });
    expect(started.status).to.equal(201);
    expect(started.body.data).to.equal(`${local.platform.url}/sdk/agents/${started.body.requestId}/result`);
    const done = await result(`/sdk/agents/${started.body.requestId}/result`);
    expect(done).to.include({ requestId: started.body.requestId, sessionId: null, status: 'SUCCESS', completed: true });
    expect(done).to.include.keys('usedCredits', 'runTime');
    expect(done.data).to.include.keys('input', 'output', 'session_id', 'critiques', 'diagnosticErrorCodes', 'executionStats', 'steps');
    expect(done.data).to.include({ input: 'hi', output: 'hi', governanceStatus: null, governanceSource: null, governanceReason: null });
    expect(done.data.steps[0]).to.deep.include({
      ...{
        agent: { id, name: 'Desk', is_system_agent: false },
        unit: { id: 'llm-1', name: 'Chat', type: 'llm' },
        input: 'hi',
        output: 'hi',
      },
      ...{ thought: null, action: null, task: null, reason: null, error: null, api_calls: 1 },
    });
    expect(done.data.steps[0]).to.include.keys('used_credits', 'input_tokens', 'output_tokens', 'total_tokens', 'start_time', 'end_time');
    expect(done.data.executionStats).to.include.keys(
      'runtime',
      'credits',
      'api_calls',
      'assets_used',
      'runtime_breakdown',
      'credit_breakdown',
    );
    const runs = await local.client.get(`/sdk/runs/${started.body.requestId}`);
    expect([runs.status, runs.body.error]).to.deep.equal([404, 'Not Found']);
    const plain = await send('POST', `/v2/agents/${id}/run`, { query: 'as text', sessionId: 's', history: [], maxTokens: 10 });
    expect((await result(plain.data)).data.output).to.equal('as text');
  });

  it('fails where one token is all that it may say', async () => {
    const { id } = await send('POST', '/v2/agents', saved);
    const failed = await result((await send('POST', `/v2/agents/${id}/run`, runBody(id, 'hi', { maxTokens: 1 }))).data);
    expect(failed).to.include({ status: 'FAILED', completed: true, errorMessage: 'token limit reached', data: null });
    expect(failed).to.not.have.property('statusCode');
  });

  it('shows each inspector, prebuilt ones too, with the word of its action', async () => {
    const evaluator = { type: 'asset', assetId: 'llm-1', prompt: 'Is it kind?' };
    const inspectors = [
      {
        name: 'Guard',
        severity: 'high',
        targets: ['input'],
        action: { type: 'abort' },
        evaluator: { type: 'asset', assetId: 'guard-1' },
        presetId: 'prompt_injection_guard',
      },
      { name: 'Again', targets: ['output'], action: { type: 'rerun', maxRetries: 2, onExhaust: 'abort' }, evaluator },
      {
        name: 'Pii',
        targets: ['output'],
        action: { type: 'edit' },
        evaluator: { type: 'asset', assetId: 'guard-2' },
        editor: { type: 'asset', assetId: 'guard-2' },
      },
    ];
    const agent = await send('POST', '/v2/agents', { ...saved, inspectors });
    expect(agent.inspectors).to.deep.equal(inspectors);
    const done = await result((await send('POST', `/v2/agents/${agent.id}/run`, runBody(agent.id, 'hi'))).data);
    expect(done.status).to.equal('SUCCESS');
    const steps = done.data.steps.filter((step: Json) => step.agent.id.includes('inspector'));
    expect(steps.map((step: Json) => step.action)).to.have.members(['abort', 'rerun', 'edit']);
  });

  it('is copied, alone or with its sub-agents', async () => {
    const leaf = await send('POST', '/v2/agents', { ...saved, name: 'Leaf' });
    const team = await send('POST', '/v2/agents', { ...saved, name: 'Team', agents: [{ id: leaf.id, inspectors: [] }] });
    expect(team.agents[0]).to.include({ id: leaf.id, type: 'AGENT' });
    const copy = await local.client.post(`/v2/agents/${team.id}/duplicate`, { cloneSubagents: false });
    expect([copy.status, copy.body.status, copy.body.clonedFromId]).to.deep.equal([201, 'draft', team.id]);
    expect(copy.body.agents[0].id).to.equal(leaf.id);
    const deep = await send('POST', `/v2/agents/${team.id}/duplicate`, { cloneSubagents: true, name: 'Team two' });
    expect([deep.name, deep.agents[0].id === leaf.id]).to.deep.equal(['Team two', false]);
    expect((await local.client.get(`/v2/agents/${deep.agents[0].id}`)).status).to.equal(200);
  });

  it('is the debugger that the client looks for, which explains a result', async () => {
    const debug = await send('GET', '/v2/agents/debugger-1');
    expect(debug).to.include({ id: 'debugger-1', status: 'onboarded' });
    const query = { input: 'Focus: why?\n\nContent to analyze:\n{"status":"SUCCESS"}' };
    const started = await send('POST', '/v2/agents/debugger-1/run', { ...runBody('debugger-1', ''), query, runResponseGeneration: true });
    expect((await result(started.data)).data.output).to.contain('Content to analyze');
  });
});
