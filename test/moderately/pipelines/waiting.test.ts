import { expect } from 'chai';
import nock from 'nock';
import { AbortedError, OperationFailedError, OperationTimeoutError, type PollEvent } from '../../../src/index.js';
import type { Moderately, PipelineExecution } from '../../../src/moderately/index.js';
import { failure } from '../../support/failure.js';
import { connect, json, onTheWire, origin, page } from '../support/connect.js';

describe('waiting for an execution of a pipeline', () => {
  onTheWire();
  let mai: Moderately;
  beforeEach(() => {
    mai = connect();
  });

  const one = (more: object = {}): PipelineExecution => mai.PipelineExecution.fromDict(json.execution(more));

  /** Prepares one answer per poll. */
  function polls(...states: object[]): void {
    for (const state of states) nock(origin).get('/pipeline-executions/e1').reply(200, json.execution(state));
  }

  it('tells of every poll, is up to date at each, and resolves to itself', async () => {
    const execution = one();
    polls(
      { status: 'pending' },
      { status: 'running', currentStep: 1, totalSteps: 2 },
      { status: 'completed', currentStep: 2, totalSteps: 2 },
    );
    const told: unknown[] = [];
    execution.on('poll', ({ attempt }) => told.push([attempt, execution.status]));
    const progress: unknown[] = [];
    execution.on('progress', ({ fraction, step, steps }) => progress.push([fraction, step, steps]));
    let completed = 0;
    execution.on('complete', () => completed++);
    expect(await execution.wait({ waitTime: 0.01 })).to.equal(execution);
    expect(told).to.deep.equal([
      [1, 'pending'],
      [2, 'running'],
      [3, 'completed'],
    ]);
    expect(progress).to.deep.equal([
      [undefined, undefined, undefined],
      [0.5, 1, 2],
      [1, 2, 2],
    ]);
    expect([completed, execution.isModified]).to.deep.equal([1, false]);
  });

  it('is polled at once, and then every 2 seconds, or as often as the caller wants', async () => {
    const delays: (number | null)[] = [];
    for (const options of [{}, { waitTime: 0.5 }]) {
      polls({ status: 'running' });
      for await (const { nextDelayMs } of one().polls(options)) {
        delays.push(nextDelayMs);
        break;
      }
    }
    expect(delays[0]).to.be.within(1600, 2400);
    expect(delays[1]).to.be.within(400, 600);
  });

  it('ends with an error when the time is over, which names the state and can be resumed from', async () => {
    polls({ status: 'running' });
    const error = await failure<OperationTimeoutError>(one().wait({ timeout: 0 }));
    expect(error).to.be.instanceOf(OperationTimeoutError);
    expect(error.message).to.contain('0 seconds').and.contain('running');
    polls({ status: 'completed' });
    const resumed = mai.PipelineExecution.resume(error.token!);
    expect(resumed).to.include({ id: 'e1', isNew: false, isPartial: false });
    expect((await resumed.wait()).isCompleted).to.equal(true);
  });

  it('stops at once when it is told to, and goes on at the platform', async () => {
    polls({ status: 'running' });
    const controller = new AbortController();
    const execution = one();
    execution.on('poll', () => controller.abort());
    expect(await failure(execution.wait({ signal: controller.signal }))).to.be.instanceOf(AbortedError);
    polls({ status: 'completed' });
    expect((await execution.wait()).isCompleted).to.equal(true);
  });

  for (const [what, progressData, reason] of [
    ['a list of errors', { errors: ['one', 'two'], error: 'three' }, 'one; two'],
    ['one error', { error: 'three' }, 'three'],
    ['errors with a structure', { errors: [{ message: 'one' }, { code: 7 }, null] }, 'one; {"code":7}'],
    ['no details', {}, 'Unknown error'],
    ['nothing at all', null, 'Unknown error'],
  ] as const) {
    it(`fails with ${what} in the platform’s own words`, async () => {
      polls({ status: 'failed', progressData });
      const execution = one();
      const error = await failure<OperationFailedError>(execution.wait());
      expect(error).to.be.instanceOf(OperationFailedError);
      expect(error).to.include({ reason, code: 'failed', result: execution });
      expect(error.message).to.contain(reason);
    });
  }

  it('that is cancelled fails as cancelled, with the reason where there is one', async () => {
    polls({ status: 'cancelled', progressData: { cancelReason: 'enough' } });
    const error = await failure<OperationFailedError>(one().wait());
    expect(error).to.include({ reason: 'enough', code: 'cancelled' });
  });

  it('may end in failure without an error', async () => {
    polls({ status: 'failed' });
    expect((await one().wait({ throwOnFailure: false })).isFailed).to.equal(true);
  });

  it('goes on while it is paused', async () => {
    polls({ status: 'paused' }, { status: 'paused' }, { status: 'completed' });
    expect((await one().wait({ waitTime: 0.01 })).isCompleted).to.equal(true);
  });

  it('goes on when a poll fails for a while, and ends at once when it is refused', async () => {
    nock(origin).get('/pipeline-executions/e1').reply(503);
    polls({ status: 'completed' });
    let retried = 0;
    const execution = one();
    execution.on('retry', () => retried++);
    await execution.wait({ waitTime: 0.01 });
    expect(retried).to.equal(1);
    nock(origin).get('/pipeline-executions/e1').reply(403);
    expect((await failure(one().wait())).name).to.equal('PermissionDeniedError');
  });

  it('keeps local edits on top of what it learns', async () => {
    const execution = one();
    execution.totalSteps = 9;
    polls({ status: 'completed', totalSteps: 3 });
    await execution.wait();
    expect([execution.totalSteps, execution.original('totalSteps')]).to.deep.equal([9, 3]);
  });

  it('says nothing on the screen', async () => {
    polls({ status: 'completed' });
    const write = process.stdout.write;
    const written: unknown[] = [];
    process.stdout.write = ((text: unknown) => written.push(text) > 0) as typeof write;
    try {
      await one().wait();
    } finally {
      process.stdout.write = write;
    }
    expect(written).to.deep.equal([]);
  });

  it('shares its requests with others that are waited for in the same moment, whichever team’s they are', async () => {
    const ids = ['e1', 'e2', 'e3'];
    nock(origin)
      .get('/pipeline-executions')
      .query({ page: 1, pageSize: 3, pipelineExecutionIds: ids.join(',') })
      .reply(
        200,
        page([json.execution({ status: 'completed' }), json.execution({ pipelineExecutionId: 'e2', status: 'failed' })], { size: 3 }),
      );
    nock(origin).get('/pipeline-executions/e3').reply(404);
    const [first, second, third] = await Promise.allSettled(ids.map((pipelineExecutionId) => one({ pipelineExecutionId }).wait()));
    expect([first?.status, second?.status, third?.status]).to.deep.equal(['fulfilled', 'rejected', 'rejected']);
    expect(String((third as PromiseRejectedResult).reason)).to.contain('404');
  });

  it('shows the event to its own class’s method', async () => {
    const seen: unknown[] = [];
    class Watching extends mai.PipelineExecution {
      override onPoll(result: unknown, event: PollEvent): void {
        seen.push(result === this, event.attempt);
      }
    }
    polls({ status: 'completed' });
    await Watching.fromDict(json.execution()).wait();
    expect(seen).to.deep.equal([true, 1]);
  });
});
