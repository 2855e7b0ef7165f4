import { inspect } from 'node:util';
import { expect } from 'chai';
import nock from 'nock';
import { z } from 'zod';
import { Agent, type AgentRunParams, type Aixplain, Model, Tool } from '../../../src/aixplain/index.js';
import { ResourceError, ValidationError } from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { withoutNetwork } from '../../support/widgets.js';
import { backend, body, connect, fetching } from '../support/platform.js';

type Json = Record<string, unknown>;

/** What the platform keeps of an agent. */
const stored = {
  id: 'a1',
  name: 'Desk',
  description: 'd',
  instructions: 'be brief',
  status: 'onboarded',
  teamId: 7,
  model: { id: 'm1' },
  tools: [],
  agents: [],
  inspectors: [],
  maxTokens: 2048,
  outputFormat: 'text',
  llmId: 'm1',
  assets: [{ id: 'old' }],
};

/** Saves a new agent and gives back the body that was sent. */
async function created(agent: Agent, response: object = {}): Promise<Json> {
  let sent: Json = {};
  nock(backend)
    .post('/v2/agents', (given: Json) => {
      sent = given;
      return true;
    })
    .reply(201, (_uri, given) => ({ ...(given as object), id: 'a1', teamId: 7, ...response }));
  await agent.save();
  return sent;
}

/** Saves a changed agent and gives back the body that was sent. */
async function replaced(agent: Agent): Promise<Json> {
  let sent: Json = {};
  nock(backend)
    .put('/v2/agents/a1', (given: Json) => {
      sent = given;
      return true;
    })
    .reply(200, (_uri, given) => given as object);
  await agent.save();
  return sent;
}

const fetched = fetching('Agent', '/v2/agents/a1', stored);

const agentOf = (values: object = {}): Agent => new (connect().Agent)({ name: 'Desk', ...values });

/** A model as it was fetched. */
function modelOf(
  aix: Aixplain,
  params: object[] = [
    { name: 'reasoning_effort', dataType: 'text' },
    { name: 'temperature', dataType: 'number' },
  ],
): Model {
  return aix.Model.fromDict({ id: 'm9', name: 'LLM', function: { id: 'text-generation' }, params }) as Model;
}

