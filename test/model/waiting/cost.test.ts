import { expect } from 'chai';
import { BaseResource, Entity, Field, RunnableResourceMixin, SearchResourceMixin, WaitableResourceMixin } from '../../../src/index.js';
import { VirtualConnection } from '../../support/virtual.js';
import { asCounted, count } from '../../support/work.js';

const backOff = { initial: 2, factor: 1, max: 2, min: 0.1 };

@Entity({ path: 'works', search: { method: 'GET', path: '' } })
class Work extends WaitableResourceMixin(SearchResourceMixin(BaseResource)) {
  static override waitBackOff = backOff;
  static override waitIdsParam = 'workIds';
  @Field() status!: string;
}

@Entity({ path: 'agents' })
class Agent extends RunnableResourceMixin(BaseResource) {
  static override runBackOff = backOff;
}

/** A platform whose works and runs end with a certain poll. */
function platform(polls: number) {
  const seen = new Map<string, number>();
  const status = (id: string): string => {
    seen.set(id, (seen.get(id) ?? 0) + 1);
    return seen.get(id)! < polls ? 'running' : 'completed';
  };
  const api = new VirtualConnection(({ path, query }) =>
    path === 'works'
      ? { results: (query as { workIds: string[] }).workIds.map((id) => ({ id, status: status(id) })) }
      : { status: status(path) === 'completed' ? 'SUCCESS' : 'IN_PROGRESS' },
  );
  api.clock.chance = 0.5;
  const Works = api.bind(Work);
  const agent = api.bind(Agent).fromDict({ id: 'a' });
  /** The waits of a number of records or of runs. */
  const records = (waits: number, signal?: AbortSignal): (() => Promise<unknown>)[] =>
    Array.from({ length: waits }, (_, at) => Works.fromDict({ id: `w${at}`, status: 'running' })).map(
      (work) => () => work.wait({ timeout: 600, signal }),
    );
  const runs = (waits: number, signal?: AbortSignal): (() => Promise<unknown>)[] =>
    Array.from({ length: waits }, (_, at) => () => agent.syncPoll(`/runs/${at}`, { timeout: 600, signal }));
  return { api, records, runs };
}

type Kind = 'records' | 'runs';

/** How many waits are counted: as many records as a list holds. */
const sizes: Record<Kind, number> = { records: 100, runs: 20 };

/** What a number of waits do until the given poll, which is the last one of each. */
async function costs(kind: Kind, waits: number, polls: number, signal?: AbortSignal) {
  const { api, ...kinds } = asCounted(() => platform(polls));
  const begin = kinds[kind](waits, signal);
  const counts = await count(() => Promise.all(begin.map((wait) => wait())));
  return { ...counts, requests: api.requests.length, clockTimers: api.clock.asked.length, clockTimersLeft: api.clock.pending };
}

/**
 * How much each wait and each of its polls does. It catches work that is added, which a clock does not on a busy machine: the time is virtual,
 * and differences between two numbers of waits or polls leave out what is done once. Promises have an upper bound, because they differ a little
 * between releases of Node; everything else is exact.
 */
describe('the cost of many waits', () => {
  /** What a wait more, and what a poll more of one wait, adds. */
  async function differences(kind: Kind) {
    const size = sizes[kind];
    await costs(kind, 2, 2);
    const few = await costs(kind, size, 3);
    const moreWaits = await costs(kind, 2 * size, 3);
    const morePolls = await costs(kind, size, 6);
    const each = (key: 'promises' | 'abortControllers' | 'listeners' | 'requests' | 'timers') => ({
      wait: (moreWaits[key] - few[key]) / size,
      poll: (morePolls[key] - few[key]) / (3 * size),
    });
    return { each, few, moreWaits, morePolls };
  }

  it('is one list for a hundred polls of records, and no signal of their own', async () => {
    const { each, few, morePolls } = await differences('records');
    expect([few.requests, morePolls.requests]).to.deep.equal([3, 6]);
    expect([few.abortControllers, morePolls.abortControllers]).to.deep.equal([3, 6]);
    expect(each('listeners')).to.deep.equal({ wait: 0, poll: 0 });
    expect(each('promises').poll).to.be.at.most(0.25);
    expect(each('promises').wait).to.be.at.most(17);
  });

  it('is one request and one signal for each poll of a run', async () => {
    const { each, few, morePolls } = await differences('runs');
    expect([few.requests, morePolls.requests]).to.deep.equal([60, 120]);
    expect(each('abortControllers')).to.deep.equal({ wait: 3, poll: 1 });
    expect(each('listeners')).to.deep.equal({ wait: 0, poll: 0 });
    expect(each('promises').poll).to.be.at.most(11);
    expect(each('promises').wait).to.be.at.most(50);
  });

  for (const kind of ['records', 'runs'] as const) {
    it(`is one timer for all at a time (${kind})`, async () => {
      const { few, moreWaits, each } = await differences(kind);
      expect(each('timers')).to.deep.equal({ wait: 0, poll: 0 });
      expect(few.clockTimersLeft).to.equal(0);
      // A few for each round of polls, however many waits there are.
      expect(moreWaits.clockTimers).to.be.at.most(few.clockTimers + 6);
      expect(few.clockTimers).to.be.at.most(30);
    });

    it(`is one listener for a signal that all have (${kind})`, async () => {
      const { listeners } = await costs(kind, sizes[kind], 3, new AbortController().signal);
      expect(listeners).to.equal(1);
    });
  }
});
