import { expect } from 'chai';
import nock from 'nock';
import { Pipeline, PipelineResponse } from '../../../src/aixplain/index.js';
import { AbortedError, OperationFailedError, OperationTimeoutError, ResourceError, ValidationError } from '../../../src/index.js';
import { systemClock } from '../../../src/model/ports/clock.js';
import type { BackOff } from '../../../src/model/ports/waiter.js';
import { BackOffDelays } from '../../../src/polling/back-off.js';
import { failure } from '../../support/failure.js';
import { withoutNetwork } from '../../support/widgets.js';
import { accepts, pipeline, pollPath, polls, quick, runPath, url } from '../support/pipeline-runs.js';
import { backend, connect } from '../support/platform.js';

describe('running a pipeline', () => {
  withoutNetwork();

  it('sends a text, follows the run poll by poll, and gives its output', async () => {
    accepts({ data: 'hello', batchmode: true, version: null });
    const data = [{ label: 'Result', segments: [{ response: 'HELLO', success: true }] }];
    polls({ status: 'IN_PROGRESS', completed: false, progress: '50%' }, { status: 'SUCCESS', completed: true, data });
    const seen: [number, string][] = [];
    const mine = pipeline();
    mine.on('poll', ({ attempt, result }) => seen.push([attempt, (result as PipelineResponse).status]));
    const response = await mine.run('hello', quick);
    expect(response).to.be.instanceOf(PipelineResponse);
    expect(seen).to.deep.equal([
      [1, 'IN_PROGRESS'],
      [2, 'SUCCESS'],
    ]);
    expect([response.status, response.completed, response.error]).to.deep.equal(['SUCCESS', true, null]);
    expect(response.data).to.deep.equal(data);
    expect(response.elapsedTime).to.be.greaterThan(0.1).and.lessThan(9);
  });

  it('polls what was accepted with the word SUCCESS', async () => {
    accepts(undefined, { status: 'SUCCESS', url });
    polls({ status: 'SUCCESS', completed: true, data: 1 });
    expect((await pipeline().run('x')).data).to.equal(1);
  });

  it('ends with a final word, in any case, whether or not the response says completed', async () => {
    accepts();
    polls({ status: 'Success', data: { a: 1 } });
    expect((await pipeline().run('x')).data).to.deep.equal({ a: 1 });
  });

  it('unpacks an output that is a text', async () => {
    accepts();
    polls({ status: 'SUCCESS', completed: true, data: JSON.stringify({ response: { a: [1] } }) });
    expect((await pipeline().run('x')).data).to.deep.equal({ a: [1] });
  });

  it('leaves an output that is another text as it is', async () => {
    for (const data of ['', 'plain', '{"answer":1}', '[1]']) {
      accepts();
      polls({ status: 'SUCCESS', completed: true, data });
      expect((await pipeline().run('x')).data).to.equal(data);
    }
  });

  it('sends the settings of the run, and lets params have the last word', async () => {
    accepts({ data: 'x', batchmode: false, version: '3.0' });
    polls({ status: 'SUCCESS', completed: true });
    await pipeline().run('x', { batchMode: false, version: '3.0' });
    accepts({ data: 'x', batchmode: 'twice', version: '2.0', callback: 'https://me.test' });
    polls({ status: 'SUCCESS', completed: true });
    await pipeline({}, '2.0').run('x', { params: { batchmode: 'twice', callback: 'https://me.test' } });
  });

  it('names who runs it in headers, never in the body', async () => {
    nock(backend, { reqheaders: { 'x-user-id': 'u1', 'x-session-id': 's1' } })
      .post(runPath, { data: 'x', batchmode: true, version: null })
      .reply(201, { status: 'IN_PROGRESS', url });
    polls({ status: 'SUCCESS', completed: true });
    await pipeline().run('x', { identifier: 'u1', sessionId: 's1' });
  });

  it('is run where the connection says pipelines are run', async () => {
    nock('https://engine.test').post('/go/p1').reply(200, { status: 'IN_PROGRESS', url: 'https://engine.test/poll/1' });
    nock('https://engine.test', { reqheaders: { 'x-api-key': 'team-key-of-the-tests' } })
      .get('/poll/1')
      .reply(200, { status: 'SUCCESS', completed: true });
    await pipeline({ pipelineUrl: 'https://engine.test/go' }).run('x');
  });

  it('is polled elsewhere without the key', async () => {
    accepts(undefined, { status: 'IN_PROGRESS', url: 'https://elsewhere.test/poll/1' });
    nock('https://elsewhere.test', { badheaders: ['x-api-key', 'x-aixplain-key', 'authorization'] })
      .get('/poll/1')
      .reply(200, { status: 'SUCCESS', completed: true });
    await pipeline().run('x');
  });

  it('goes on when a poll fails for a while', async () => {
    accepts();
    nock(backend).get(pollPath).reply(503, { message: 'busy' });
    nock(backend).get(pollPath).replyWithError('broken');
    polls({ status: 'SUCCESS', completed: true, data: 2 });
    const retries: string[] = [];
    const mine = pipeline();
    mine.on('retry', ({ error }) => retries.push(error.name));
    expect((await mine.run('x', quick)).data).to.equal(2);
    expect(retries).to.deep.equal(['ServerError', 'ConnectionError']);
  });

  it('ends at once when a poll is refused, and does not run again', async () => {
    accepts();
    nock(backend).get(pollPath).reply(403, { message: 'no longer yours' });
    const error = await failure(pipeline().run('x', { runRetries: 3, runRetryWait: 0 }));
    expect([error.name, error.status]).to.deep.equal(['PermissionDeniedError', 403]);
  });

  it('fails with the platform’s own words', async () => {
    accepts();
    polls({ status: 'FAILED', completed: true, error: { error: 'Subscription expired', status: 'ERROR' } });
    const error = await failure(pipeline().run('x'));
    expect(error).to.be.instanceOf(OperationFailedError);
    expect([error.reason, error.retryable]).to.deep.equal(['Subscription expired', false]);
    expect((error.result as PipelineResponse).status).to.equal('FAILED');
  });

  it('fails when it was not even begun', async () => {
    accepts(undefined, { status: 'FAILED', error: 'no workers' });
    expect((await failure(pipeline().run('x'))).message).to.equal('Operation failed: no workers');
    accepts(undefined, { status: 'ABORTED', error: 'gone', url });
    expect((await failure(pipeline().run('x'))).message).to.equal('Operation failed: gone');
  });

  it('ends with an error when the time is over, and can be taken up again', async () => {
    accepts();
    polls({ status: 'IN_PROGRESS', completed: false });
    const mine = pipeline();
    const error = await failure(mine.run('x', { timeout: 0 }));
    expect(error).to.be.instanceOf(OperationTimeoutError);
    expect((error.result as PipelineResponse).status).to.equal('IN_PROGRESS');
    expect(JSON.parse(error.token as string)).to.deep.equal({ v: 1, class: 'Pipeline', path: pollPath, deadline: null });
    polls({ status: 'SUCCESS', completed: true, data: 3 });
    const resumed = await (mine.constructor as typeof Pipeline).resume(error.token as string).wait();
    expect(resumed.data).to.equal(3);
  });

  it('stops waiting when it is told to', async () => {
    accepts();
    polls({ status: 'IN_PROGRESS', completed: false });
    const stop = new AbortController();
    const mine = pipeline();
    mine.on('poll', () => stop.abort());
    expect(await failure(mine.run('x', { signal: stop.signal }))).to.be.instanceOf(AbortedError);
  });

  it('says so when the platform does not tell where to poll', async () => {
    accepts(undefined, { status: 'IN_PROGRESS' });
    const error = await failure(pipeline().run('x'));
    expect(error).to.be.instanceOf(ResourceError);
    expect(error.message).to.contain('no "url"');
    expect(error.outcome).to.equal('unknown');
  });

  it('is polled after a second, then after a tenth longer each time, up to a minute, for 20,000 seconds', () => {
    const steady = { ...systemClock, random: () => 0.5 };
    const waits = new BackOffDelays(Pipeline.runBackOff as BackOff);
    const first = Array.from({ length: 5 }, () => waits.next(steady) / 1000);
    expect(first.map((seconds) => seconds.toFixed(4))).to.deep.equal(['1.0000', '1.1000', '1.2100', '1.3310', '1.4641']);
    for (let index = 0; index < 60; index++) waits.next(steady);
    expect([waits.next(steady), Pipeline.runTimeout]).to.deep.equal([60_000, 20_000]);
  });

  it('needs an id and something to run on, before any request', async () => {
    const unsaved = new (connect().Pipeline)({ name: 'p' });
    expect((await failure(unsaved.run('x'))).message).to.contain('has not been saved yet');
    expect(await failure(pipeline().run())).to.be.instanceOf(ValidationError);
    expect(await failure(pipeline().runAsync())).to.be.instanceOf(ValidationError);
  });

  it('refuses an input that contains itself, before any request', async () => {
    const loop: Record<string, unknown> = { list: [] };
    (loop.list as unknown[]).push(loop);
    const error = await failure(pipeline().run(loop));
    expect(error).to.be.instanceOf(ValidationError);
    expect(error.message).to.contain('contains itself');
    const twice = { deep: 1 };
    accepts(
      {
        data: [
          { value: twice, nodeId: 'a' },
          { value: twice, nodeId: 'b' },
        ],
        batchmode: true,
        version: null,
      },
      { status: 'SUCCESS', completed: true, data: 'done', url },
    );
    expect((await pipeline().run({ a: twice, b: twice })).data).to.equal('done');
  });

  it('lets hooks take part', async () => {
    const log: unknown[] = [];
    const mine = pipeline();
    Object.assign(mine, {
      beforeRun: (...args: unknown[]) => void log.push(['before', ...args]),
      afterRun: (result: PipelineResponse) => void log.push(['after', result.status]),
      onPoll: (result: PipelineResponse) => void log.push(['poll', result.status]),
    });
    accepts();
    polls({ status: 'SUCCESS', completed: true });
    await mine.run('x', quick);
    expect(log).to.deep.equal([
      ['before', 'x', quick],
      ['poll', 'SUCCESS'],
      ['after', 'SUCCESS'],
    ]);
  });
});