describe('saving an agent', () => {
  withoutNetwork();

  it('deploys it, with everything the platform knows of an agent', async () => {
    const agent = agentOf({ description: 'd', instructions: 'be brief for {{ name }}', llm: 'm1' });
    expect(await created(agent)).to.deep.equal({
      id: null,
      name: 'Desk',
      description: 'd',
      path: null,
      instructions: 'be brief for {name}',
      status: 'onboarded',
      model: { id: 'm1' },
      tools: [],
      tasks: [],
      agents: [],
      outputFormat: 'text',
      expectedOutput: null,
      inspectorTargets: [],
      maxInspectors: null,
      inspectors: [],
      maxTokens: 2048,
      contextOverflowStrategy: null,
      resourceInfo: {},
    });
    expect([agent.id, agent.teamId, agent.status, agent.isModified]).to.deep.equal(['a1', 7, 'onboarded', false]);
  });

  it('may make a draft, and puts the status back when it fails', async () => {
    nock(backend)
      .post('/v2/agents', (given: Json) => given.status === 'draft')
      .reply(201, { id: 'a1' });
    const agent = agentOf();
    await agent.save({}, { asDraft: true });
    expect(agent.status).to.equal('draft');
    nock(backend).put('/v2/agents/a1').reply(400, { message: 'name_already_exists' });
    expect((await failure(agent.save({ name: 'Taken' }))).message).to.contain('name_already_exists');
    expect([agent.status, agent.name]).to.deep.equal(['draft', 'Taken']);
  });

  it('never sends back what the platform keeps beside the agent', async () => {
    const agent = await fetched();
    const sent = await replaced(Object.assign(agent, { instructions: 'other' }));
    expect(sent).to.deep.include({ id: 'a1', teamId: 7, instructions: 'other', model: { id: 'm1' } });
    for (const key of [
      'llmId',
      'assets',
      'maxIterations',
      'subagents',
      'supervisorId',
      'plannerId',
      'responseGeneratorId',
      'llms',
      'budget',
      'skills',
    ])
      expect(sent).not.to.have.property(key);
  });

  it('sends the agents of a team by their ids and keeps the caller’s objects', async () => {
    const aix = connect();
    const member = new aix.Agent({ id: 'a2', name: 'Finder' });
    const team = new aix.Agent({ name: 'Team', agents: [member, 'a3'], inspectorTargets: ['INPUT', 'Finder'] });
    const sent = await created(team, {
      agents: [
        { id: 'a2', type: 'AGENT' },
        { id: 'a3', type: 'AGENT' },
      ],
    });
    expect([sent.agents, sent.inspectorTargets]).to.deep.equal([
      [
        { id: 'a2', inspectors: [] },
        { id: 'a3', inspectors: [] },
      ],
      ['input', 'Finder'],
    ]);
    expect([team.agents[0] === member, team.agents[1], team.isModified]).to.deep.equal([true, 'a3', false]);
  });

  it('names the parts that are not saved, or saves them', async () => {
    const aix = connect();
    const parts = () => ({ agents: [new aix.Agent({ name: 'Finder' })], skills: [new aix.Skill({ name: 'PDF' })] });
    const error = await failure(new aix.Agent({ name: 'Team', ...parts() }).save());
    expect(error).to.be.instanceOf(ValidationError);
    expect(error.message).to.contain("agent 'Finder', skill 'PDF'").and.contain('saveSubcomponents: true');
    nock(backend)
      .post('/v2/agents', (given: Json) => given.name === 'Finder')
      .reply(201, { id: 'a2' });
    nock(backend).post('/sdk/skill').reply(201, { id: 's1', name: 'PDF' });
    let sent: Json = {};
    nock(backend)
      .post('/v2/agents', (given: Json) => {
        sent = given;
        return given.name === 'Team';
      })
      .reply(201, { id: 'a1' });
    const team = new aix.Agent({ name: 'Team', ...parts() });
    await team.save({}, { saveSubcomponents: true });
    expect(sent.agents).to.deep.equal([{ id: 'a2', inspectors: [] }]);
    expect(sent.skills).to.deep.equal([
      { id: 's1', name: 'PDF', description: '', supplier: 'aixplain', type: 'skill', version: null, assetId: 's1' },
    ]);
  });

  it('collects what fails of its parts', async () => {
    const aix = connect();
    nock(backend).post('/v2/agents').times(2).reply(400, { message: 'name_already_exists' });
    const team = new aix.Agent({ name: 'Team', agents: [new aix.Agent({ name: 'One' }), new aix.Agent({ name: 'Two' })] });
    const error = await failure(team.save({}, { saveSubcomponents: true }));
    expect(error).to.be.instanceOf(ResourceError);
    expect(error.message).to.contain('failed to save 2 component(s)').and.contain("agent 'One'").and.contain("agent 'Two'");
  });

  it('takes skills by their ids', async () => {
    expect((await created(agentOf({ skills: ['s1'] }))).skills).to.deep.equal([{ id: 's1', type: 'skill', assetId: 's1' }]);
  });
});

