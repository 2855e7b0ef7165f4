import { expect } from 'chai';
import nock from 'nock';
import { AixplainResult } from '../../../src/aixplain/index.js';
import { OperationFailedError, OperationTimeoutError, Result } from '../../../src/index.js';
import { systemClock } from '../../../src/model/ports/clock.js';
import { BackOffDelays } from '../../../src/polling/back-off.js';
import { failure } from '../../support/failure.js';
import { withoutNetwork } from '../../support/widgets.js';
import { backend, connect, Demo } from '../support/platform.js';

const url = `${backend}/poll/1`;
const pending = { status: 'IN_PROGRESS', data: url, requestId: 'r1' };
const success = { status: 'SUCCESS', completed: true };

function demo(options: Parameters<typeof connect>[0] = {}): Demo {
  return new (connect(options).bind(Demo))({ id: '123' });
}

function starts(status: number, answer: object, times = 1): void {
  nock(backend)
    .post('/demo/123/run')
    .times(times)
    .reply(status, { ...answer });
}

function polls(...answers: object[]): void {
  for (const answer of answers)
    nock(backend)
      .get('/poll/1')
      .reply(200, { ...answer });
}

describe('running a resource', () => {
  withoutNetwork();

  it('posts once to its own address, and may be over at once', async () => {
    starts(200, { ...success, data: 'now' });
    const run = await demo().runAsync();
    expect(run.result).to.be.instanceOf(Result).and.be.instanceOf(AixplainResult);
    expect([run.status, run.result.completed, run.url]).to.deep.equal(['SUCCESS', true, null]);
    expect((await run.wait()).data).to.equal('now');
  });

  it('polls until it is over', async () => {
    starts(200, pending);
    polls({ ...success, data: 'later' });
    const result = await demo().run();
    expect([result.status, result.completed, result.data, result.requestId]).to.deep.equal(['SUCCESS', true, 'later', 'r1']);
  });

  it('sends its parameters as they are, and none of its options', async () => {
    nock(backend)
      .post('/demo/123/run', { text: 'x', none: null, identifier: 'in the body' })
      .reply(200, { ...success });
    await demo().run({ text: 'x', none: null, identifier: 'in the body' }, { timeout: 5, waitTime: 1, runRetries: 1, sessionId: 's' });
    expect(demo().buildRunUrl({})).to.equal('demo/123/run');
    const params = { a: 1 };
    expect(demo().buildRunPayload(params, {})).to.equal(params);
  });

  it('names user and session in headers, both, one or none', async () => {
    const rows: [object, Record<string, string>, string[]][] = [
      [{ identifier: 'u' }, { 'x-user-id': 'u' }, ['x-session-id']],
      [{ sessionId: 's' }, { 'x-session-id': 's' }, ['x-user-id']],
      [{ identifier: 'u', sessionId: 's' }, { 'x-user-id': 'u', 'x-session-id': 's' }, []],
      [{}, {}, ['x-user-id', 'x-session-id']],
    ];
    for (const [options, reqheaders, badheaders] of rows) {
      nock(backend, { reqheaders, badheaders })
        .post('/demo/123/run')
        .reply(200, { ...success });
      await demo().run({}, options);
    }
  });

  it('polls an id as well as an address, and knows data that is an address from one', async () => {
    starts(200, { status: 'IN_PROGRESS', data: 'pending-id' });
    expect((await demo().runAsync()).url).to.equal('pending-id');
    starts(200, { status: 'IN_PROGRESS', data: 'pending-id' });
    nock(backend)
      .get('/pending-id')
      .reply(200, { ...success });
    expect((await demo().run()).status).to.equal('SUCCESS');
    starts(200, { ...success, data: 'https://host.test/video.mp4' });
    const media = await demo().run();
    expect([media.data, media.url]).to.deep.equal(['https://host.test/video.mp4', null]);
  });

  it('takes a response without status or completed', async () => {
    starts(200, { requestId: 'r1', data: url });
    polls({ status: 'success', data: '' });
    expect((await demo().run()).data).to.equal('');
    for (const data of [0, false, []]) {
      starts(200, { ...success, data });
      expect((await demo().run()).data).to.deep.equal(data);
    }
  });

  it('ends with every final word of the platform', async () => {
    for (const status of ['FAILED', 'failed', 'ABORTED', 'CANCELLED', 'ERROR']) {
      starts(200, pending);
      polls({ status, error_message: 'because' });
      expect((await failure(demo().run())).message).to.equal('Operation failed: because');
    }
  });

  it('is begun again as often as the caller says, after what may pass', async () => {
    starts(429, {});
    starts(200, success);
    expect((await (await demo().runAsync({}, { runRetries: 2, runRetryWait: 0 })).wait()).status).to.equal('SUCCESS');
    starts(429, {}, 3);
    expect((await failure(demo().runAsync({}, { runRetries: 2, runRetryWait: 0 }))).status).to.equal(429);
    starts(400, { message: 'wrong' });
    expect((await failure(demo().runAsync({}, { runRetries: 5, runRetryWait: 0 }))).status).to.equal(400);
  });

  it('is not begun again because a poll failed: the poll is', async () => {
    starts(200, pending);
    nock(backend).get('/poll/1').reply(503, { message: 'busy' });
    polls(success);
    expect((await demo().run({}, { runRetries: 2, waitTime: 0 })).status).to.equal('SUCCESS');
  });

  it('is not begun again because it failed', async () => {
    starts(200, { status: 'FAILED', completed: true, error: 'always' });
    const error = await failure(demo().run({}, { runRetries: 5, runRetryWait: 0 }));
    expect([error.name, error.retryable]).to.deep.equal(['OperationFailedError', false]);
  });
});

