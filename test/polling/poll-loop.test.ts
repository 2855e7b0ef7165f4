import { getEventListeners } from 'node:events';
import { expect } from 'chai';
import { AbortedError, OperationTimeoutError, RateLimitError, ServerError } from '../../src/model/errors/index.js';
import type { Poll, Pollable, TimedPoll, WaitOptions } from '../../src/model/ports/waiter.js';
import { Poller } from '../../src/polling/poller.js';
import { settle, VirtualClock } from '../support/clock.js';
import { failure } from '../support/failure.js';
import { done, going, pollable, type State } from './support/pollable.js';

describe('waits for one thing', () => {
  let clock: VirtualClock;
  let poller: Poller;
  beforeEach(() => {
    clock = new VirtualClock();
    poller = new Poller(clock);
  });
  const wait = async (subject: Pollable<State>, options: WaitOptions = {}): Promise<TimedPoll<State>[]> => {
    const polls: TimedPoll<State>[] = [];
    for await (const poll of poller.polls(subject, options)) polls.push(poll);
    return polls;
  };

  it('share the polls, what is told of them, and the end', async () => {
    const told: string[] = [];
    const subject = pollable([going, going, done], {
      onPoll: async ({ attempt }) => void told.push(`saw ${attempt}`),
      onEnd: async () => void told.push('ended'),
    });
    const [one, other] = await Promise.all([wait(subject), wait(subject)]);
    expect(subject.polls).to.equal(3);
    expect(one).to.deep.equal(other);
    expect(told).to.deep.equal(['saw 1', 'saw 2', 'saw 3', 'ended']);
  });

  it('share what ends them', async () => {
    const told: unknown[] = [];
    const bug = new TypeError('bug');
    const subject = pollable([going, bug], { onEnd: async (error) => void told.push(error) });
    const [one, other] = await Promise.all([failure(wait(subject)), failure(wait(subject))]);
    expect([one, other]).to.deep.equal([bug, bug]);
    expect(told).to.deep.equal([bug]);
  });

  it('share the failure that a final poll tells of, after that poll', async () => {
    const told: unknown[] = [];
    const jam = new RangeError('out of paper');
    const failed = { state: { status: 'jammed' }, final: true, failure: jam };
    const subject = pollable([going, failed], { onEnd: async (error) => void told.push(error) });
    const polls: TimedPoll<State>[] = [];
    const walked = (async () => {
      for await (const poll of poller.polls(subject, {})) polls.push(poll);
    })();
    const errors = await Promise.all([failure(walked), failure(poller.wait(subject, {}))]);
    expect(errors).to.deep.equal([jam, jam]);
    expect(polls.map(({ state }) => state.status)).to.deep.equal(['running', 'jammed']);
    expect(told).to.deep.equal([jam]);
  });

  it('share what a callback throws', async () => {
    const bug = new RangeError('in a hook');
    const subject = pollable([going], { onPoll: () => Promise.reject(bug) });
    const [one, other] = await Promise.all([failure(wait(subject)), failure(wait(subject))]);
    expect([one, other]).to.deep.equal([bug, bug]);
    expect(subject.polls).to.equal(1);
  });

  it('have their own deadlines, and a poll at each', async () => {
    const at: number[] = [];
    const subject = pollable([going], { backOff: { initial: 10, factor: 1, max: 10, min: 1 } });
    const { poll } = subject;
    subject.poll = (options) => {
      at.push(clock.now());
      return poll(options);
    };
    const ends = [25, 3, 0].map((timeout) =>
      failure<OperationTimeoutError>(wait(subject, { timeout })).then((error) => [error.constructor, clock.now()]),
    );
    expect(await Promise.all(ends)).to.deep.equal([
      [OperationTimeoutError, 25_000],
      [OperationTimeoutError, 3000],
      [OperationTimeoutError, 0],
    ]);
    expect(at).to.deep.equal([0, 3000, 13_000, 23_000, 25_000]);
  });

  it('end soon after their deadlines when a poll gets no response, and abort the poll with the last of them', async () => {
    let seen: AbortSignal | undefined;
    let polls = 0;
    const subject = pollable([], {
      poll: ({ signal }) => {
        polls++;
        seen = signal;
        return new Promise(() => undefined);
      },
    });
    const ended: unknown[] = [];
    const end = async (promise: Promise<unknown>): Promise<void> => {
      const error = await failure<OperationTimeoutError>(promise);
      ended.push([error.constructor, error.message.includes('got no response'), clock.now(), seen?.aborted]);
    };
    await Promise.all([
      end(poller.wait(subject, { timeout: 1 })),
      end(wait(subject, { timeout: 3 })),
      end(poller.wait(subject, { timeout: 0 })),
    ]);
    expect(polls).to.equal(1);
    expect(ended).to.deep.equal([
      [OperationTimeoutError, true, 5000, false],
      [OperationTimeoutError, true, 6000, false],
      [OperationTimeoutError, true, 8000, true],
    ]);
    expect(clock.pending).to.equal(0);
  });

  it('have the same time for a poll that is begun long after their deadline', async () => {
    const slow = (): Promise<Poll<State>> => new Promise((resolve) => void clock.timer(4000, () => resolve(done)));
    clock.advance(60_000);
    expect(await poller.wait(pollable([], { poll: slow }), { timeout: 1, since: 0 })).to.deep.equal(done.state);
    const subject = pollable([going, done]);
    const polls = poller.polls(subject, { timeout: 1 });
    await polls.next();
    clock.advance(30_000);
    expect((await polls.next()).value).to.have.property('final', true);
  });

  it('get the response that comes a little late, and do not end while hooks run', async () => {
    const slow = (seconds: number): Promise<void> => new Promise((resolve) => void clock.timer(seconds * 1000, resolve));
    const subject = pollable([], {
      poll: async () => {
        await slow(4);
        return done;
      },
      onPoll: () => slow(60),
    });
    expect(await poller.wait(subject, { timeout: 0 })).to.deep.equal(done.state);
    expect(clock.now()).to.equal(64_000);
  });

  it('can be aborted one by one; the last leaves nothing behind', async () => {
    const first = new AbortController();
    const second = new AbortController();
    const subject = pollable([going]);
    let polls = 0;
    subject.onPoll = async () => {
      polls++;
      if (polls === 2) setImmediate(() => first.abort());
      if (polls === 4) setImmediate(() => second.abort(new Error('mine')));
    };
    const timeout = Number.POSITIVE_INFINITY; // else the clock would jump to the time limit of a poll before it comes to the aborts
    const waits = [first, second].map(({ signal }) => failure(wait(subject, { signal, timeout })));
    expect(await waits[0]).to.be.instanceOf(AbortedError);
    const error = await waits[1]!;
    expect((error.cause as Error).message).to.equal('mine');
    expect(subject.polls).to.equal(4);
    await new Promise(setImmediate);
    expect(clock.pending).to.equal(0);
  });

  it('abort the poll that is under way when nobody is left', async () => {
    const control = new AbortController();
    let seen: AbortSignal | undefined;
    const subject = pollable([], {
      poll: ({ signal }) =>
        new Promise((_resolve, reject) => {
          seen = signal;
          signal?.addEventListener('abort', () => reject(signal.reason));
          setImmediate(() => control.abort());
        }),
    });
    expect(await failure(wait(subject, { signal: control.signal }))).to.be.instanceOf(AbortedError);
    expect(seen?.aborted).to.equal(true);
  });

  it('put one listener on a signal they share, and take it off again', async () => {
    const { signal } = new AbortController();
    let most = 0;
    const subjects = Array.from({ length: 50 }, () => pollable([going, done]));
    clock.onSleep = () => {
      most = Math.max(most, getEventListeners(signal, 'abort').length);
    };
    await Promise.all(subjects.map((subject) => wait(subject, { signal })));
    expect(most).to.equal(1);
    expect(getEventListeners(signal, 'abort')).to.deep.equal([]);
  });

  it('end, each of them, where what is waited for cannot say its name or its state', async () => {
    const nameless = new TypeError('no name');
    const subject = pollable([going]);
    Object.defineProperty(subject, 'subject', {
      get: () => {
        throw nameless;
      },
    });
    const ends = [wait(subject, { timeout: 1 }), poller.wait(subject, { timeout: 2 })];
    expect(await Promise.all(ends.map((end) => failure(end)))).to.deep.equal([nameless, nameless]);
  });

  it('begin anew after everyone has left', async () => {
    const subject = pollable([going, going, done]);
    for await (const _poll of poller.polls(subject, {})) break;
    const polls = await wait(subject);
    expect(polls.map(({ attempt }) => attempt)).to.deep.equal([1, 2]);
  });

  it('leave out nothing for someone slow, and do not poll for someone who does not ask', async () => {
    const subject = pollable([going, going, done]);
    const slow = poller.polls(subject, { timeout: 100 });
    await slow.next();
    await wait(subject);
    const rest = [await slow.next(), await slow.next(), await slow.next()];
    expect(rest.map(({ value, done: over }) => (over ? 'over' : (value as TimedPoll<State>).attempt))).to.deep.equal([2, 3, 'over']);
    const idle = pollable([going]);
    await poller.polls(idle, {}).next();
    await settle();
    expect(idle.polls).to.equal(1);
  });

  it('can be woken before their time', async () => {
    const subject = pollable([going, done], { backOff: { initial: 60, factor: 1, max: 60, min: 1 } });
    clock.onSleep = () => poller.poke(subject.key!);
    const polls = await wait(subject);
    expect(polls).to.have.length(2);
    expect(clock.now()).to.equal(0);
    poller.poke({});
  });
});

