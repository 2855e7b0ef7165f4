import { expect } from 'chai';
import nock from 'nock';
import {
  AbortedError,
  APIError,
  BadRequestError,
  BaseResource,
  BaseResult,
  DeleteResult,
  Entity,
  OnPoll,
  OperationFailedError,
  OperationTimeoutError,
  type PollEvent,
  Result,
  Run,
  RunnableResourceMixin,
  ValidationError,
} from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { connect, origin, withoutNetwork } from '../../support/widgets.js';

const log: string[] = [];

@Entity({ path: 'jobs' })
class Job extends RunnableResourceMixin(BaseResource) {
  static override runBackOff = { initial: 0.001, factor: 1, max: 0.001, min: 0 };

  override onPoll(result: unknown): unknown {
    log.push(`onPoll ${(result as Result).status}`);
    return undefined;
  }
  @OnPoll() decorated(event: PollEvent): void {
    log.push(`@OnPoll ${event.attempt}`);
  }
  override afterRun(result: unknown): unknown {
    log.push(`afterRun ${result instanceof Error ? result.name : (result as Result).status}`);
    return undefined;
  }
}

describe('a run', () => {
  withoutNetwork();
  const api = connect();
  const Jobs = api.bind(Job);
  const job = (): Job => Jobs.fromDict({ id: 'j/1' });
  beforeEach(() => {
    log.length = 0;
  });
  after(() => api.close());

  const begins = (answer: object = { status: 'IN_PROGRESS', data: `${origin}/runs/9`, requestId: 'r9' }): nock.Scope =>
    nock(origin).post('/jobs/j%2F1/run').reply(200, answer);
  const polls = (...answers: (object | [number, object])[]): void => {
    for (const answer of answers) {
      const [status, body] = Array.isArray(answer) ? (answer as [number, object]) : [200, answer];
      nock(origin)
        .get('/runs/9')
        .reply(status, body as nock.Body);
    }
  };
  const running = { status: 'IN_PROGRESS', completed: false };
  const succeeded = { status: 'SUCCESS', completed: true, data: { answer: 42 } };

  it('is started with its parameters, and followed poll by poll to its result', async () => {
    nock(origin)
      .post('/jobs/j%2F1/run', { text: 'x', n: null })
      .reply(200, { requestId: 'r9', data: `${origin}/runs/9` });
    polls(running, succeeded);
    const record = job();
    const events: [number, boolean][] = [];
    record.on('poll', ({ attempt, nextDelayMs }) => events.push([attempt, nextDelayMs === null]));
    record.on('complete', () => log.push('complete'));
    record.on('run', () => log.push('run event'));
    const result = await record.run({ text: 'x', n: null });
    expect(result).to.be.instanceOf(Result);
    expect(result.data).to.deep.equal({ answer: 42 });
    expect(events).to.deep.equal([
      [1, false],
      [2, true],
    ]);
    expect(log).to.deep.equal([
      '@OnPoll 1',
      'onPoll IN_PROGRESS',
      '@OnPoll 2',
      'onPoll SUCCESS',
      'complete',
      'afterRun SUCCESS',
      'run event',
    ]);
  });

  it('is refused with parameters that are not an object, before any hook', async () => {
    for (const [given, shown] of [
      ['how much?', '"how much?"'],
      [null, 'null'],
      [7, '7'],
    ]) {
      const error = await failure(job().run(given as never), ValidationError);
      expect(error.message).to.equal(`run of Job(id=j/1): the parameters must be an object, such as { name: value } (got ${shown}).`);
      expect(await failure(job().runAsync(given as never))).to.be.instanceOf(ValidationError);
    }
    expect(log).to.deep.equal([]);
  });

  it('that is finished at once is not polled', async () => {
    begins({ status: 'SUCCESS', completed: true, data: 'https://elsewhere.test/video.mp4' });
    const result = await job().run();
    expect(result.data).to.equal('https://elsewhere.test/video.mp4');
    expect(result.url).to.equal(null);
    expect(log).to.deep.equal(['afterRun SUCCESS']);
  });

  it('sends who runs and in which session as headers, never in the body', async () => {
    nock(origin, { reqheaders: { 'x-user-id': 'me', 'x-session-id': 's1', 'x-mine': 'y' } })
      .post('/jobs/j%2F1/run', { a: 1 })
      .reply(200, succeeded);
    await job().run({ a: 1 }, { identifier: 'me', sessionId: 's1', headers: { 'x-mine': 'y' }, timeout: 5, waitTime: 1 });
  });

  it('that fails ends with the words of the platform', async () => {
    begins();
    polls(running, { status: 'failed', data: { error: 'the model is gone' }, statusCode: 490 });
    const record = job();
    const error = await failure<OperationFailedError>(record.run());
    expect(error).to.be.instanceOf(OperationFailedError);
    expect(error).to.include({ message: 'Operation failed: the model is gone', reason: 'the model is gone', code: 490, retryable: false });
    expect((error.result as Result).status).to.equal('failed');
    expect(log.at(-1)).to.equal('afterRun OperationFailedError');
  });

  for (const status of ['ABORTED', 'Cancelled', 'ERROR', 'FAILED']) {
    it(`that ends ${status} has failed, completed or not`, async () => {
      begins();
      polls({ status });
      expect(await failure(job().run())).to.be.instanceOf(OperationFailedError);
    });
  }

  for (const answer of [{ status: 'success' }, { status: 'COMPLETED' }, { status: 'whatever', completed: true }]) {
    it(`that answers ${JSON.stringify(answer)} has succeeded`, async () => {
      begins();
      polls(answer);
      expect((await job().run()).status).to.equal(answer.status);
    });
  }

  it('in a state nobody knows goes on, with one warning', async () => {
    begins();
    polls({ status: 'SHUFFLING' }, { status: 'SHUFFLING' }, succeeded);
    const warnings: string[] = [];
    const off = api.on('error', ({ error }) => warnings.push(String(error)));
    await job().run();
    off();
    expect(warnings).to.have.length(1);
    expect(warnings[0]).to.contain('SHUFFLING');
  });

  it('survives polls that fail for a while, without starting again', async () => {
    begins();
    polls([503, {}], running, [429, {}], succeeded);
    const record = job();
    const retries: number[] = [];
    record.on('retry', ({ attempt }) => retries.push(attempt));
    expect((await record.run({}, { runRetries: 3 })).status).to.equal('SUCCESS');
    expect(retries).to.deep.equal([1, 3]);
  });

  it('ends when a poll is refused, keeping the status', async () => {
    begins();
    polls(running, [404, { message: 'no such run' }]);
    expect(await failure<APIError>(job().run()))
      .to.be.instanceOf(APIError)
      .with.property('status', 404);
  });

  it('is started again as often as asked while the start fails for a while', async () => {
    nock(origin).post('/jobs/j%2F1/run').reply(429, {});
    nock(origin).post('/jobs/j%2F1/run').reply(429, {});
    begins(succeeded);
    await job().run({}, { runRetries: 2, runRetryWait: 0 });
    nock(origin).post('/jobs/j%2F1/run').reply(400, {});
    expect(await failure(job().run({}, { runRetries: 5, runRetryWait: 0 }))).to.be.instanceOf(BadRequestError);
    expect(await failure(job().run({}, { runRetries: -1 }))).to.be.instanceOf(ValidationError);
  });

  for (const [option, options] of [
    ['identifier', { identifier: 'a\nb' }],
    ['identifier', { identifier: {} }],
    ['sessionId', { sessionId: '\u0416' }],
    ['idempotencyKey', { idempotencyKey: '' }],
    ['idempotencyKey', { idempotencyKey: 'a\rb' }],
  ] as [string, object][]) {
    it(`is not started with ${JSON.stringify(options)}`, async () => {
      const error = await failure<ValidationError>(job().run({}, options));
      expect(error).to.be.instanceOf(ValidationError);
      expect(error.details[0]?.field).to.equal(option);
    });
  }

  it('sends no header for who runs and in which session where they are blank', async () => {
    nock(origin, { badheaders: ['x-user-id', 'x-session-id'] })
      .post('/jobs/j%2F1/run')
      .reply(200, succeeded);
    await job().run({}, { identifier: '', sessionId: ' ' });
  });

  it('does not sleep past its timeout before it is started', async () => {
    const patient = connect({ maxRetries: 3 });
    nock(origin).post('/jobs/j%2F1/run').reply(429, {}, { 'retry-after': '20' });
    const record = patient.bind(Job).fromDict({ id: 'j/1' });
    expect(await failure<APIError>(record.run({}, { timeout: 5 }))).to.have.property('status', 429);
    // The connection still pauses.
    expect(await failure(record.run({}, { timeout: 0.02 }))).to.have.property('name', 'TimeoutError');
    await patient.close();
  });

  it('is not started again when it may have begun', async () => {
    nock(origin).post('/jobs/j%2F1/run').reply(504, {});
    const error = await failure<APIError>(job().run({}, { runRetries: 3, runRetryWait: 0 }));
    expect(error).to.include({ outcome: 'unknown', retryable: false });
  });

  it('that takes too long leaves a result and a token to go on with', async () => {
    begins();
    polls(running);
    const record = job();
    const error = await failure<OperationTimeoutError>(record.run({}, { timeout: 0 }));
    expect(error).to.be.instanceOf(OperationTimeoutError);
    expect((error.result as Result).status).to.equal('IN_PROGRESS');
    expect(JSON.parse(error.token!)).to.deep.equal({ v: 1, class: 'Job', path: '/runs/9', deadline: null });
    polls(running, succeeded);
    const resumed = Jobs.resume(error.token!);
    expect(resumed).to.be.instanceOf(Run);
    expect((await resumed.wait()).data).to.deep.equal({ answer: 42 });
  });

  it('can be started without waiting, and waited for later; after hooks come at its end, once', async () => {
    begins();
    const run = await job().runAsync({});
    expect(run).to.be.instanceOf(Run);
    expect(run).to.include({ id: 'r9', url: `${origin}/runs/9`, status: 'IN_PROGRESS' });
    expect((run as { then?: unknown }).then).to.equal(undefined);
    expect(log).to.deep.equal([]);
    polls(running, succeeded);
    expect((await run.wait()).status).to.equal('SUCCESS');
    await run.wait();
    expect(log.filter((line) => line.startsWith('afterRun'))).to.have.length(1);
    expect(run.status).to.equal('SUCCESS');
  });

  it('is handed out as soon as it has been started, by run() and runMany() too', async () => {
    begins();
    polls([404, {}]);
    const tokens: string[] = [];
    await failure(job().run({}, { onStart: (run) => tokens.push(run.token()) }));
    begins();
    polls([404, {}]);
    for await (const { run, status } of job().runMany([{}], { onStart: (started) => tokens.push(started.token()) })) {
      expect([run?.token(), status]).to.deep.equal([tokens[1], 'rejected']);
    }
    expect(tokens.map((token) => JSON.parse(token).path)).to.deep.equal(['/runs/9', '/runs/9']);
  });

  it('says that it goes on when it could not be handed out, and starts only what it can hand out', async () => {
    begins();
    const onStart = async (): Promise<void> => {
      throw new RangeError('disk full');
    };
    const error = await failure<APIError>(job().run({}, { onStart }));
    expect(error).to.include({ outcome: 'unknown', retryable: false });
    expect(error.message).to.contain('was started').and.contain('disk full');
    expect(await failure(job().run({}, { onStart: 'later' as never }))).to.be.instanceOf(ValidationError);
  });

  it('can be told from others of the same record by its events', async () => {
    const record = job();
    const seen: unknown[] = [];
    record.on('poll', ({ run }) => seen.push(['poll', run]));
    record.on('progress', ({ run }) => seen.push(['progress', run]));
    begins();
    polls(succeeded);
    const run = await record.runAsync();
    await run.wait();
    expect(seen).to.deep.equal([
      ['poll', run],
      ['progress', run],
    ]);
  });

  it('can be followed in a loop', async () => {
    begins();
    polls(running, succeeded);
    const seen: string[] = [];
    for await (const { result } of (await job().runAsync()).polls()) seen.push((result as Result).status);
    expect(seen).to.deep.equal(['IN_PROGRESS', 'SUCCESS']);
  });

  it('goes on when a wait is aborted', async () => {
    begins();
    const run = await job().runAsync();
    expect(await failure(run.wait({ signal: AbortSignal.abort() }))).to.be.instanceOf(AbortedError);
    polls(succeeded);
    await run.wait();
  });

  it('says that it cannot be cancelled', async () => {
    begins();
    expect((await failure((await job().runAsync()).cancel())).message).to.contain('no way to cancel');
  });

  it('ends when a poll hook throws', async () => {
    begins();
    polls(running);
    const record = job();
    record.onPoll = () => {
      throw new RangeError('in the hook');
    };
    const error = await failure(record.run());
    expect(error.cause).to.be.instanceOf(RangeError);
  });

  it('can be polled by hand', async () => {
    polls(succeeded);
    expect((await job().poll(`${origin}/runs/9`)).data).to.deep.equal({ answer: 42 });
    polls({ status: 'FAILED', errorMessage: 'bad' });
    expect(await failure(job().poll('runs/9'))).to.be.instanceOf(OperationFailedError);
    polls(running, succeeded);
    expect((await job().syncPoll(`${origin}/runs/9`)).status).to.equal('SUCCESS');
  });

  it('can be stopped by a before hook', async () => {
    const record = job();
    record.beforeRun = () => 'not today';
    expect(await record.run()).to.equal('not today');
    expect(log).to.deep.equal([]);
  });

  it('needs a saved record', async () => {
    expect((await failure(Promise.resolve().then(() => new Jobs().run()))).message).to.contain('not been saved');
  });
});

describe('a result', () => {
  it('can be made of nothing, as tests of code that reads it do', () => {
    for (const result of [new Result(), new BaseResult(), new DeleteResult()])
      expect(result).to.include({ status: 'IN_PROGRESS', completed: false });
    expect(new DeleteResult().deletedId).to.equal('');
  });

  const result = new Result({ status: 'SUCCESS', completed: true, data: 'x'.repeat(500), custom_field: { a: 1 }, error_message: 'm' });

  it('has any member of the response', () => {
    expect((result as unknown as { custom_field: unknown }).custom_field).to.deep.equal({ a: 1 });
    expect(result.get('custom_field')).to.deep.equal({ a: 1 });
    expect(result.get('toString')).to.equal(undefined);
    expect(result.errorMessage).to.equal('m');
    expect((result as unknown as { typo?: unknown }).typo).to.equal(undefined);
  });

  it('has a short text form', () => {
    expect(String(result)).to.contain('status: SUCCESS').and.to.contain('...');
    expect(String(result).length).to.be.lessThan(400);
  });

  it('is going on until something else is said', () => {
    expect(new Result({})).to.include({ status: 'IN_PROGRESS', completed: false });
  });
});
