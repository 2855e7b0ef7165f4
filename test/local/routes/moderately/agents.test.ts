import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { LocalPlatform } from '../../../../src/local/index.js';
import { Client, type Json, usePlatform } from '../../support/platform.js';

const configuration = {
  instructions: 'Answer briefly.',
  inputSchema: { type: 'object' },
  outputSchema: { type: 'object' },
  versionNumber: 1,
  isCurrent: true,
  systemPrompt: null,
  llmConfig: { thought_llm: { provider: 'openai', model_tier: 'small' } },
  toolConfig: [{ type: 'GetDateTool' }],
  executionConfig: {},
};

async function agentWith(client: Client, extra: object = {}): Promise<{ agentId: string; versionId: string }> {
  const { agentId } = (await client.post('/agents', { teamId: client.platform.teamId, name: 'Helper' })).body;
  const version = (await client.post('/agent-configuration-versions', { agentId, ...configuration, ...extra })).body;
  return { agentId, versionId: version.agentConfigurationVersionId };
}

async function run(client: Client, versionId: string, agentInput: object = { question: 'Why?' }): Promise<Json> {
  const { body } = await client.post('/agent-executions', {
    agentConfigurationVersionId: versionId,
    agentInput,
    agentInputSummary: 'Why?',
  });
  return await client.until(`/agent-executions/${body.agentExecutionId}`, ({ status }) => status !== 'pending' && status !== 'running');
}

describe('Agents of the local platform', () => {
  const local = usePlatform();

  it('have a name of their own in the team', async () => {
    const { client } = local;
    const { status, body } = await client.post('/agents', { teamId: local.platform.teamId, name: 'Helper' });
    expect(status).to.equal(201);
    expect((await client.post('/agents', { teamId: local.platform.teamId, name: 'Helper' })).status).to.equal(409);
    const other = (await client.post('/agents', { teamId: local.platform.teamId, name: 'Other' })).body;
    expect((await client.patch(`/agents/${other.agentId}`, { name: 'Helper' })).status).to.equal(400);
    expect((await client.patch(`/agents/${other.agentId}`, { description: 'd' })).body.description).to.equal('d');
    expect((await client.get(`/agents?agentIds=${body.agentId}`)).body.items[0]).to.include({ name: 'Helper', totalRuns: 0 });
    expect((await client.delete(`/agents/${body.agentId}`)).status).to.equal(200);
    expect((await client.get(`/agents/${body.agentId}`)).status).to.equal(404);
  });

  it('have numbered versions, the newest current one of which is the only one', async () => {
    const { client } = local;
    const { agentId, versionId } = await agentWith(client);
    const post = (extra: object) => client.post('/agent-configuration-versions', { agentId, ...configuration, ...extra });
    expect((await post({})).status).to.equal(409);
    const second = (await post({ versionNumber: 2 })).body;
    expect(second.isCurrent).to.equal(true);
    expect(second.executionConfig).to.deep.equal({ max_actions: 10, planning_interval: 4, feedback_rounds: 0, timeout_minutes: 30 });
    const list = async (query: string) => (await client.get(`/agent-configuration-versions?agentIds=${agentId}&${query}`)).body;
    expect((await list('')).map((version: Json) => [version.versionNumber, version.isCurrent])).to.deep.equal([
      [1, false],
      [2, true],
    ]);
    expect(await list('isCurrent=true')).to.have.length(1);
    expect(await list('versionNumbers=1,3')).to.have.length(1);
    await client.patch(`/agent-configuration-versions/${versionId}`, { isCurrent: true, instructions: 'Answer at length.' });
    expect((await client.get(`/agent-configuration-versions/${versionId}`)).body).to.include({
      isCurrent: true,
      instructions: 'Answer at length.',
    });
    expect(await list('isCurrent=true')).to.have.length(1);
  });

  it('refuse configurations the contract does not know', async () => {
    const { agentId } = (await local.client.post('/agents', { teamId: local.platform.teamId, name: 'Helper' })).body;
    const fields = async (extra: object) =>
      (await local.client.post('/agent-configuration-versions', { agentId, ...configuration, ...extra })).body.details.map(
        ({ field }: Json) => field,
      );
    expect(await fields({ inputSchema: undefined, instructions: '' })).to.include('instructions');
    expect(await fields({ inputSchema: undefined })).to.deep.equal(['inputSchema']);
    expect(await fields({ toolConfig: [{ type: 'HammerTool' }] })).to.deep.equal(['toolConfig.0.type']);
    expect(await fields({ llmConfig: { planner_llm: { provider: 'own', model_tier: 'small' } } })).to.deep.equal([
      'llmConfig.planner_llm.provider',
    ]);
    expect(await fields({ versionNumber: 0 })).to.deep.equal(['versionNumber']);
  });

  it('run by the handler they are given, and remember what they did', async () => {
    const { client } = local;
    local.platform.block('agent', ({ inputs, config }) => ({ answer: `${config.instructions as string} ${JSON.stringify(inputs.data)}` }));
    const { agentId, versionId } = await agentWith(client);
    const done = await run(client, versionId);
    expect(done).to.deep.include({
      status: 'completed',
      maxActions: 10,
      planningInterval: 4,
      agentOutput: { answer: 'Answer briefly. {"question":"Why?"}' },
    });
    const path = `/agent-executions/${done.agentExecutionId}`;
    const states = (await client.get(`${path}/memory-states?orderBy=version`)).body.items;
    expect(states.map((state: Json) => state.version)).to.deep.equal([1, 2]);
    expect((await client.get(`${path}/memory-states?latest=true`)).body.items.map((state: Json) => state.version)).to.deep.equal([2]);
    expect((await client.get(`${path}/memory-states/1`)).body.state.input).to.deep.equal({ question: 'Why?' });
    expect((await client.get(`${path}/memory-states/3`)).status).to.equal(404);
    expect((await client.get(`${path}/memory-states/x`)).status).to.equal(404);
    const tail = (await client.get(`${path}/live-tail`)).body;
    expect(tail.execution).to.include({ status: 'completed' });
    expect(tail.totalVersions).to.equal(2);
    expect(tail.steps.map((step: Json) => step.stepType)).to.deep.equal(['task', 'final_answer']);
    expect((await client.get(`/agents/${agentId}`)).body).to.include({ totalRuns: 1, successfulRuns: 1, successRate: 100 });
    expect((await client.get(`/agent-executions?agentIds=${agentId}&hasAgentOutput=true&statuses=completed`)).body.items).to.have.length(1);
    expect((await client.get(`/agent-executions?agentIds=${agentId}&hasAgentOutput=false`)).body.items).to.have.length(0);
    expect((await client.get('/agent-executions?pageSize=101')).status).to.equal(400);
  });

  it('refuse limits outside the contract', async () => {
    const { versionId } = await agentWith(local.client);
    const request = { agentConfigurationVersionId: versionId, agentInput: {}, agentInputSummary: 'x' };
    const field = async (extra: object) => (await local.client.post('/agent-executions', { ...request, ...extra })).body.details[0].field;
    expect(await field({ agentInputSummary: '' })).to.equal('agentInputSummary');
    expect(await field({ agentInputSummary: 'x'.repeat(501) })).to.equal('agentInputSummary');
    expect(await field({ maxActions: 101 })).to.equal('maxActions');
    expect(await field({ planningInterval: 51 })).to.equal('planningInterval');
    expect((await local.client.post('/agent-executions/x/cancel')).status).to.equal(404);
  });
});