describe('starting a pipeline without waiting', () => {
  withoutNetwork();

  it('gives the first response and a handle to wait with', async () => {
    accepts(undefined, { status: 'SUCCESS', url, requestId: 'e1' });
    const run = await pipeline().runAsync('x');
    expect([run.status, run.url, run.id]).to.deep.equal(['SUCCESS', url, 'e1']);
    polls({ status: 'SUCCESS', completed: true, data: 4 });
    expect((await run.wait()).data).to.equal(4);
  });

  it('can be polled by hand', async () => {
    const mine = pipeline();
    polls({ status: 'IN_PROGRESS', completed: false, elapsed_time: 3, note: 'n' });
    const response = await mine.poll(url);
    expect([response.status, response.elapsedTime, response.note]).to.deep.equal(['IN_PROGRESS', 3, 'n']);
    polls({ status: 'SUCCESS', completed: true, data: 1 });
    expect((await mine.syncPoll(url)).data).to.equal(1);
  });

  it('is not begun again when the response was lost', async () => {
    nock(backend).post(runPath).replyWithError('reset');
    const error = await failure(pipeline({ maxRetries: 5 }).runAsync('x', { runRetries: 2, runRetryWait: 0 }));
    expect([error.outcome, error.retryable]).to.deep.equal(['unknown', false]);
  });

  it('is begun again when the platform refused it for now and the caller wants that', async () => {
    nock(backend).post(runPath).reply(485, { message: 'supplier is down' });
    accepts();
    expect((await pipeline().runAsync('x', { runRetries: 1, runRetryWait: 0 })).url).to.equal(url);
  });

  const refusals: [number, string, string, boolean, string][] = [
    [400, 'BadRequestError', 'AX-VAL-1000', false, 'Bad request'],
    [401, 'AuthenticationError', 'AX-AUTH-1000', false, 'Unauthorized API key'],
    [402, 'APIError', 'AX-BIL-1000', false, 'Payment required'],
    [403, 'PermissionDeniedError', 'AX-RES-1000', false, 'Forbidden'],
    [404, 'NotFoundError', 'AX-RES-1000', false, 'Not found'],
    [418, 'APIError', 'AX-INT-1000', false, 'Unspecified Client Error (Status 418)'],
    [429, 'RateLimitError', 'AX-SUP-1000', true, 'Rate limit'],
    [465, 'APIError', 'AX-RES-1000', false, 'Subscription-related error'],
    [475, 'APIError', 'AX-BIL-1000', false, 'Billing-related error'],
    [485, 'APIError', 'AX-SUP-1000', true, 'Supplier-related error'],
    [495, 'APIError', 'AX-VAL-1000', false, 'Validation-related error'],
    [497, 'APIError', 'AX-VAL-1000', true, 'requests per minute'],
    [500, 'ServerError', 'AX-INT-1000', true, 'Server error'],
    [501, 'ServerError', 'AX-INT-1000', false, 'Unspecified Server Error (Status 501)'],
  ];
  for (const [status, name, code, retryable, gist] of refusals) {
    it(`tells what ${status} means, with the platform’s code, its own words and whether to try again`, async () => {
      nock(backend).post(runPath).reply(status, { message: 'said so' });
      const error = await failure(pipeline().runAsync('input_data'));
      expect([error.status, error.name, error.code, error.retryable]).to.deep.equal([status, name, code, retryable]);
      expect(error.message).to.contain(gist).and.contain('said so');
    });
  }

  it('leaves open what became of a run that a gateway gave up on', async () => {
    for (const status of [502, 503, 504]) {
      nock(backend).post(runPath).reply(status, '');
      const error = await failure(pipeline().runAsync('x'));
      expect([error.status, error.outcome, error.retryable]).to.deep.equal([status, 'unknown', false]);
    }
  });
});
