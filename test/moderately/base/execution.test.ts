import { expect } from 'chai';
import nock from 'nock';
import { OperationTimeoutError, ValidationError, waitAll } from '../../../src/index.js';
import type { Moderately } from '../../../src/moderately/index.js';
import { failure } from '../../support/failure.js';
import { connect, json, onTheWire, origin, page } from '../support/connect.js';

describe('waiting for work at Moderately', () => {
  onTheWire();
  let mai: Moderately;
  beforeEach(() => {
    mai = connect();
  });

  for (const options of [{ timeout: 300_000 }, { wait: true, waitTime: Number.NaN }, { timeout: -1 }]) {
    it(`starts nothing with ${JSON.stringify(options)}`, async () => {
      const version = mai.PipelineConfigurationVersion.fromDict(json.configurationVersion());
      const agentVersion = mai.AgentConfigurationVersion.fromDict(json.agentVersion());
      const dataset = mai.Dataset.fromDict(json.dataset());
      for (const start of [version.execute({}, options), agentVersion.execute({}, options), dataset.process(options)])
        expect(await failure(start)).to.be.instanceOf(ValidationError);
    });
  }

  it('counts the time limit from before the start, and polls once when it is over by then', async () => {
    nock(origin).post('/pipeline-executions').delay(150).reply(201, json.execution());
    nock(origin)
      .get('/pipeline-executions/e1')
      .reply(200, json.execution({ status: 'running' }));
    const version = mai.PipelineConfigurationVersion.fromDict(json.configurationVersion());
    const error = await failure<OperationTimeoutError>(version.execute({}, { timeout: 0.1, waitTime: 0.01 }));
    expect(error).to.be.instanceOf(OperationTimeoutError);
    expect(error.message).to.contain('0.1 seconds');
    expect(JSON.parse(error.token!)).to.deep.equal({ v: 1, class: 'PipelineExecution', id: 'e1', deadline: null });
  });

  it('does not sleep past the time limit before the work is started', async () => {
    const patient = connect({ maxRetries: 3 });
    const version = patient.PipelineConfigurationVersion.fromDict(json.configurationVersion());
    nock(origin).post('/pipeline-executions').reply(429, {}, { 'retry-after': '20' });
    expect(await failure(version.execute({}, { timeout: 5 }))).to.have.property('status', 429);
    // The connection still pauses.
    expect(await failure(version.execute({}, { timeout: 0.02 }))).to.have.property('name', 'TimeoutError');
    expect(await failure(patient.Dataset.fromDict(json.dataset()).process({ timeout: 0.02 }))).to.have.property('name', 'TimeoutError');
  });

  it('goes on with an execution whose status is no text', async () => {
    const statuses = [undefined, null, 3, { toString: 1 }, 'completed'];
    for (const status of statuses) nock(origin).get('/pipeline-executions/e1').reply(200, json.execution({ status }));
    const errors: string[] = [];
    mai.on('error', ({ error }) => errors.push((error as Error).message));
    await mai.PipelineExecution.fromDict(json.execution()).wait({ waitTime: 0 });
    expect(errors).to.have.length(1);
    expect(errors[0]).to.contain('status').and.contain('unknown');
  });

  it('goes on with an execution of an agent whose thoughts are no list', async () => {
    for (const thoughts of [{ text: 'hm' }, 3, [null], [{ text: 4 }], 'hm'])
      nock(origin)
        .get('/agent-executions/ae1')
        .reply(200, json.agentExecution({ status: 'running', thoughts }));
    nock(origin)
      .get('/agent-executions/ae1')
      .reply(200, json.agentExecution({ status: 'completed', thoughts: 3 }));
    const execution = await mai.AgentExecution.fromDict(json.agentExecution()).wait({ waitTime: 0 });
    expect(execution.isCompleted).to.equal(true);
  });

  it('polls many executions with one list, and tells progress in one shape', async () => {
    const ids = ['e1', 'e2', 'e3'];
    const done = { status: 'completed', currentStep: 2, totalSteps: 4, progressData: { current_block: 'join' } };
    nock(origin)
      .get('/pipeline-executions')
      .query(({ pipelineExecutionIds }) => pipelineExecutionIds === ids.join(','))
      .reply(
        200,
        page(
          ids.map((id) => json.execution({ pipelineExecutionId: id, ...done })),
          { size: 3 },
        ),
      );
    const executions = ids.map((id) => mai.PipelineExecution.fromDict(json.execution({ pipelineExecutionId: id })));
    const told: unknown[] = [];
    executions[0]!.on('progress', ({ resource: _execution, ...progress }) => told.push(progress));
    const outcomes = await waitAll(executions);
    expect(outcomes.map(({ status }) => status)).to.deep.equal(['fulfilled', 'fulfilled', 'fulfilled']);
    expect(told).to.deep.equal([{ fraction: 0.5, step: 2, steps: 4, message: 'Processing join' }]);
  });
});
