import { expect } from 'chai';
import nock from 'nock';
import { ConflictError, ValidationError } from '../../../src/index.js';
import type { Agent, Moderately } from '../../../src/moderately/index.js';
import { failure } from '../../support/failure.js';
import { connect, json, onTheWire, origin, page, teamId } from '../support/connect.js';

describe('an agent', () => {
  onTheWire();
  let mai: Moderately;
  let agent: Agent;
  beforeEach(() => {
    mai = connect();
    agent = mai.Agent.fromDict(json.agent());
  });

  function versions(query: object, items: object[]): void {
    nock(origin)
      .get('/agent-configuration-versions')
      .query({ agentIds: 'a1', ...query })
      .reply(200, items);
  }

  it('is created in the team of its connection', async () => {
    nock(origin).post('/agents', { teamId, name: 'Reader' }).reply(201, json.agent());
    expect(await mai.Agent.create({ name: 'Reader' })).to.include({ id: 'a1', isPartial: true });
  });

  it('gets a configuration version with the documented defaults and the next number', async () => {
    versions({}, [json.agentVersion({ versionNumber: 3 })]);
    nock(origin)
      .post('/agent-configuration-versions', {
        agentId: 'a1',
        instructions: 'Read.',
        inputSchema: { type: 'object' },
        outputSchema: { type: 'object' },
        versionNumber: 4,
        isCurrent: true,
        systemPrompt: null,
        llmConfig: {},
        toolConfig: [{ type: 'GetDateTool' }],
        executionConfig: { max_actions: 10, planning_interval: 4, feedback_rounds: 0, timeout_minutes: 30 },
      })
      .reply(201, json.agentVersion({ versionNumber: 4 }));
    const version = await agent.createConfigurationVersion({
      instructions: 'Read.',
      isCurrent: true,
      toolConfig: [{ type: 'GetDateTool' }],
    });
    expect(version).to.include({ versionNumber: 4, isCurrent: true });
  });

  it('cannot have two versions of one number', async () => {
    nock(origin)
      .post('/agent-configuration-versions')
      .reply(409, { error: { message: 'There is a version 1.' } });
    expect(await failure(agent.createConfigurationVersion({ instructions: 'Read.', versionNumber: 1 }))).to.be.instanceOf(ConflictError);
  });

  it('needs all that a version has, and a number from 1', async () => {
    const error = await failure<ValidationError>(
      mai.AgentConfigurationVersion.create({ agentId: 'a1', instructions: '', versionNumber: 0 }),
    );
    expect(error.details.map(({ field }) => field)).to.have.members([
      'instructions',
      'versionNumber',
      'inputSchema',
      'outputSchema',
      'isCurrent',
      'systemPrompt',
      'llmConfig',
      'toolConfig',
      'executionConfig',
    ]);
  });

  it('takes an empty response to an update of a version for success', async () => {
    const version = mai.AgentConfigurationVersion.fromDict(json.agentVersion({ isCurrent: false }));
    nock(origin).patch('/agent-configuration-versions/av1', { isCurrent: true }).reply(200);
    await version.activate();
    expect([version.isCurrent, version.isModified]).to.deep.equal([true, false]);
  });

  it('finds its versions, all on one page, and the current one', async () => {
    versions({ versionNumbers: '1,2' }, [json.agentVersion(), json.agentVersion({ agentConfigurationVersionId: 'av2' })]);
    const found = await agent.configurationVersions({ versionNumbers: [1, 2] });
    expect([found.length, found.hasNext, found.total]).to.deep.equal([2, false, 2]);
    versions({ isCurrent: 'true' }, []);
    expect(await agent.currentConfigurationVersion()).to.equal(null);
  });

  it('executes its current version, with a summary of the input', async () => {
    versions({ isCurrent: 'true' }, [json.agentVersion()]);
    nock(origin)
      .post('/agent-executions', {
        agentConfigurationVersionId: 'av1',
        agentInput: { question: 'why' },
        agentInputSummary: '{"question":"why"}',
        maxActions: 5,
      })
      .reply(201, json.agentExecution());
    expect(await agent.execute({ question: 'why' }, { maxActions: 5 })).to.include({ id: 'ae1', isPending: true });
  });

  it('cannot be executed without a version, and says what to do', async () => {
    versions({ isCurrent: 'true' }, []);
    expect((await failure(agent.execute({}))).message).to.contain('activate()');
  });

  it('takes a summary of 1 to 500 characters, 1 to 100 actions, and a plan every 1 to 50', async () => {
    for (const options of [
      { summary: '' },
      { summary: 'x'.repeat(501) },
      { maxActions: 101 },
      { maxActions: 0 },
      { planningInterval: 51 },
    ]) {
      expect(await failure(agent.execute({}, { version: 'av1', ...options }))).to.be.instanceOf(ValidationError);
    }
    nock(origin)
      .post('/agent-executions', ({ agentInputSummary: summary }) => summary.length === 500)
      .reply(201, json.agentExecution());
    await agent.execute({ text: 'x'.repeat(1000) }, { version: 'av1' });
  });

  it('has executions, and so have its versions', async () => {
    nock(origin)
      .get('/agent-executions')
      .query({ teamIds: teamId, page: 1, pageSize: 20, agentIds: 'a1', statuses: 'failed' })
      .reply(200, page([]));
    await agent.executions({ status: 'failed' });
    const version = mai.AgentConfigurationVersion.fromDict(json.agentVersion());
    nock(origin)
      .get('/agent-executions')
      .query({ teamIds: teamId, page: 1, pageSize: 20, agentConfigurationVersionIds: 'av1' })
      .reply(200, page([json.agentExecution()]));
    expect((await version.executions()).length).to.equal(1);
    nock(origin).get('/agents/a1').reply(200, json.agent());
    expect((await version.agent()).name).to.equal('Reader');
  });
});