describe('what the platform says about when to poll again', () => {
  const sleeps = async (first: Parameters<typeof pollable>[0][number], options: WaitOptions = {}): Promise<number[]> => {
    const clock = new VirtualClock();
    for await (const _poll of new Poller(clock).polls(pollable([first, done]), options)) {
      // Only the time counts.
    }
    return clock.sleeps;
  };
  const refusal = (status: number, value: string): ServerError => new ServerError('busy', { status, headers: { 'retry-after': value } });

  it('counts after a refusal of any kind, as seconds and as a date', async () => {
    expect(await sleeps(refusal(503, '7'))).to.deep.equal([7000]);
    expect(await sleeps(refusal(500, new Date(1_700_000_009_000).toUTCString()))).to.deep.equal([9000]);
    expect(await sleeps(new RateLimitError('slow', { status: 429, headers: { 'retry-after': '4' } }))).to.deep.equal([4000]);
  });

  it('counts sooner than the back-off, but not under the least delay', async () => {
    expect(await sleeps({ ...going, retryAfter: 0.3 })).to.deep.equal([300]);
    expect(await sleeps({ ...going, retryAfter: 0 })).to.deep.equal([200]);
    expect(await sleeps(new RateLimitError('slow', { status: 429, retryAfter: 0.01 }))).to.deep.equal([200]);
  });

  it('counts for nothing after a failure when it is no time at all, as by a clock that is behind', async () => {
    expect(await sleeps(new RateLimitError('slow', { status: 429, retryAfter: 0 }))).to.deep.equal([500]);
    expect(await sleeps(refusal(503, new Date(1_600_000_000_000).toUTCString()))).to.deep.equal([500]);
  });

  it('counts for nothing when it is no number', async () => {
    expect(await sleeps({ ...going, retryAfter: Number.NaN })).to.deep.equal([500]);
    expect(await sleeps({ ...going, retryAfter: -5 })).to.deep.equal([500]);
  });

  it('counts when it is longer than any timer can be', async () => {
    const seconds = 3_000_000;
    const jumps = await sleeps({ ...going, retryAfter: seconds }, { timeout: Number.POSITIVE_INFINITY });
    expect(Math.max(...jumps)).to.equal(2 ** 31 - 1);
    expect(jumps.reduce((sum, ms) => sum + ms)).to.equal(seconds * 1000);
  });

  it('does not outlast the deadline', async () => {
    const clock = new VirtualClock();
    const polls = new Poller(clock).polls(pollable([{ ...going, retryAfter: 3600 }]), { timeout: 5 });
    const drained = (async () => {
      for await (const _poll of polls) {
        // To its end.
      }
    })();
    expect(await failure(drained)).to.be.instanceOf(OperationTimeoutError);
    expect(clock.now()).to.equal(5000);
  });
});
