import { expect } from 'chai';
import {
  AbortedError,
  ConnectionError,
  NotFoundError,
  OperationTimeoutError,
  RateLimitError,
  ServerError,
  TimeoutError,
  ValidationError,
} from '../../src/model/errors/index.js';
import type { FailedPoll, Pollable, TimedPoll, WaitOptions } from '../../src/model/ports/waiter.js';
import { Poller } from '../../src/polling/poller.js';
import { VirtualClock } from '../support/clock.js';
import { failure } from '../support/failure.js';
import { done, going, pollable, type State } from './support/pollable.js';

describe('waiting', () => {
  let clock: VirtualClock;
  let failed: FailedPoll[];
  beforeEach(() => {
    clock = new VirtualClock();
    failed = [];
  });

  const wait = async (subject: Pollable<State>, options: WaitOptions = {}): Promise<TimedPoll<State>[]> => {
    const polls: TimedPoll<State>[] = [];
    const watched = { ...subject, poll: subject.poll, onRetry: (poll: FailedPoll) => void failed.push(poll) };
    for await (const poll of new Poller(clock).polls(watched, options)) polls.push(poll);
    return polls;
  };

  const ms = (values: number[]): number[] => values.map((value) => Math.round(value * 1000) / 1000);

  it('polls at once, and ends with the final poll', async () => {
    const polls = await wait(pollable([done]));
    const unsaid = { failure: undefined, progress: undefined, retryAfter: undefined, unknownStatus: undefined };
    expect(polls).to.deep.equal([{ ...done, ...unsaid, attempt: 1, elapsedMs: 0, nextDelayMs: null }]);
    expect(clock.sleeps).to.deep.equal([]);
  });

  it('grows the delays by the factor', async () => {
    const polls = await wait(pollable([going, going, going, going, going, done]));
    expect(ms(clock.sleeps)).to.deep.equal([500, 550, 605, 665.5, 732.05]);
    expect(polls.map(({ attempt }) => attempt)).to.deep.equal([1, 2, 3, 4, 5, 6]);
    expect(ms(polls.map(({ nextDelayMs }) => nextDelayMs ?? -1))).to.deep.equal([500, 550, 605, 665.5, 732.05, -1]);
  });

  it('starts from the delay the caller gives, not under the least', async () => {
    await wait(pollable([going, going, done]), { waitTime: 2 });
    expect(ms(clock.sleeps)).to.deep.equal([2000, 2200]);
    clock.sleeps.length = 0;
    await wait(pollable([going, done]), { waitTime: 0.01 });
    expect(clock.sleeps).to.deep.equal([200]);
  });

  it('grows from the least delay where the caller gives none at all, and does not stray under it', async () => {
    clock.chance = 0;
    await wait(pollable([going, going, going, done]), { waitTime: 0 });
    expect(ms(clock.sleeps)).to.deep.equal([200, 200, 200]);
    clock.sleeps.length = 0;
    clock.chance = 1;
    await wait(pollable([going, going, done]), { waitTime: 0 });
    expect(ms(clock.sleeps)).to.deep.equal([240, 264]);
  });

  it('stops growing at the longest delay, and leaves a longer first one alone', async () => {
    await wait(pollable([...Array.from({ length: 60 }, () => going), done]), { timeout: Number.POSITIVE_INFINITY });
    expect(Math.max(...clock.sleeps)).to.be.closeTo(60_000, 0.001);
    clock.sleeps.length = 0;
    await wait(pollable([going, going, done]), { waitTime: 90, timeout: 1000 });
    expect(clock.sleeps).to.deep.equal([90_000, 90_000]);
  });

  it('strays up to a fifth to either side', async () => {
    clock.chance = 0;
    await wait(pollable([going, done]));
    clock.chance = 1;
    await wait(pollable([going, done]));
    expect(ms(clock.sleeps)).to.deep.equal([400, 600]);
  });

  it('clips the last delay to the deadline, polls once more, and fails with what it saw', async () => {
    const subject = pollable([going]);
    const error = await failure<OperationTimeoutError>(wait(subject, { timeout: 1.2 }));
    expect(error).to.be.instanceOf(OperationTimeoutError);
    expect(error.message).to.contain('timed out').and.to.contain('1.2 seconds').and.to.contain('running');
    expect(error.result).to.deep.equal({ status: 'running' });
    expect(error.token).to.equal('the token');
    expect(ms(clock.sleeps)).to.deep.equal([500, 550, 150]);
    expect(subject.polls).to.equal(4);
  });

  it('polls exactly once with a timeout of 0', async () => {
    const subject = pollable([going]);
    expect(await failure(wait(subject, { timeout: 0 }))).to.be.instanceOf(OperationTimeoutError);
    expect(subject.polls).to.equal(1);
    expect(await wait(pollable([done]), { timeout: 0 })).to.have.length(1);
  });

  for (const [name, error] of [
    ['no connection', new ConnectionError('refused')],
    ['no response in time', new TimeoutError('slow')],
    ['503', new ServerError('busy', { status: 503 })],
    ['429', new RateLimitError('slow down', { status: 429 })],
  ] as const) {
    it(`polls again after ${name}`, async () => {
      const polls = await wait(pollable([error, going, error, done]));
      expect(polls).to.have.length(2);
      expect(failed.map((poll) => [poll.error, poll.attempt])).to.deep.equal([
        [error, 1],
        [error, 3],
      ]);
    });
  }

  it('waits as long as the platform asks', async () => {
    await wait(pollable([new RateLimitError('slow down', { status: 429, retryAfter: 7 }), { ...going, retryAfter: 3 }, done]));
    expect(clock.sleeps).to.deep.equal([7000, 3000]);
  });

  it('ends at once with any other error', async () => {
    const gone = new NotFoundError('gone', { status: 404 });
    const bug = new TypeError('bug');
    expect(await failure(wait(pollable([going, gone])))).to.equal(gone);
    expect(await failure(wait(pollable([bug])))).to.equal(bug);
  });

  it('ends at the deadline when polls keep failing, with the last failure as cause', async () => {
    const busy = new ServerError('busy', { status: 503 });
    const error = await failure<OperationTimeoutError>(wait(pollable([going, busy]), { timeout: 2 }));
    expect(error).to.be.instanceOf(OperationTimeoutError);
    expect(error.cause).to.equal(busy);
    expect(error.result).to.deep.equal({ status: 'running' });
  });

  it('ends at once when it is aborted, before a poll and during a delay', async () => {
    const subject = pollable([going]);
    const error = await failure(wait(subject, { signal: AbortSignal.abort(new Error('mine')) }));
    expect(error).to.be.instanceOf(AbortedError).with.property('name', 'AbortError');
    expect((error.cause as Error).message).to.equal('mine');
    expect(subject.polls).to.equal(0);
    const control = new AbortController();
    clock.onSleep = () => control.abort();
    expect(await failure(wait(pollable([going]), { signal: control.signal }))).to.be.instanceOf(AbortedError);
  });

  it('gives each poll the same time limit, the last one too', async () => {
    const limits: (number | undefined)[] = [];
    const subject = pollable([], {
      poll: async ({ timeout }) => {
        limits.push(timeout);
        return limits.length < 3 ? going : done;
      },
    });
    await wait(subject, { timeout: 20, waitTime: 15 });
    expect(limits).to.deep.equal([30, 30, 30]);
  });

  for (const options of [{ timeout: -1 }, { timeout: Number.NaN }, { timeout: 300_000 }, { waitTime: -1 }]) {
    it(`refuses ${Object.keys(options)[0]} ${Object.values(options)[0]}, naming the unit`, async () => {
      const error = await failure(wait(pollable([done]), options));
      expect(error).to.be.instanceOf(ValidationError);
      expect(error.message).to.contain('seconds');
    });
  }
});