describe('the expected output of an agent', () => {
  withoutNetwork();

  it('fits the format, or is refused before anything is sent', async () => {
    for (const values of [{ outputFormat: 'json' }, { outputFormat: 'json', expectedOutput: 'no json' }, { expectedOutput: { a: 1 } }]) {
      const error = await failure(agentOf(values).save());
      expect(error.details, JSON.stringify(values)).to.have.nested.property('[0].field', 'expectedOutput');
    }
    expect((await created(agentOf({ outputFormat: 'json', expectedOutput: { a: 1 } }))).expectedOutput).to.deep.equal({ a: 1 });
    expect((await created(agentOf({ outputFormat: 'json', expectedOutput: '{"a":1}' }))).expectedOutput).to.equal('{"a":1}');
    expect((await created(agentOf({ expectedOutput: 'a poem' }))).expectedOutput).to.equal('a poem');
    const json = agentOf({ id: 'a1', outputFormat: 'json', expectedOutput: { a: 1 } });
    expect(((await json.buildRunPayload({ query: 'q' }, {})) as { executionParams: Json }).executionParams.expectedOutput).to.equal(
      '{"a":1}',
    );
  });

  it('may be a validator, which is saved as its JSON Schema', async () => {
    const agent = agentOf({ outputFormat: 'json', expectedOutput: z.object({ city: z.string() }) });
    const sent = await created(agent);
    expect(JSON.parse(sent.expectedOutput as string)).to.deep.include({ type: 'object', required: ['city'] });
    expect([agent.expectedOutput, agent.isModified]).to.deep.equal([sent.expectedOutput, false]);
    const run = (await agent.buildRunPayload({ query: 'q' }, {})) as { executionParams: Json };
    expect(run.executionParams.expectedOutput).to.equal(sent.expectedOutput);
    const given = { query: 'q', executionParams: { expectedOutput: z.object({ n: z.number() }) } };
    expect(((await agent.buildRunPayload(given, {})) as { executionParams: Json }).executionParams.expectedOutput).to.deep.include({
      type: 'object',
      required: ['n'],
    });
    nock(backend)
      .put('/v2/agents/a1', ({ expectedOutput }) => JSON.parse(expectedOutput).required[0] === 'n')
      .reply(200, {});
    await agent.save({ expectedOutput: z.object({ n: z.number() }) });
    const odd = agentOf({ outputFormat: 'json', expectedOutput: { '~standard': { version: 1 } } });
    expect(await failure(odd.save())).to.be.instanceOf(ValidationError);
  });
});

describe('the budget of an agent', () => {
  withoutNetwork();

  const sentIn = async (agent: Agent, params: AgentRunParams = {}): Promise<unknown> =>
    ((await agent.buildRunPayload(params, {})) as { executionParams: Json }).executionParams.budget;

  it('is sent without what is not set, zeros included', async () => {
    expect(await sentIn(agentOf({ id: 'a1', budget: { maxCost: 0, maxDurationSeconds: 60, maxIterations: null } }))).to.deep.equal({
      maxCost: 0,
      maxDurationSeconds: 60,
    });
    expect(await sentIn(agentOf({ id: 'a1', budget: { max_cost: 2, warnAtPercent: 5 } }))).to.deep.equal({ maxCost: 2 });
    for (const budget of [undefined, null, {}]) expect(await sentIn(agentOf({ id: 'a1', budget }))).to.equal(undefined);
  });

  it('of a run is laid over that of the agent, and a stray one is ignored', async () => {
    const agent = agentOf({ id: 'a1', budget: { maxCost: 1, maxIterations: 99 } });
    const payload = (await agent.buildRunPayload({ budget: { maxCost: 5 } }, {})) as Json;
    expect([payload.budget, (payload.executionParams as Json).budget]).to.deep.equal([undefined, { maxCost: 1, maxIterations: 99 }]);
    expect(await sentIn(agent, { executionParams: { budget: { maxCost: 5 } } })).to.deep.equal({ maxCost: 5, maxIterations: 99 });
    agent.budget = { maxIterations: 3 };
    expect(await sentIn(agent)).to.deep.equal({ maxIterations: 3 });
  });

  it('has the limit of iterations that was once beside it', async () => {
    expect(await sentIn(agentOf({ id: 'a1' }), { executionParams: { maxIterations: 7 } })).to.deep.equal({ maxIterations: 7 });
    const both = { executionParams: { max_iterations: 7, budget: { maxIterations: 9, maxCost: null } } };
    expect(await sentIn(agentOf({ id: 'a1' }), both)).to.deep.equal({ maxIterations: 9 });
    const old = await fetched({ maxIterations: 5 });
    expect([old.budget, old.isModified, 'maxIterations' in old.toDict()]).to.deep.equal([{ maxIterations: 5 }, false, false]);
    expect((await fetched({ maxIterations: 5, budget: { maxIterations: 8 } })).budget).to.deep.equal({ maxIterations: 8 });
    expect((await fetched()).budget).to.equal(undefined);
    expect(() => agentOf({ maxIterations: 7 })).to.throw(ValidationError, 'maxIterations');
    const given = { id: 'a1', maxIterations: 5, tasks: [{ name: 't', description: 'd', expectedOutput: 'o', dependencies: ['s'] }] };
    const before = structuredClone(given);
    const decoded = connect().Agent.fromDict(given) as Agent;
    expect([decoded.budget, decoded.tasks, given]).to.deep.equal([{ maxIterations: 5 }, before.tasks, before]);
  });

  it('goes before the old limit, of which a run warns', async () => {
    const agent = agentOf({ id: 'a1', budget: { maxIterations: 99 } });
    const executionParams = { maxIterations: 7, budget: { maxCost: 2 } };
    expect(await sentIn(agent, { executionParams })).to.deep.equal({ maxIterations: 99, maxCost: 2 });
    const warnings: string[] = [];
    agent.on('warning', ({ message }) => warnings.push(message));
    nock(backend)
      .post('/v2/agents/a1/run', ({ executionParams: sent }: Json) => (sent as Json).maxIterations === undefined)
      .times(2)
      .reply(201, { requestId: 'e1', data: `${backend}/sdk/agents/e1/result` });
    await agent.runAsync({ query: 'q', executionParams });
    await agent.runAsync({ query: 'q', executionParams: { budget: { maxIterations: 7 } } });
    expect(warnings.length).to.equal(1);
    expect(warnings[0]).to.contain('executionParams.budget.maxIterations');
  });

  it('is saved with the agent', async () => {
    expect((await created(agentOf({ budget: { maxCost: 0, maxIterations: 4 } }))).budget).to.deep.equal({ maxCost: 0, maxIterations: 4 });
  });
});