describe('Agents of a local platform without a handler', () => {
  it('fail, and say what is missing', async () => {
    const platform = await LocalPlatform.start({ port: false });
    try {
      const client = new Client(platform);
      const failed = await run(client, (await agentWith(client)).versionId);
      expect(failed.status).to.equal('failed');
      expect(failed.thoughts[0].text).to.contain('llm').and.contain("platform.block('agent'");
    } finally {
      await platform.close();
    }
  });
});

describe('Agents of a local platform with a language model', () => {
  let model: Server;
  const asked: Json[] = [];

  before(async () => {
    model = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        asked.push({ url: request.url, ...JSON.parse(body) });
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ choices: [{ message: { role: 'assistant', content: 'Because.' } }] }));
      });
    });
    await new Promise<void>((resolve) => {
      model.listen(0, '127.0.0.1', resolve);
    });
  });
  after(() => {
    model.close();
    model.closeAllConnections();
  });

  it('are asked through it', async () => {
    const baseUrl = `http://127.0.0.1:${(model.address() as AddressInfo).port}/v1`;
    const platform = await LocalPlatform.start({ port: false, llm: { baseUrl, models: { small: 'tiny' } } });
    try {
      const client = new Client(platform);
      const done = await run(client, (await agentWith(client)).versionId);
      expect(done).to.deep.include({ status: 'completed', agentOutput: { output: 'Because.' } });
      expect(asked[0]).to.include({ url: '/v1/chat/completions', model: 'tiny' });
      expect(asked[0].messages.map(({ role }: Json) => role)).to.deep.equal(['system', 'user']);
      expect(asked[0].messages[1].content).to.contain('Why?');
    } finally {
      await platform.close();
    }
  });
});
