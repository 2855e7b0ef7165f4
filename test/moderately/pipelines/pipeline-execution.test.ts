import { expect } from 'chai';
import nock from 'nock';
import { BadRequestError, ValidationError } from '../../../src/index.js';
import type { Moderately, PipelineConfigurationVersion, PipelineExecution } from '../../../src/moderately/index.js';
import { failure } from '../../support/failure.js';
import { connect, json, onTheWire, origin, page, teamId } from '../support/connect.js';

describe('an execution of a pipeline', () => {
  onTheWire();
  let mai: Moderately;
  let version: PipelineConfigurationVersion;
  beforeEach(() => {
    mai = connect();
    version = mai.PipelineConfigurationVersion.fromDict(json.configurationVersion());
  });

  const one = (more: object = {}): PipelineExecution => mai.PipelineExecution.fromDict(json.execution(more));

  /** Prepares one answer per poll. */
  function polls(...states: object[]): void {
    for (const state of states) nock(origin).get('/pipeline-executions/e1').reply(200, json.execution(state));
  }

  describe('when it is started', () => {
    it('is one request, and pending', async () => {
      nock(origin)
        .post('/pipeline-executions', {
          pipelineConfigurationVersionId: 'cv1',
          pipelineInput: { text: 'hello' },
          pipelineInputSummary: 'Greeting',
          totalSteps: 5,
        })
        .reply(201, json.execution({ totalSteps: 5 }));
      const execution = await version.execute({ text: 'hello' }, { summary: 'Greeting', totalSteps: 5 });
      expect(execution).to.include({ id: 'e1', isPending: true, isTerminal: false, totalSteps: 5 });
    });

    it('is given a time, which its token carries though nobody waits', async () => {
      nock(origin).post('/pipeline-executions').reply(201, json.execution());
      const before = Date.now();
      const execution = await version.execute({}, { timeout: 60, wait: false });
      expect(JSON.parse(execution.token()).deadline).to.be.within(before + 59_990, Date.now() + 60_000);
    });

    it('gets a preview of its input as summary, cut to what the platform takes', async () => {
      nock(origin)
        .post(
          '/pipeline-executions',
          ({ pipelineInputSummary: summary }) => summary.length === 1000 && summary.startsWith('{"text":"xx') && summary.endsWith('…'),
        )
        .reply(201, json.execution());
      await version.execute({ text: 'x'.repeat(2000) });
    });

    it('refuses a summary that is too long and a count of steps that is none, before any request', async () => {
      expect(await failure(version.execute({}, { summary: 'x'.repeat(1001) }))).to.be.instanceOf(ValidationError);
      expect(await failure(version.execute({}, { totalSteps: 0 }))).to.be.instanceOf(ValidationError);
    });

    it('refuses an input that is no object, before any request', async () => {
      for (const input of ['text', null, ['x']]) expect(await failure(version.execute(input as never))).to.be.instanceOf(ValidationError);
    });

    it('is waited for when it is told to, or when there is a limit of time', async () => {
      for (const options of [
        { wait: true, waitTime: 0.01 },
        { timeout: 5, waitTime: 0.01 },
      ]) {
        nock(origin).post('/pipeline-executions').reply(201, json.execution());
        polls({ status: 'running' }, { status: 'completed' });
        expect((await version.execute({}, options)).isCompleted).to.equal(true);
      }
    });

    it('may be started again as a clone, of its input alone', async () => {
      const copy = await one({ status: 'failed', progressData: { error: 'x' }, currentStep: 2, totalSteps: 3 }).clone();
      nock(origin)
        .post('/pipeline-executions', {
          pipelineConfigurationVersionId: 'cv1',
          pipelineInput: { text: 'hello' },
          pipelineInputSummary: '{"text":"hello"}',
          totalSteps: 3,
        })
        .reply(201, json.execution({ pipelineExecutionId: 'e2' }));
      expect((await copy.save()).id).to.equal('e2');
    });
  });

  it('says how far it is', () => {
    expect(one({ currentStep: 2, totalSteps: 5 }).progressPercentage).to.equal(40);
    for (const unknown of [{ currentStep: 2 }, { totalSteps: 5 }, { currentStep: 2, totalSteps: 0 }])
      expect(one(unknown).progressPercentage).to.equal(null);
    expect(one({ progressData: { progress: 40 } }).progressPercentage).to.equal(40);
    expect(one({ currentStep: -1, totalSteps: 8 }).progressPercentage).to.equal(null);
    expect(one({ currentStep: 9, totalSteps: 5 }).progressPercentage).to.equal(100);
  });

  for (const [what, state, progress] of [
    ['a percentage', { progressData: { percent: 1 } }, { fraction: 0.01, message: 'pending' }],
    ['a number', { progressData: { progress: 40 } }, { fraction: 0.4, message: 'pending' }],
    ['steps', { progressData: { current_step: 1, total_steps: 4 } }, { fraction: 0.25, step: 1, steps: 4, message: 'pending' }],
    ['a text', { progressData: { progress: '3/10' } }, { fraction: 0.3, step: 3, steps: 10, message: 'pending' }],
    ['a stage', { currentStep: 1, progressData: { stage: 's', total_steps: 2 } }, { fraction: 0.5, step: 1, steps: 2, message: 's' }],
    [
      'other steps',
      { currentStep: 1, totalSteps: 4, progressData: { percent: 90, current_step: 3 } },
      { fraction: 0.25, step: 1, steps: 4, message: 'pending' },
    ],
    ['an object as message', { progressData: { message: { a: 1 }, status: 's' } }, { message: 's' }],
    ['a negative step', { currentStep: -1, totalSteps: 8 }, { steps: 8, message: 'pending' }],
    ['steps that are texts', { currentStep: '1', totalSteps: '2' }, { message: 'pending' }],
    ['nothing', { progressData: null }, { message: 'pending' }],
  ] as const) {
    it(`tells its progress where the platform sends ${what}`, () => {
      expect(one(state).workState().progress).to.deep.equal(progress);
    });
  }

  it('says what it is doing: its message, else its status, else its block', () => {
    const said = (progressData: object): string => one({ progressData }).progressMessage;
    expect(said({ message: 'm', status: 's', current_block: 'b' })).to.equal('m');
    expect(said({ status: 's', current_block: 'b' })).to.equal('s');
    expect(said({ current_block: 'b' })).to.equal('Processing b');
    expect(said({ message: { a: 1 }, stage: 't' })).to.equal('t');
    expect(said({})).to.equal('');
  });

  it('is in exactly the state it is in', () => {
    const states = {
      pending: 'isPending',
      running: 'isRunning',
      completed: 'isCompleted',
      failed: 'isFailed',
      cancelled: 'isCancelled',
      paused: 'isPaused',
    } as const;
    for (const [status, predicate] of Object.entries(states)) {
      const execution = one({ status });
      expect(Object.values(states).filter((name) => execution[name])).to.deep.equal([predicate]);
      expect(execution.isTerminal).to.equal(['completed', 'failed', 'cancelled'].includes(status));
    }
  });

  it('is cancelled with a reason, and is up to date then', async () => {
    const cancelled = json.execution({ status: 'cancelled', cancelledAt: '2024-01-15T11:00:00.000Z' });
    nock(origin).post('/pipeline-executions/e1/cancel', { reason: 'enough' }).reply(200, cancelled);
    const execution = one({ status: 'running' });
    expect(await execution.cancel('enough')).to.equal(execution);
    expect([execution.isCancelled, execution.cancelledAt?.getTime()]).to.deep.equal([true, Date.parse('2024-01-15T11:00:00.000Z')]);
    nock(origin).post('/pipeline-executions/e1/cancel', {}).reply(200, cancelled);
    await one().cancel();
  });

  it('asks where it stands when it is cancelled without a word', async () => {
    nock(origin).post('/pipeline-executions/e1/cancel').reply(200);
    polls({ status: 'cancelled' });
    const execution = one({ status: 'running' });
    expect(await execution.cancel()).to.include({ id: 'e1', status: 'cancelled' });
  });

  it('that has ended cannot be cancelled', async () => {
    nock(origin)
      .post('/pipeline-executions/e1/cancel')
      .reply(400, { error: { message: 'It has ended.' } });
    expect(await failure(one({ status: 'completed' }).cancel())).to.be.instanceOf(BadRequestError);
  });

  it('takes a reason of at most 500 characters', async () => {
    const error = await failure<ValidationError>(one().cancel('x'.repeat(501)));
    expect(error).to.be.instanceOf(ValidationError);
    expect(error.details[0]?.field).to.equal('reason');
  });

  it('is reported on by a worker, field by field', async () => {
    const startedAt = new Date('2024-01-15T10:30:00.000Z');
    nock(origin)
      .patch('/pipeline-executions/e1', { status: 'running', currentStep: 1, startedAt: startedAt.toISOString() })
      .reply(200, json.execution({ status: 'running', currentStep: 1, startedAt: startedAt.toISOString() }));
    const execution = one();
    await execution.save({ status: 'running', currentStep: 1, startedAt });
    expect(execution.isModified).to.equal(false);
    nock(origin)
      .patch('/pipeline-executions/e1')
      .reply(400, { error: { message: 'It has ended.' } });
    expect(await failure(execution.save({ status: 'completed' }))).to.be.instanceOf(BadRequestError);
    expect((await failure(execution.save({ status: 'done' as 'completed' }))).message).to.contain('one of pending, running');
  });

  it('is refreshed in place, and clean then', async () => {
    const execution = one();
    execution.totalSteps = 9;
    polls({ status: 'running' });
    expect(await execution.refresh()).to.equal(execution);
    expect([execution.status, execution.totalSteps, execution.isModified]).to.deep.equal(['running', null, false]);
  });

  it('is found by its pipeline', async () => {
    nock(origin)
      .get('/pipeline-executions')
      .query({ teamIds: teamId, page: 1, pageSize: 10, pipelineIds: 'p1,p2' })
      .reply(200, page([json.execution()]));
    expect((await mai.PipelineExecution.search({ pipelineIds: ['p1', 'p2'] })).length).to.equal(1);
    nock(origin).get('/pipeline-configuration-versions/cv1').reply(200, json.configurationVersion());
    expect((await one().configurationVersion()).version).to.equal(1);
  });
});
