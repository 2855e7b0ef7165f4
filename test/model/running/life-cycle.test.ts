import { expect } from 'chai';
import {
  AbortedError,
  AfterHookError,
  HookRecursionError,
  NotFoundError,
  OperationFailedError,
  OperationTimeoutError,
  RateLimitError,
  ResourceError,
  type Result,
  type Run,
  ValidationError,
} from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { begun, jobWith, running, succeeded, url } from '../../support/jobs.js';

const ends: Record<string, (run: Run) => Promise<unknown>> = {
  'wait()': (run) => run.wait(),
  'polls()': async (run) => {
    for await (const _poll of run.polls()) {
      // To its end.
    }
  },
  'two waits': (run) => Promise.all([run.wait(), run.wait()]),
  'a wait beside polls()': (run) => Promise.all([ends['polls()']!(run), run.wait()]),
};

describe('the life of a run', () => {
  for (const how of ['run', 'runAsync'] as const) {
    it(`by ${how}() is that of what it was given, whatever its caller does with the objects afterwards`, async () => {
      const { api, job } = jobWith([succeeded]);
      const seen: string[] = [];
      api.before('run', ({ state }) => void (state.get('seen') as string[]).push('before'));
      const params = { text: '', nested: { list: [''] } };
      const options = { headers: { 'x-text': '' }, state: { seen } };
      const runs = ['a', 'b'].map((text) => {
        params.text = text;
        params.nested.list[0] = text;
        options.headers['x-text'] = text;
        return job[how](params, options);
      });
      params.text = 'later';
      await Promise.all(runs);
      expect(api.requests.map(({ body, headers }) => [body, headers?.['x-text']])).to.deep.equal([
        [{ text: 'a', nested: { list: ['a'] } }, 'a'],
        [{ text: 'b', nested: { list: ['b'] } }, 'b'],
      ]);
      expect(seen).to.deep.equal(['before', 'before']);
    });
  }

  for (const [how, follow] of Object.entries(ends)) {
    it(`ends once when it is followed by ${how}`, async () => {
      const { job, seen } = jobWith([begun, running, succeeded]);
      const run = await job.runAsync();
      await follow(run);
      expect(seen).to.deep.equal(['poll', 'poll', 'complete', 'afterRun SUCCESS', 'run']);
      expect(((await run.wait()) as Result).data).to.equal(42);
      expect(seen).to.have.length(5);
    });

    it(`fails once when it is followed by ${how}`, async () => {
      const { job, seen } = jobWith([begun, running, { status: 'FAILED', errorMessage: 'no' }]);
      const run = await job.runAsync();
      const error = await failure(follow(run));
      expect(error).to.be.instanceOf(OperationFailedError);
      expect(seen).to.deep.equal(['poll', 'poll', 'afterRun OperationFailedError', 'fail']);
      expect(await failure(run.wait())).to.equal(error);
    });

    it(`fails once when a poll is refused and it is followed by ${how}`, async () => {
      const gone = new NotFoundError('gone', { status: 404 });
      const { job, seen } = jobWith([begun, running, gone]);
      const run = await job.runAsync();
      expect(await failure(follow(run))).to.equal(gone);
      expect(seen).to.deep.equal(['poll', 'afterRun NotFoundError', 'fail']);
    });
  }

  it('fails once with run()', async () => {
    const { job, seen } = jobWith([begun, { status: 'FAILED' }]);
    await failure(job.run());
    expect(seen).to.deep.equal(['poll', 'afterRun OperationFailedError', 'fail']);
  });

  it('fails with run() when the time is over, and with the error that says so', async () => {
    const { job, seen } = jobWith([begun, running]);
    const error = await failure<OperationTimeoutError>(job.run({}, { timeout: 1 }));
    expect(error).to.be.instanceOf(OperationTimeoutError);
    expect(seen.slice(-2)).to.deep.equal(['afterRun OperationTimeoutError', 'fail']);
  });

  it('does not end when a wait of runAsync() does', async () => {
    const { job, seen } = jobWith([begun, running, running, succeeded]);
    const run = await job.runAsync();
    expect(await failure(run.wait({ timeout: 0 }))).to.be.instanceOf(OperationTimeoutError);
    expect(seen).to.deep.equal(['poll']);
    await run.wait();
    expect(seen.slice(-3)).to.deep.equal(['complete', 'afterRun SUCCESS', 'run']);
  });

  it('gives everyone what an after hook put in place of the result', async () => {
    const { job } = jobWith([begun, succeeded]);
    job.afterRun = () => 'mine';
    const run = await job.runAsync();
    expect(await Promise.all([run.wait(), run.wait()])).to.deep.equal(['mine', 'mine']);
  });

  it('tells everyone of an after hook that failed', async () => {
    const { job } = jobWith([begun, succeeded]);
    job.afterRun = () => {
      throw new Error('late');
    };
    const run = await job.runAsync();
    expect(await failure(run.wait())).to.be.instanceOf(AfterHookError);
    expect(await failure(run.wait())).to.be.instanceOf(AfterHookError);
  });

  it('is the same where there is no async context', async () => {
    const { job, seen } = jobWith([begun, running, succeeded], { asyncContext: false });
    let inside: Promise<unknown> | undefined;
    job.beforeRun = () => {
      inside = failure(job.run());
    };
    await job.run();
    expect(seen).to.deep.equal(['poll', 'poll', 'complete', 'afterRun SUCCESS', 'run']);
    expect(await inside).to.be.instanceOf(HookRecursionError);
  });

  it('takes what runAsync() was told for its waits', async () => {
    const { api, job } = jobWith([begun, running]);
    const run = await job.runAsync({}, { timeout: 7, waitTime: 3 });
    const error = await failure(run.wait());
    expect(error.message).to.contain('7 seconds');
    expect(api.clock.sleeps[0]).to.equal(3000);
    expect((await failure(run.wait({ timeout: 0 }))).message).to.contain('0 seconds');
    const control = new AbortController();
    const other = await jobWith([begun, running]).job.runAsync({}, { signal: control.signal });
    control.abort();
    expect(await failure(other.wait())).to.be.instanceOf(AbortedError);
  });

  it('counts the time of run() from before the start', async () => {
    const slow = (): object => {
      api.clock.advance(4000);
      return begun;
    };
    const { api, job } = jobWith([slow, running]);
    await failure(job.run({}, { timeout: 5 }));
    expect(api.clock.now()).to.equal(5000);
  });

  it('makes the next poll come at once when it is poked', async () => {
    const { api, job } = jobWith([begun, running, succeeded]);
    const run = await job.runAsync({}, { waitTime: 60 });
    api.clock.onSleep = () => run.poke();
    await run.wait();
    expect(api.clock.now()).to.equal(0);
  });

  it('shows its progress, normalised, and only when it has changed', async () => {
    const at = (progress: unknown): object => ({ status: 'IN_PROGRESS', progress });
    const { api, job } = jobWith([begun, at('50%'), at(50), at({ current_step: 3, total_steps: 4 }), succeeded]);
    const told: unknown[] = [];
    job.on('progress', ({ resource: _job, run: _run, ...progress }) => told.push(progress));
    await job.run({}, { showProgress: true });
    const steps = { fraction: 0.75, step: 3, steps: 4 };
    expect(told).to.deep.equal([{ fraction: 0.5 }, steps, { message: 'SUCCESS' }]);
    expect(api.shown).to.deep.equal([{ fraction: 0.5 }, { fraction: 0.5 }, steps, { message: 'SUCCESS' }, null]);
  });
});

