import { expect } from 'chai';
import nock from 'nock';
import { NotFoundError, OperationFailedError, ValidationError } from '../../../src/index.js';
import { readStep } from '../../../src/moderately/agents/live-tail.js';
import type { AgentExecution, Moderately } from '../../../src/moderately/index.js';
import { failure } from '../../support/failure.js';
import { connect, json, onTheWire, origin, page } from '../support/connect.js';

const memory = (more: object = {}): object => ({
  agentExecutionMemoryStateId: 'm1',
  agentExecutionId: 'ae1',
  state: { facts: [] },
  version: 1,
  createdAt: '2024-01-15T10:00:00.000Z',
  updatedAt: '2024-01-15T10:00:00.000Z',
  ...more,
});

describe('an execution of an agent', () => {
  onTheWire();
  let mai: Moderately;
  let execution: AgentExecution;
  beforeEach(() => {
    mai = connect();
    execution = mai.AgentExecution.fromDict(json.agentExecution());
  });

  function polls(...states: object[]): void {
    for (const state of states) nock(origin).get('/agent-executions/ae1').reply(200, json.agentExecution(state));
  }

  it('is waited for until its end, and fails when it failed', async () => {
    polls(
      { status: 'running', currentStep: 2, thoughts: [{ text: 'Hm.', createdAt: null }] },
      { status: 'failed', agentOutputSummary: 'No idea.' },
    );
    const progress: unknown[] = [];
    execution.on('progress', ({ fraction, message }) => progress.push([fraction, message]));
    const error = await failure<OperationFailedError>(execution.wait({ waitTime: 0.01 }));
    expect(error).to.be.instanceOf(OperationFailedError);
    expect(error).to.include({ reason: 'No idea.', result: execution });
    expect(progress[0]).to.deep.equal([0.2, 'Hm.']);
  });

  it('counts whole steps only, and says texts only', () => {
    const progressOf = (state: object): unknown => mai.AgentExecution.fromDict(json.agentExecution(state)).workState().progress;
    expect(progressOf({ currentStep: -1, maxActions: 8 })).to.deep.equal({ steps: 8, message: 'pending' });
    expect(progressOf({ currentStep: '2', maxActions: null, thoughts: [{ text: { a: 1 } }] })).to.deep.equal({ message: 'pending' });
    expect(progressOf({ currentStep: 2, maxActions: null, thoughts: null })).to.deep.equal({ step: 2, message: 'pending' });
  });

  it('is given back however it ended when the caller wants that', async () => {
    polls({ status: 'cancelled' });
    expect((await execution.wait({ throwOnFailure: false })).isCancelled).to.equal(true);
  });

  it('shares its requests with others that are waited for in the same moment, whichever team’s they are', async () => {
    nock(origin)
      .get('/agent-executions')
      .query({ page: 1, pageSize: 2, agentExecutionIds: 'ae1,ae2' })
      .reply(
        200,
        page([json.agentExecution({ status: 'completed' }), json.agentExecution({ agentExecutionId: 'ae2', status: 'completed' })]),
      );
    const other = mai.AgentExecution.fromDict(json.agentExecution({ agentExecutionId: 'ae2' }));
    const [one, two] = await Promise.all([execution.wait(), other.wait()]);
    expect([one.isCompleted, two.isCompleted]).to.deep.equal([true, true]);
  });

  it('can be neither cancelled, changed nor deleted, and says what to do instead, without a request', async () => {
    expect((await failure(execution.cancel())).message).to.contain('Abort the wait');
    expect((await failure(execution.delete())).message).to.contain('Deleting its agent');
    expect((await failure(execution.save({ maxActions: 3 }))).message).to.contain('no way to update');
    for (const use of [execution.cancel(), execution.delete()]) expect(await failure(use)).to.be.instanceOf(ValidationError);
  });

  it('has memory states, one by one or by number', async () => {
    nock(origin)
      .get('/agent-executions/ae1/memory-states')
      .query({ page: 1, pageSize: 10, orderBy: 'version', orderDirection: 'desc', latest: 'true' })
      .reply(200, page([memory()]));
    const [state] = (await execution.memoryStates({ orderBy: 'version', orderDirection: 'desc', latest: true })).results;
    expect(state).to.include({ id: 'm1', version: 1 });
    nock(origin)
      .get('/agent-executions/ae1/memory-states/1')
      .reply(200, memory({ state: { facts: ['x'] } }));
    await state!.refresh();
    expect(state!.state).to.deep.equal({ facts: ['x'] });
    nock(origin).get('/agent-executions/ae1/memory-states/7').reply(404);
    expect(await failure(execution.memoryState(7))).to.be.instanceOf(NotFoundError);
    expect(await failure(execution.memoryState(0))).to.be.instanceOf(ValidationError);
  });

  it('has a live tail with its steps in one shape', async () => {
    nock(origin)
      .get('/agent-executions/ae1/live-tail')
      .reply(200, {
        execution: {
          agentExecutionId: 'ae1',
          status: 'running',
          currentStep: 2,
          createdAt: '2024-01-15T10:00:00.000Z',
          updatedAt: null,
          startedAt: null,
          completedAt: null,
        },
        latestMemoryState: memory(),
        steps: [{ stepType: 'thought', thought: 'Hm.' }],
        totalVersions: 1,
      });
    const tail = await execution.liveTail();
    expect(tail.execution).to.include({ status: 'running', currentStep: 2, startedAt: null });
    expect(tail.latestMemoryState).to.be.instanceOf(mai.bind(tail.latestMemoryState!.constructor as never));
    expect(tail.latestMemoryState?.context).to.equal(mai);
    expect(tail.steps.map(({ kind, text }) => [kind, text])).to.deep.equal([['thought', 'Hm.']]);
    expect(tail.totalVersions).to.equal(1);
  });
});

describe('a step of an agent', () => {
  const at = '2024-01-15T10:00:00.000Z';

  for (const kind of ['task', 'thought', 'code', 'observation', 'plan', 'system']) {
    it(`of the kind ${kind} reads the same in both spellings`, () => {
      const camel = readStep({ stepType: kind, [kind]: 'text', startedAt: at, endedAt: null, summary: 's' });
      const snake = readStep({ step_type: kind, [kind]: 'text', started_at: at, ended_at: null, summary: 's' });
      expect({ ...camel, raw: null }).to.deep.equal({ ...snake, raw: null });
      expect(camel).to.deep.include({ kind, text: 'text', summary: 's', startedAt: new Date(at), endedAt: null });
    });
  }

  it('with facts or a final answer keeps its text elsewhere', () => {
    expect(readStep({ step_type: 'fact', facts: 'f' }).text).to.equal('f');
    const answer = { type: 'final_answer', output: 'because', resourceIds: ['r1'] };
    for (const step of [
      { stepType: 'final_answer', finalAnswer: answer },
      { step_type: 'final_answer', final_answer: answer },
    ]) {
      expect(readStep(step)).to.deep.include({ kind: 'final_answer', text: 'because', resourceIds: ['r1'] });
    }
  });

  it('in the shape of the vendor’s examples is understood, too', () => {
    expect(readStep({ type: 'planning', content: 'First …', timestamp: at })).to.deep.include({
      kind: 'planning',
      text: 'First …',
      startedAt: new Date(at),
    });
  });

  it('that nobody knows is kept as it came', () => {
    for (const raw of [{ odd: 1 }, 'text', null]) expect(readStep(raw)).to.deep.include({ kind: 'unknown', text: '', raw });
  });
});
