import { expect } from 'chai';
import { AbortedError, BadRequestError, ServerError } from '../../src/model/errors/index.js';
import type { BatchSource, Pollable, TimedPoll } from '../../src/model/ports/waiter.js';
import { Poller } from '../../src/polling/poller.js';
import { VirtualClock } from '../support/clock.js';
import { failure } from '../support/failure.js';
import { done, going, type State } from './support/pollable.js';

describe('polls many things of one kind', () => {
  let clock: VirtualClock;
  let poller: Poller;
  let lists: string[][];
  let alone: string[];
  /** What a list responds with. */
  let respond: (ids: readonly string[]) => Promise<ReadonlyMap<string, unknown>>;
  let source: BatchSource;
  /** What a list says about when to ask again. */
  let retryAfter: number | undefined;
  /** How many polls it takes until a thing is done. */
  let rounds: number;

  beforeEach(() => {
    clock = new VirtualClock();
    poller = new Poller(clock);
    lists = [];
    alone = [];
    rounds = 3;
    retryAfter = undefined;
    respond = async (ids) => new Map(ids.map((id) => [id, 'listed']));
    source = {
      maxSize: 100,
      poll: async (ids) => {
        lists.push([...ids]);
        return { found: await respond(ids), retryAfter };
      },
    };
  });

  function thing(id: string): Pollable<State> {
    let polls = 0;
    const poll = () => (++polls >= rounds ? done : going);
    return {
      key: {},
      subject: id,
      backOff: { initial: 2, factor: 1, max: 2, min: 0.1 },
      token: () => undefined,
      poll: async () => {
        alone.push(id);
        return poll();
      },
      batch: {
        source,
        id,
        ask: () => (found) => {
          if (found === 'rotten') throw new TypeError(`${id} is rotten`);
          return poll();
        },
      },
    };
  }

  const wait = async (subject: Pollable<State>, signal?: AbortSignal): Promise<number> => {
    const polls: TimedPoll<State>[] = [];
    for await (const poll of poller.polls(subject, { signal })) polls.push(poll);
    return polls.length;
  };
  const many = (count: number): string[] => Array.from({ length: count }, (_, index) => `t${index}`);

  it('go out as lists of at most a hundred, each thing once', async () => {
    const found = await Promise.all(many(250).map((id) => wait(thing(id))));
    expect(found).to.deep.equal(many(250).map(() => 3));
    expect(alone).to.deep.equal([]);
    expect(lists.slice(0, 3).map(({ length }) => length)).to.deep.equal([100, 100, 50]);
    expect(new Set(lists.slice(0, 3).flat()).size).to.equal(250);
  });

  it('wait a little for each other when their delays stray', async () => {
    rounds = 12;
    let state = 1;
    clock.random = () => {
      state = (state * 48_271) % 2_147_483_647;
      return state / 2_147_483_647;
    };
    await Promise.all(many(300).map((id) => wait(thing(id))));
    const perRound = lists.length / rounds;
    expect(perRound).to.be.lessThan(12);
    expect(lists.flat().length + alone.length).to.equal(300 * rounds);
  });

  it('come as late as the list says', async () => {
    retryAfter = 30;
    await Promise.all(many(3).map((id) => wait(thing(id))));
    expect(clock.now()).to.equal(60_000);
  });

  it('come soon when the list says at once, and at once only when the caller says so', async () => {
    const follow = async (subject: Pollable<State>, delays: unknown[]): Promise<void> => {
      for await (const { nextDelayMs } of poller.polls(subject, { waitTime: 0 })) delays.push(nextDelayMs);
    };
    for (const [asked, expected] of [
      [0, 218.75],
      [undefined, 0],
    ]) {
      retryAfter = asked;
      const delays: unknown[] = [];
      const hasty = (id: string) => ({ ...thing(id), backOff: { initial: 2, factor: 1, max: 2, min: 0 } });
      await Promise.all(many(2).map((id) => follow(hasty(id), delays)));
      expect(delays.filter((delay) => delay !== null)).to.deep.equal([expected, expected, expected, expected]);
    }
  });

  it('of which there is one go out alone', async () => {
    await wait(thing('only'));
    expect(lists).to.deep.equal([]);
    expect(alone).to.deep.equal(['only', 'only', 'only']);
  });

  it('fall back to a single poll where the list lacks something', async () => {
    respond = async (ids) => new Map(ids.filter((id) => id !== 't1').map((id) => [id, 'listed']));
    expect(await Promise.all(many(3).map((id) => wait(thing(id))))).to.deep.equal([3, 3, 3]);
    expect(new Set(alone)).to.deep.equal(new Set(['t1']));
  });

  it('are not disturbed by one that cannot be read', async () => {
    respond = async (ids) => new Map(ids.map((id) => [id, id === 't1' ? 'rotten' : 'listed']));
    const ends = await Promise.allSettled(many(3).map((id) => wait(thing(id))));
    expect(ends.map(({ status }) => status)).to.deep.equal(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('are repeated after a list that failed for a while', async () => {
    let failures = 1;
    respond = async (ids) => {
      if (failures-- > 0) throw new ServerError('busy', { status: 503 });
      return new Map(ids.map((id) => [id, 'listed']));
    };
    await Promise.all(many(3).map((id) => wait(thing(id))));
    expect(alone).to.deep.equal([]);
    expect(lists).to.have.length(4);
  });

  it('go out one by one when the platform refuses a list', async () => {
    respond = async () => {
      throw new BadRequestError('one of the ids is no id', { status: 400 });
    };
    expect(await Promise.all(many(3).map((id) => wait(thing(id))))).to.deep.equal([3, 3, 3]);
    expect(alone).to.have.length(9);
  });

  it('end for one that is aborted, and go on for the rest', async () => {
    const control = new AbortController();
    respond = async (ids) => {
      control.abort();
      return new Map(ids.map((id) => [id, 'listed']));
    };
    const waits = [failure(wait(thing('a'), control.signal)), wait(thing('b')), wait(thing('c'))];
    expect(await waits[0]).to.be.instanceOf(AbortedError);
    expect(await Promise.all(waits.slice(1))).to.deep.equal([3, 3]);
  });

  it('have one timer among them', async () => {
    const waits = many(150).map((id) => wait(thing(id)));
    await new Promise(setImmediate);
    expect(clock.pending).to.be.at.most(1);
    await Promise.all(waits);
    expect(clock.pending).to.equal(0);
  });
});