describe('what starts a run', () => {
  for (const options of [
    { timeout: 300_000 },
    { timeout: Number.NaN },
    { waitTime: -1 },
    { waitTime: Number.POSITIVE_INFINITY },
    { runRetryWait: 100_000 },
    { runRetries: 1.5 },
    { signal: {} as AbortSignal },
  ]) {
    it(`is not sent with ${Object.keys(options)[0]} ${JSON.stringify(Object.values(options)[0])}`, async () => {
      const { api, job } = jobWith([begun, succeeded]);
      for (const start of [job.run({}, options), job.runAsync({}, options)]) {
        const error = await failure<ValidationError>(start);
        expect(error).to.be.instanceOf(ValidationError);
        expect(error.details[0]?.field).to.equal(Object.keys(options)[0]);
      }
      expect(api.requests).to.deep.equal([]);
    });
  }

  it('can be aborted between two tries', async () => {
    const control = new AbortController();
    const { api, job } = jobWith([new RateLimitError('slow', { status: 429, retryable: true })]);
    api.clock.onSleep = () => control.abort(new Error('mine'));
    const error = await failure(job.run({}, { runRetries: 3, runRetryWait: 30, signal: control.signal }));
    expect(error).to.be.instanceOf(AbortedError);
    expect((error.cause as Error).message).to.equal('mine');
    expect(api.log).to.deep.equal(['POST jobs/j1/run']);
  });

  it('is not tried again past the time limit', async () => {
    const { api, job } = jobWith([new RateLimitError('slow', { status: 429, retryable: true })]);
    await failure(job.run({}, { runRetries: 9, runRetryWait: 2, timeout: 5 }));
    expect(api.log).to.have.length(3);
  });

  const lost: object[] = [{ status: 'IN_PROGRESS' }, {}, { data: 'Bonjour' }, { status: 'IN_PROGRESS', data: { a: 1 } }];
  lost.push({ status: 'IN_PROGRESS', data: 'Bonjour tout le monde' }, { status: 'RUNNING', data: 'ftp://files.test/x' });
  for (const answer of lost) {
    it(`tells when ${JSON.stringify(answer)} leaves open where to ask for the end`, async () => {
      const { api, job } = jobWith([answer]);
      const error = await failure<ResourceError>(job.run());
      expect(error).to.be.instanceOf(ResourceError);
      expect(error.message).to.contain(JSON.stringify(answer));
      expect(error.outcome).to.equal('unknown');
      expect(api.log).to.deep.equal(['POST jobs/j1/run']);
    });
  }

  const finished: [object, unknown][] = [
    [{ completed: true, data: 'Bonjour' }, 'Bonjour'],
    [{ completed: true, data: 'https://elsewhere.test/video.mp4' }, 'https://elsewhere.test/video.mp4'],
    [{ status: 'TRANSLATED', completed: true, data: 'Bonjour' }, 'Bonjour'],
    [{ status: 'SUCCESS', completed: true, data: url }, url],
  ];
  for (const [answer, data] of finished) {
    it(`takes ${JSON.stringify(answer)} for the end`, async () => {
      const { api, job } = jobWith([answer]);
      expect((await job.run()).data).to.equal(data);
      expect(api.log).to.have.length(1);
    });
  }

  const polled: [object, string][] = [
    [{ status: 'IN_PROGRESS', data: 'some-run' }, 'some-run'],
    [{ status: 'IN_PROGRESS', completed: true, data: url }, url],
    [{ data: url }, url],
    [{ data: '/runs/9' }, '/runs/9'],
    [{ status: 'QUEUED', url: 'runs/9' }, 'runs/9'],
    [{ status: 'SHUFFLING', url }, url],
  ];
  for (const [answer, path] of polled) {
    it(`takes ${JSON.stringify(answer)} for a run that goes on`, async () => {
      const { api, job } = jobWith([answer, succeeded]);
      expect((await job.run()).data).to.equal(42);
      expect(api.log).to.deep.equal(['POST jobs/j1/run', `GET ${path}`]);
    });
  }
});