describe('the models of an agent', () => {
  withoutNetwork();

  it('are sent by id with the inputs that are set, and stay the caller’s', async () => {
    const aix = connect();
    const llm = modelOf(aix);
    llm.inputs.reasoning_effort = 'low';
    const agent = new aix.Agent({
      name: 'Desk',
      llm,
      planner: 'm2',
      supervisor: { id: 'm3', parameters: { topP: 1 } },
      responseGenerator: llm,
    });
    const sent = await created(agent, { model: { id: 'm9' } });
    const own = { id: 'm9', parameters: [{ name: 'reasoningEffort', value: 'low' }] };
    expect([sent.model, sent.planner, sent.supervisor, sent.responder]).to.deep.equal([
      own,
      { id: 'm2' },
      { id: 'm3', parameters: [{ name: 'topP', value: 1 }] },
      own,
    ]);
    expect([agent.llm === llm, agent.isModified]).to.deep.equal([true, false]);
    llm.inputs.temperature = 0.5;
    expect(agent.changedFields).to.deep.equal(['llm', 'responseGenerator']);
    expect((await replaced(agent)).model).to.deep.equal({
      id: 'm9',
      parameters: [
        { name: 'reasoningEffort', value: 'low' },
        { name: 'temperature', value: 0.5 },
      ],
    });
  });

  it('give a run their parameters only', async () => {
    const aix = connect();
    const llm = modelOf(aix);
    llm.inputs.temperature = 0.2;
    const agent = new aix.Agent({
      id: 'a1',
      name: 'Desk',
      llm,
      planner: 'm2',
      responseGenerator: { id: 'm3', parameters: [{ name: 'n', value: 1 }] },
    });
    expect(((await agent.buildRunPayload({}, {})) as Json).modelParameters).to.deep.equal({
      llm: [{ name: 'temperature', value: 0.2 }],
      responder: [{ name: 'n', value: 1 }],
    });
    expect((await agentOf({ id: 'a1' }).buildRunPayload({}, {})) as Json).not.to.have.property('modelParameters');
  });
});