describe('polling a run', () => {
  withoutNetwork();

  it('is one poll', async () => {
    polls(success);
    const result = await demo().poll(url);
    expect([result instanceof Result, result.status]).to.deep.equal([true, 'SUCCESS']);
  });

  it('fails with the words the platform hid in its data', async () => {
    polls({ status: 'FAILED', errorMessage: null, supplierError: null, data: { error: 'hidden words' } });
    const error = await failure(demo().poll(url));
    expect(error).to.be.instanceOf(OperationFailedError);
    expect([error.message, error.reason]).to.deep.equal(['Operation failed: hidden words', 'hidden words']);
  });

  it('keeps the status of a response that says no', async () => {
    nock(backend).get('/poll/1').reply(401, { message: 'who' });
    const error = await failure(demo().poll(url));
    expect([error.status, error.retryable]).to.deep.equal([401, false]);
  });

  it('until the end shows each response once, the last one too', async () => {
    const mine = demo();
    const seen: unknown[] = [];
    Object.assign(mine, { onPoll: ({ status }: Result) => void seen.push(status) });
    polls(success);
    await mine.syncPoll(url);
    expect(seen).to.deep.equal(['SUCCESS']);
  });

  it('until the end times out with what it saw last', async () => {
    nock(backend).get('/poll/1').times(10).reply(200, { status: 'IN_PROGRESS', completed: false });
    const error = await failure(demo().syncPoll(url, { timeout: 0.1, waitTime: 0.05 }));
    expect(error).to.be.instanceOf(OperationTimeoutError);
    expect([error.message.includes('timed out'), (error.result as Result).status]).to.deep.equal([true, 'IN_PROGRESS']);
    nock.cleanAll();
  });

  it('until the end ends when a hook fails, instead of hiding it', async () => {
    const mine = demo();
    Object.assign(mine, {
      onPoll: () => {
        throw new RangeError('my mistake');
      },
    });
    polls({ status: 'IN_PROGRESS' });
    expect((await failure(mine.syncPoll(url))).message).to.contain('my mistake');
  });

  it('waits half a second, then a tenth longer each time, up to a minute, and 300 seconds in all', () => {
    const steady = { ...systemClock, random: () => 0.5 };
    const waits = new BackOffDelays({ initial: 0.5, factor: 1.1, max: 60, min: 0.2 });
    const first = Array.from({ length: 5 }, () => waits.next(steady) / 1000);
    expect(first.map((seconds) => seconds.toFixed(5))).to.deep.equal(['0.50000', '0.55000', '0.60500', '0.66550', '0.73205']);
    for (let index = 0; index < 60; index++) waits.next(steady);
    expect(waits.next(steady)).to.equal(60_000);
  });
});
