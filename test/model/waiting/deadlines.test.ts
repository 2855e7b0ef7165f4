import { expect } from 'chai';
import { BaseResource, Entity, Field, GetResourceMixin, type OperationTimeoutError, WaitableResourceMixin } from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { Job } from '../../support/jobs.js';
import { baseUrl, VirtualConnection } from '../../support/virtual.js';

@Entity({ path: 'works' })
class Work extends WaitableResourceMixin(GetResourceMixin(BaseResource)) {
  static override waitBackOff = { initial: 100, factor: 1, max: 100, min: 1 };
  @Field() status!: string;
}

/** What can be waited for, and has a token. */
interface Subject {
  wait(options?: { timeout?: number; signal?: AbortSignal }): Promise<unknown>;
  polls(options?: { timeout?: number }): AsyncGenerator<unknown, void, void>;
  token(options?: { timeout?: number }): string;
}

/** A platform where nothing ever ends, until it is told to. */
function platform() {
  const state = { status: 'IN_PROGRESS' };
  const api = new VirtualConnection(({ method, path }) => {
    if (method === 'POST') return { status: 'IN_PROGRESS', data: `${baseUrl}/runs/9` };
    return { id: path.slice('works/'.length), status: state.status };
  });
  return { api, state, job: api.bind(Job).fromDict({ id: 'j1' }), work: api.bind(Work).fromDict({ id: 'w1', status: 'IN_PROGRESS' }) };
}

const deadlineIn = (token: string | undefined): number | null => JSON.parse(token!).deadline;

const subjects: Record<
  string,
  (of: ReturnType<typeof platform>) => { subject: Promise<Subject> | Subject; resume(token: string): Subject }
> = {
  run: ({ api, job }) => ({ subject: job.runAsync(), resume: (token) => api.bind(Job).resume(token) }),
  record: ({ api, work }) => ({ subject: work, resume: (token) => api.bind(Work).resume(token) }),
};

describe('the deadline in the token of a run', () => {
  it('follows from the timeout that the start was given, counted from the start', async () => {
    const { api, job } = platform();
    const start = api.clock.date();
    job.beforeRun = () => api.clock.advance(3000);
    const run = await job.runAsync({}, { timeout: 60 });
    api.clock.advance(10_000);
    expect(deadlineIn(run.token())).to.equal(start + 60_000);
    expect(deadlineIn(run.token({ timeout: 5 }))).to.equal(start + 18_000);
    expect(deadlineIn(run.token({ timeout: Number.POSITIVE_INFINITY }))).to.equal(null);
  });

  it('does not shorten a wait that comes later, and is not carried once it has passed', async () => {
    const { api, job } = platform();
    const run = await job.runAsync({}, { timeout: 60 });
    api.clock.advance(30_000);
    await failure(run.wait());
    expect(api.clock.now()).to.equal(90_000);
    expect(deadlineIn(run.token())).to.equal(null);
  });

  for (const timeout of [undefined, Number.POSITIVE_INFINITY]) {
    it(`is none for a start with the timeout ${timeout}`, async () => {
      const { job } = platform();
      expect(deadlineIn((await job.runAsync({}, { timeout })).token())).to.equal(null);
    });
  }

  it('is none after the wait that the start was given has timed out', async () => {
    const { job } = platform();
    expect(deadlineIn((await failure<OperationTimeoutError>(job.run({}, { timeout: 60 }))).token)).to.equal(null);
  });
});

for (const [what, make] of Object.entries(subjects)) {
  describe(`the deadline in the token of a ${what}`, () => {
    const given = async () => {
      const { api, state, ...rest } = platform();
      const { subject, resume } = make({ api, state, ...rest });
      return { api, state, subject: await subject, resume };
    };

    it('is that of a wait under way, and of none that has ended', async () => {
      const { api, subject } = await given();
      const start = api.clock.date();
      const stop = new AbortController();
      const aborted = failure(subject.wait({ timeout: 90, signal: stop.signal }));
      const timedOut = failure<OperationTimeoutError>(subject.wait({ timeout: 60 }));
      expect(deadlineIn(subject.token())).to.equal(start + 90_000);
      stop.abort();
      await aborted;
      expect(deadlineIn(subject.token())).to.equal(start + 60_000);
      const error = await timedOut;
      expect([error.token, subject.token()].map(deadlineIn)).to.deep.equal([null, null]);
    });

    it('is that of polls that are gone through, until they are left', async () => {
      const { api, subject } = await given();
      const start = api.clock.date();
      for await (const _poll of subject.polls({ timeout: 60 })) {
        expect(deadlineIn(subject.token())).to.equal(start + 60_000);
        break;
      }
      expect(deadlineIn(subject.token())).to.equal(null);
    });

    it('is none for waits that were given no time, or no end of it', async () => {
      const { state, subject } = await given();
      const waits = [subject.wait(), subject.wait({ timeout: Number.POSITIVE_INFINITY })];
      expect(deadlineIn(subject.token())).to.equal(null);
      state.status = 'COMPLETED';
      await Promise.all(waits);
    });

    it('does not limit a later wait, which may take as long as ever', async () => {
      const { api, subject } = await given();
      await failure(subject.wait({ timeout: 5 }));
      await failure(subject.wait());
      expect(api.clock.now()).to.equal(305_000);
    });

    it('is the one it was resumed with before that of a wait, until it has passed', async () => {
      const { api, subject, resume } = await given();
      const token = subject.token({ timeout: 30 });
      const resumed = resume(token);
      const start = api.clock.date();
      const wait = failure(resumed.wait({ timeout: 60 }));
      expect(resumed.token()).to.equal(token);
      await failure(resumed.wait());
      expect(api.clock.date()).to.equal(start + 30_000);
      expect(deadlineIn(resumed.token())).to.equal(start + 60_000);
      await wait;
      expect(deadlineIn(resumed.token())).to.equal(null);
    });

    for (const behind of [5000, 1e300]) {
      it(`is a day away at the most, even where the clock is ${behind} milliseconds behind`, async () => {
        const { api, subject, resume } = await given();
        const token = JSON.parse(subject.token({ timeout: 86_400 }));
        const resumed = resume(JSON.stringify({ ...token, deadline: token.deadline + behind }));
        await failure(resumed.wait());
        expect(api.clock.now()).to.equal(86_400_000);
      });
    }
  });
}