describe('the tools of an agent', () => {
  withoutNetwork();

  const ofModel = { id: 'm9', type: 'model', name: 'LLM', parameters: [{ name: 'temperature', value: 0.3, datatype: 'number' }] };
  const ofTool = {
    id: 't1',
    type: 'tool',
    name: 'Web',
    actions: ['search'],
    parameters: [
      { code: 'search', name: 'search', inputs: { num_results: { name: 'n', value: 3, datatype: 'integer', required: false } } },
    ],
  };

  it('become records without a request, whose inputs can be set', async () => {
    const agent = await fetched({ tools: [ofModel, ofTool, { id: 'x', type: 'tool' }, 'bare'] });
    const [model, tool] = agent.toolRecords();
    expect([model instanceof Model, tool instanceof Tool, model?.inputs.temperature]).to.deep.equal([true, true, 0.3]);
    const inputs = await (tool as Tool).actions.get('search').inputs();
    inputs.num_results = 9;
    expect((tool as Tool).allowedActions).to.deep.equal(['search']);
    expect([agent.isModified, agent.tools[1] === tool, agent.toolRecords()[1] === tool]).to.deep.equal([false, true, true]);
    expect(((await agent.buildRunPayload({}, {})) as Json).tools).to.deep.equal([
      { id: 'm9', parameters: [{ name: 'temperature', value: 0.3 }] },
      { id: 't1', parameters: [{ name: 'num_results', value: 9 }] },
    ]);
    expect(tool?.context).to.equal(agent.context);
  });

  it('are modified by another one, but not by other values', async () => {
    const agent = await fetched({ tools: [ofModel] });
    (agent.toolRecords()[0] as Model).inputs.temperature = 0.9;
    expect(agent.isModified).to.equal(false);
    agent.tools = [...agent.tools, 't2'];
    expect(agent.changedFields).to.deep.equal(['tools']);
  });

  it('are sent as agents are told of them, and stay the caller’s', async () => {
    const aix = connect();
    const model = modelOf(aix);
    model.inputs.temperature = 0.7;
    const input = { name: 'q', allow_multi: false, supports_variables: true };
    const given = { id: 'z', type: 'tool', asset_id: 'z', own_key: 1, parameters: [{ code: 'go', inputs: { q: input } }, input] };
    const agent = new aix.Agent({ name: 'Desk', tools: [model, given] });
    const sent = await created(agent);
    const [told, untouched] = sent.tools as Json[];
    expect(told).to.deep.equal({
      id: 'm9',
      name: 'LLM',
      description: '',
      supplier: 'aixplain',
      function: 'TEXT_GENERATION',
      version: null,
      assetId: 'm9',
      type: 'model',
      parameters: [
        {
          name: 'temperature',
          value: 0.7,
          required: false,
          datatype: 'number',
          allowMulti: false,
          supportsVariables: false,
          fixed: false,
          description: '',
        },
      ],
    });
    const spelled = { name: 'q', allowMulti: false, supportsVariables: true };
    expect(untouched).to.deep.equal({
      id: 'z',
      type: 'tool',
      assetId: 'z',
      own_key: 1,
      parameters: [{ code: 'go', inputs: { q: spelled } }, spelled],
    });
    expect([agent.tools[0] === model, agent.isModified]).to.deep.equal([true, false]);
    model.inputs.temperature = 0.1;
    expect(((await agent.buildRunPayload({}, {})) as Json).tools).to.deep.equal([
      { id: 'm9', parameters: [{ name: 'temperature', value: 0.1 }] },
    ]);
    agent.instructions = 'other';
    expect(((await replaced(agent)).tools as { parameters: { value: number }[] }[])[0]?.parameters[0]?.value).to.equal(0.1);
  });

  it('are looked up by their ids: as a tool, then as a model, else the id is sent', async () => {
    nock(backend).get('/v2/tools/t1').reply(200, { id: 't1', name: 'Web', actionsAvailable: false });
    nock(backend).get('/v2/tools/m9').reply(404, {});
    nock(backend).get('/v2/models/m9').reply(200, { id: 'm9', name: 'LLM' });
    nock(backend).get('/v2/tools/none').reply(404, {});
    nock(backend).get('/v2/models/none').reply(404, {});
    const agent = agentOf({ tools: ['t1', { id: 'm9', description: 'mine' }, 'none'] });
    const tools = (await created(agent)).tools as Json[];
    expect(tools.map(({ id, type, description }) => [id, type, description])).to.deep.equal([
      ['t1', 'tool', ''],
      ['m9', 'model', 'mine'],
      ['none', undefined, undefined],
    ]);
    expect(tools[2]).to.deep.equal({ id: 'none' });
    expect(agent.tools[0]).to.equal('t1');
    nock(backend).get('/v2/tools/t1').reply(500, {});
    expect((await failure(agentOf({ tools: ['t1'] }).save())).status).to.equal(500);
    expect(await failure(agentOf({ tools: [7] }).save())).to.be.instanceOf(ValidationError);
  });

  it('give a run nothing where no value is set', async () => {
    const aix = connect();
    const agent = new aix.Agent({ id: 'a1', name: 'Desk', tools: [modelOf(aix), 't1', ofTool] });
    expect((await agent.buildRunPayload({}, {})) as Json).not.to.have.property('tools');
  });
});

describe('an agent', () => {
  it('has no sessions of its own: Session makes and finds them', () => {
    for (const name of ['generateSessionId', 'createSession', 'listSessions', 'generate_session_id', 'create_session', 'list_sessions'])
      expect(name in agentOf(), name).to.equal(false);
  });

  it('is written as JSON and printed with its tools, but not with their credentials', () => {
    const { Tool: Tools, Agent: Agents } = connect();
    const tool = new Tools({ name: 'Mail', integration: 'i1', config: { token: 'top-secret' } });
    const agent = new Agents({ name: 'Desk', tools: [tool] });
    expect(JSON.parse(JSON.stringify(agent)).tools).to.deep.equal([
      { id: null, name: 'Mail', description: null, path: null, allowedActions: [], integration: 'i1' },
    ]);
    for (const text of [JSON.stringify(agent), inspect(agent, { depth: 9 })]) expect(text).to.contain('Mail').and.not.contain('top-secret');
  });
});

describe('a copy of an agent', () => {
  withoutNetwork();

  it('is made by the platform, as a draft', async () => {
    const agent = await fetched();
    nock(backend)
      .post('/v2/agents/a1/duplicate', body({ cloneSubagents: false }))
      .reply(201, { ...stored, id: 'a2', name: 'Desk (copy)', agents: [{ id: 'b2', type: 'AGENT' }] });
    const copy = await agent.duplicate();
    expect([copy.id, copy.name, copy.status, copy.isModified, copy instanceof Agent, copy.context === agent.context]).to.deep.equal([
      'a2',
      'Desk (copy)',
      'draft',
      false,
      true,
      true,
    ]);
    expect([copy.instructions, copy.agents]).to.deep.equal(['be brief', [{ id: 'b2', type: 'AGENT' }]]);
    expect(agent.id).to.equal('a1');
    nock(backend)
      .post('/v2/agents/a1/duplicate', body({ cloneSubagents: true, name: 'Mine' }))
      .reply(201, { ...stored, id: 'a3', name: 'Mine' });
    expect((await agent.duplicate({ duplicateSubagents: true, name: 'Mine' })).name).to.equal('Mine');
    expect((await failure(agentOf().duplicate())).message).to.contain('not been saved');
  });

  it('made here uses the same tools and models, and is a draft', async () => {
    const aix = connect();
    const llm = modelOf(aix);
    const agent = new aix.Agent({ id: 'a1', name: 'Desk', llm, tools: [llm], status: 'onboarded', budget: { maxCost: 1 } });
    const clone = await agent.clone({ name: 'Other' });
    expect([clone.id, clone.status, clone.llm === llm, clone.tools[0] === llm, clone.budget]).to.deep.equal([
      null,
      'draft',
      true,
      true,
      { maxCost: 1 },
    ]);
    expect(clone.tools).not.to.equal(agent.tools);
  });
});
